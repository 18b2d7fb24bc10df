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

export class AlertTopics extends Construct {
  readonly page: Topic;
  readonly ticket: Topic;

  /** @param prefix `manara-prod`; the topics are `<prefix>-page` and `<prefix>-ticket` */
  constructor(scope: Construct, id: string, settings: StageSettings, prefix: string) {
    super(scope, id);
    const key = new Key(this, 'Key', {
      description: `${prefix}: alerts`,
      enableKeyRotation: true,
      removalPolicy: settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    key.addToResourcePolicy(this.#letPublish(['kms:Decrypt', 'kms:GenerateDataKey'], '*'));
    const topic = (severity: 'page' | 'ticket') => {
      const made = new Topic(this, severity, {
        topicName: `${prefix}-${severity}`,
        displayName: `${settings.stage} ${severity}`,
        masterKey: key,
        enforceSSL: true,
      });
      made.addToResourcePolicy(this.#letPublish(['sns:Publish'], made.topicArn));
      // In the topic itself: an e-mail that cannot be delivered has no better place to wait, so no dead-letter queue.
      const resource = made.node.defaultChild as CfnTopic;
      resource.subscription = settings.emails[severity].map((endpoint) => ({
        protocol: 'email',
        endpoint,
      }));
      return made;
    };
    this.page = topic('page');
    this.ticket = topic('ticket');
  }

  /** CloudWatch and Budgets, for this account only. */
  #letPublish(actions: string[], resource: string): PolicyStatement {
    return new PolicyStatement({
      principals: ['budgets', 'cloudwatch'].map(
        (service) => new ServicePrincipal(`${service}.amazonaws.com`),
      ),
      actions,
      resources: [resource],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    });
  }
}
