/** One member of an alarm family: named, and marked in its metadata, so that proofs, runbooks and dashboards find it. */
import { Alarm, type AlarmProps, type CfnAlarm, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type AlarmId, alarmName, alarms } from '../../services/contract/alarms.ts';
import type { StageSettings } from '../stage-settings.ts';
import { alarmDescription } from './alarm-description.ts';

export interface AlarmMemberProps extends Omit<AlarmProps, 'alarmName' | 'alarmDescription'> {
  readonly settings: StageSettings;
  readonly alarmId: AlarmId;
  /** Window, function or operation: what tells this member from the others of its family. */
  readonly qualifier?: string;
  /** One line: what is wrong when it fires. */
  readonly meaning: string;
  readonly metric: IMetric;
}

export class AlarmMember extends Alarm {
  constructor(scope: Construct, id: string, props: AlarmMemberProps) {
    const { settings, alarmId, qualifier, meaning, ...alarmProps } = props;
    super(scope, id, {
      ...alarmProps,
      alarmName: alarmName(settings.stage, alarmId, qualifier),
      alarmDescription: alarmDescription(settings, alarmId, meaning),
    });
    const resource = this.node.defaultChild as CfnAlarm;
    resource.addMetadata('AlarmId', alarmId);
    resource.addMetadata('Severity', alarms[alarmId].severity);
  }
}
