/**
 * The topics that alarms and budgets speak to, one per severity, encrypted with a key that admits exactly those two
 * services: under a key that does not name CloudWatch, alarms are published to nobody.
 */

import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type CfnTopic, Topic } from 'aws-cdk-lib/aws-sns';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { StageSettings } from '../stage-settings.ts';

export type AlertSeverity = keyof StageSettings['emails'];

const publishers = ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'] as const;

export class AlertTopics extends Construct {
  readonly page: Topic;
  readonly ticket: Topic;

  /** @param prefix `manara-prod`; the topics are `<prefix>-page` and `<prefix>-ticket` */
  constructor(scope: Construct, id: string, settings: StageSettings, prefix: string) {
    super(scope, id);
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    const key = new Key(this, 'Key', {
      description: `${prefix}: alerts`,
      enableKeyRotation: true,
      removalPolicy: settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    for (const service of publishers) {
      key.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal(service)],
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: ['*'],
          conditions: ofThisAccount,
        }),
      );
    }
    const topic = (severity: AlertSeverity, displayName: string) => {
      const made = new Topic(this, severity, {
        topicName: `${prefix}-${severity}`,
        displayName,
        masterKey: key,
        enforceSSL: true,
      });
      for (const service of publishers) {
        made.addToResourcePolicy(
          new PolicyStatement({
            principals: [new ServicePrincipal(service)],
            actions: ['sns:Publish'],
            resources: [made.topicArn],
            conditions: ofThisAccount,
          }),
        );
      }
      // In the topic itself: an e-mail that cannot be delivered has no better place to wait, so no dead-letter queue.
      (made.node.defaultChild as CfnTopic).subscription = settings.emails[severity].map(
        (endpoint) => ({
          protocol: 'email',
          endpoint,
        }),
      );
      return made;
    };
    this.page = topic('page', `${settings.stage} page`);
    this.ticket = topic('ticket', `${settings.stage} ticket`);
  }
}
