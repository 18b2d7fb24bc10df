/** Where alarms of the API's region are heard. */
import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { AlertTopics } from '../notify/alert-topics.ts';
import type { StageSettings } from '../stage-settings.ts';

export class NotifyStack extends Stack {
  readonly topics: AlertTopics;

  constructor(scope: Construct, id: string, settings: StageSettings, props: StackProps) {
    super(scope, id, props);
    this.topics = new AlertTopics(this, 'Alerts', settings, `manara-${settings.stage}`);
  }
}
