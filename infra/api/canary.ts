/**
 * A new version gets a tenth of the traffic for five minutes and all of it only if neither errors nor faults of that
 * version alone say otherwise: the overall error ratio of a canary is too small to notice.
 */
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { metric } from '../../dashboards/metrics.ts';
import { metricNamespace, serviceName } from '../../services/contract/metrics.ts';
import type { FunctionName } from '../../services/contract/routes.ts';
import { AlarmMember } from '../alarms/alarm-member.ts';
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
    const { stage } = settings;
    const application = new codedeploy.LambdaApplication(this, 'Application', {
      applicationName: `manara-${stage}`,
    });
    for (const [name, { live, function: fn }] of Object.entries(functions)) {
      const functionName = `manara-${stage}-${name}`;
      const { version } = fn.currentVersion;
      // Lambda publishes these three while an alias splits its traffic ("Lambda metrics").
      const ofVersion = {
        FunctionName: functionName,
        Resource: `${functionName}:${liveAlias}`,
        ExecutedVersion: version,
      };
      const ofFault = { service: serviceName, stage, function: name, version };
      const signals = {
        errors: metric('AWS/Lambda', 'Errors', ofVersion, Stats.SUM),
        faults: metric(metricNamespace, 'Fault', ofFault, Stats.SUM),
      };
      const alarms = Object.entries(signals).map(
        ([signal, watched]) =>
          new AlarmMember(this, `${name}-${signal}`, settings, {
            alarmId: 'deployment-rollback',
            qualifier: `${name}-${signal}`,
            meaning: `The version of ${functionName} that is being released has ${signal}.`,
            metric: watched,
            threshold: 0,
            // One failure may be chance; two minutes of five with one are not.
            datapoints: [2, 5],
          }),
      );
      new codedeploy.LambdaDeploymentGroup(this, name, {
        application,
        deploymentGroupName: functionName,
        alias: live,
        deploymentConfig: codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
        alarms,
        role: this.#role(`${name}-role`, functionName, alarms).withoutPolicyUpdates(),
        autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
      });
    }
  }

  /**
   * What CodeDeploy needs for one function, without the managed policy's `*`. Names, not references: the alias waits for the
   * deployment group, which waits for this role.
   */
  #role(id: string, functionName: string, alarms: readonly AlarmMember[]): Role {
    const { partition, region, account } = Stack.of(this);
    const functionArn = `arn:${partition}:lambda:${region}:${account}:function:${functionName}`;
    const aliasActions = ['GetAlias', 'GetProvisionedConcurrencyConfig', 'UpdateAlias'];
    const statements = [
      new PolicyStatement({
        actions: aliasActions.map((action) => `lambda:${action}`),
        resources: [functionArn, `${functionArn}:${liveAlias}`],
      }),
      new PolicyStatement({
        actions: ['cloudwatch:DescribeAlarms'],
        resources: alarms.map(({ alarmArn }) => alarmArn),
      }),
    ];
    return new Role(this, id, {
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
      description: `CodeDeploy shifts the traffic of ${functionName}`,
      inlinePolicies: { shift: new PolicyDocument({ statements }) },
    });
  }
}
