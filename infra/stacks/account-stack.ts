/**
 * API Gateway's right to write logs, a setting of the whole account and region: once for all stages there. The role starts
 * with the one group that API Gateway tries it out on; each API adds its own groups.
 */
import { CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { gatewayLogActions, gatewayLogRoleName } from '../api/gateway-logs.ts';
import type { StageSettings } from '../stage-settings.ts';

export class AccountStack extends Stack {
  constructor(scope: Construct, id: string, settings: StageSettings, props: StackProps) {
    super(scope, id, props);
    const welcome = new LogGroup(this, 'Welcome', {
      logGroupName: '/aws/apigateway/welcome',
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'GatewayLogRole', {
      roleName: gatewayLogRoleName(settings.region),
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      inlinePolicies: {
        welcome: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: gatewayLogActions, resources: [welcome.logGroupArn] }),
          ],
        }),
      },
    });
    new CfnAccount(this, 'Account', { cloudWatchRoleArn: role.roleArn });
  }
}
