/** One member of an alarm family: named, described, and marked in its metadata, so that proofs, runbooks and boards find it. */
import {
  Alarm,
  type CfnAlarm,
  type CfnCompositeAlarm,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { consoleUrl } from '../../dashboards/board.ts';
import { type AlarmId, alarmName, alarms } from '../../services/contract/alarms.ts';
import { stageNames } from '../../services/contract/names.ts';
import type { StageSettings } from '../stage-settings.ts';

/** An alarm as its family's file writes it: a row of what is watched. */
export interface AlarmDefinition {
  readonly alarmId: AlarmId;
  /** Window, function or operation: what tells this member from the others of its family. */
  readonly qualifier?: string;
  /** One line: what is wrong when it fires. */
  readonly meaning: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** Default: above the threshold. */
  readonly bad?: 'below' | 'at most';
  /** How many datapoints of how many must be bad; default three of five: one failure, or one bad minute, tells nobody. */
  readonly datapoints?: readonly [bad: number, of: number];
  /** What no data means; default: good. */
  readonly silence?: 'bad' | 'as before';
}

const comparisons = {
  above: ComparisonOperator.GREATER_THAN_THRESHOLD,
  below: ComparisonOperator.LESS_THAN_THRESHOLD,
  'at most': ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
} as const;

const missingData = {
  good: TreatMissingData.NOT_BREACHING,
  bad: TreatMissingData.BREACHING,
  'as before': TreatMissingData.IGNORE,
} as const;

export class AlarmMember extends Alarm {
  constructor(scope: Construct, id: string, settings: StageSettings, definition: AlarmDefinition) {
    const { alarmId, qualifier, metric, threshold } = definition;
    const { bad = 'above', datapoints = [3, 5], silence = 'good' } = definition;
    super(scope, id, {
      metric,
      threshold,
      comparisonOperator: comparisons[bad],
      datapointsToAlarm: datapoints[0],
      evaluationPeriods: datapoints[1],
      treatMissingData: missingData[silence],
      alarmName: alarmName(settings.stage, alarmId, qualifier),
      alarmDescription: alarmDescription(settings, definition),
    });
    markAlarm(this.node.defaultChild as CfnAlarm, alarmId);
  }
}

export function markAlarm(resource: CfnAlarm | CfnCompositeAlarm, id: AlarmId): void {
  resource.addMetadata('AlarmId', id);
  resource.addMetadata('Severity', alarms[id].severity);
}

/** What a person reads first: how bad it is, what it means, what to do, where to look. CloudWatch takes 1,024 characters. */
export function alarmDescription(
  { stage, region, runbooksUrl }: StageSettings,
  { alarmId, meaning }: Pick<AlarmDefinition, 'alarmId' | 'meaning'>,
): string {
  const { severity, board } = alarms[alarmId];
  // The edge's metrics, and so its board, are in us-east-1 only.
  const home = board === 'edge' ? 'us-east-1' : region;
  return [
    severity === 'none' ? 'rollback' : severity,
    meaning,
    `Runbook: ${runbooksUrl}/${alarmId}.md`,
    `Dashboard: ${consoleUrl(home, stageNames(stage).board(board))}`,
  ].join(' | ');
}
