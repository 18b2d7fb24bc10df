/** Traffic that stops, callers that err, callers that are turned away. */
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { metricNamespace } from '../../services/contract/metrics.ts';
import type { StageNames } from '../../services/contract/names.ts';
import {
  type AlarmDefinition,
  above,
  below,
  math,
  metric,
  silenceIsBad,
  silenceIsGood,
  threeOfFive,
} from './alarm-definition.ts';

export interface ApiAlarmSettings {
  readonly stage: string;
  /** Whether the outside health check runs: its steady requests are what `api-no-traffic` misses. */
  readonly healthCheck: boolean;
}

/** Below this many 4xx in five minutes the share says nothing. */
const minimumClientErrors = 20;

export function apiAlarms(
  { stage, healthCheck }: ApiAlarmSettings,
  names: StageNames,
): readonly AlarmDefinition[] {
  const dimensions = { ApiName: names.api, Stage: stage };
  const clientErrors = (statistic: string) =>
    metric('AWS/ApiGateway', '4XXError', dimensions, statistic, 300);
  const noTraffic: AlarmDefinition = {
    alarmId: 'api-no-traffic',
    meaning: 'No request has reached the API for ten minutes, not even the health check.',
    metric: metric('AWS/ApiGateway', 'Count', dimensions, Stats.SAMPLE_COUNT),
    threshold: 1,
    comparisonOperator: below,
    evaluationPeriods: 10,
    datapointsToAlarm: 10,
    treatMissingData: silenceIsBad,
  };
  return [
    ...(healthCheck ? [noTraffic] : []),
    {
      alarmId: 'api-client-errors',
      meaning: 'More than one request in twenty is refused as the caller’s mistake.',
      metric: math(
        `IF(FILL(bad, 0) < ${minimumClientErrors}, 0, bad / total)`,
        { bad: clientErrors(Stats.SUM), total: clientErrors(Stats.SAMPLE_COUNT) },
        300,
        'Share of requests refused with a 4xx',
      ),
      threshold: 0.05,
      comparisonOperator: above,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: silenceIsGood,
    },
    {
      alarmId: 'api-throttled',
      meaning: 'Callers are turned away with 429: the stage’s throttle is reached.',
      metric: metric(metricNamespace, 'Throttled', { stage }, Stats.SUM),
      threshold: 5,
      comparisonOperator: above,
      ...threeOfFive,
      treatMissingData: silenceIsGood,
    },
  ];
}
