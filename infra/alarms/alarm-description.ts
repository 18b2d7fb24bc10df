/** What a person reads first: how bad it is, what it means, what to do, where to look. CloudWatch takes 1,024 characters. */
import { type AlarmId, alarms } from '../../services/contract/alarms.ts';
import { stageNames } from '../../services/contract/names.ts';
import type { StageSettings } from '../stage-settings.ts';

export function alarmDescription(settings: StageSettings, id: AlarmId, meaning: string): string {
  const { severity, board } = alarms[id];
  return [
    severity === 'none' ? 'rollback' : severity,
    meaning,
    `Runbook: ${settings.runbooksUrl}/${id}.md`,
    `Dashboard: ${boardUrl(settings, board)}`,
  ].join(' | ');
}

/** The edge's metrics, and so its board, are in us-east-1 only. */
export function boardUrl({ stage, region }: StageSettings, board: string): string {
  const home = board === 'edge' ? 'us-east-1' : region;
  return `https://${home}.console.aws.amazon.com/cloudwatch/home?region=${home}#dashboards/dashboard/${stageNames(stage).board(board)}`;
}
