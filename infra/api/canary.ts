/**
 * A new version gets a tenth of the traffic for five minutes and all of it only if neither errors nor faults of that
 * version alone say otherwise: the overall error ratio of a canary is too small to notice.
 */

import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  LambdaApplication,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
} from 'aws-cdk-lib/aws-codedeploy';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { metricNamespace, serviceName } from '../../services/contract/metrics.ts';
import type { FunctionName } from '../../services/contract/routes.ts';
import { AlarmMember } from '../alarms/alarm-member.ts';
import { metric } from '../alarms/metrics.ts';
import type { StageSettings } from '../stage-settings.ts';
import { type ItemFunction, liveAlias } from './item-function.ts';

export class Canary extends Construct {
  constructor(
    scope: Construct,
    id: string,
    settings: StageSettings,
    functions: Readonly<Record<FunctionName, ItemFunction>>,
  ) {
    super(scope, id);
    const application = new LambdaApplication(this, 'Application', {
      applicationName: `manara-${settings.stage}`,
    });
    for (const [name, { live, function: fn }] of Object.entries(functions)) {
      const functionName = `manara-${settings.stage}-${name}`;
      const version = fn.currentVersion.version;
      const alarms = Object.entries(versionMetrics(settings, name, functionName, version)).map(
        ([signal, metric]) =>
          new AlarmMember(this, `${name}-${signal}`, settings, {
            alarmId: 'deployment-rollback',
            qualifier: `${name}-${signal}`,
            meaning: `The version of ${functionName} that is being released has ${signal}.`,
            metric,
            threshold: 0,
            // One failure may be chance; two minutes of five with one are not.
            datapoints: [2, 5],
          }),
      );
      const role = deploymentRole(this, `${name}-role`, functionName, alarms);
      new LambdaDeploymentGroup(this, name, {
        application,
        deploymentGroupName: functionName,
        alias: live,
        deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
        alarms,
        role: role.withoutPolicyUpdates(),
        autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
      });
    }
  }
}

/** Lambda publishes {FunctionName, Resource, ExecutedVersion} while an alias splits its traffic ("Lambda metrics"). */
function versionMetrics(
  { stage }: StageSettings,
  name: string,
  functionName: string,
  version: string,
) {
  const ofVersion = {
    FunctionName: functionName,
    Resource: `${functionName}:${liveAlias}`,
    ExecutedVersion: version,
  };
  const fault = { service: serviceName, stage, function: name, version };
  return {
    errors: metric('AWS/Lambda', 'Errors', ofVersion, Stats.SUM),
    faults: metric(metricNamespace, 'Fault', fault, Stats.SUM),
  };
}

/**
 * What CodeDeploy needs for one function, without the managed policy's `*`. Names, not references: the alias waits for the
 * deployment group, which waits for this role.
 */
function deploymentRole(
  scope: Construct,
  id: string,
  functionName: string,
  alarms: readonly AlarmMember[],
): Role {
  const { partition, region, account } = Stack.of(scope);
  const functionArn = `arn:${partition}:lambda:${region}:${account}:function:${functionName}`;
  return new Role(scope, id, {
    assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
    description: `CodeDeploy shifts the traffic of ${functionName}`,
    inlinePolicies: {
      shift: new PolicyDocument({
        statements: [
          new PolicyStatement({
            actions: [
              'lambda:GetAlias',
              'lambda:GetProvisionedConcurrencyConfig',
              'lambda:UpdateAlias',
            ],
            resources: [functionArn, `${functionArn}:${liveAlias}`],
          }),
          new PolicyStatement({
            actions: ['cloudwatch:DescribeAlarms'],
            resources: alarms.map(({ alarmArn }) => alarmArn),
          }),
        ],
      }),
    },
  });
}
