/** What the API, its functions and its table can suffer from, besides the objectives: one row per family. */
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { apiMetric, counted, math, metric } from '../../dashboards/metrics.ts';
import type { AlarmId } from '../../services/contract/alarms.ts';
import { metricNamespace } from '../../services/contract/metrics.ts';
import type { StageNames } from '../../services/contract/names.ts';
import { type FunctionName, routes } from '../../services/contract/routes.ts';
import { timeouts } from '../../services/contract/timeouts.ts';
import { tableActions } from '../api/table-actions.ts';
import type { StageSettings } from '../stage-settings.ts';
import type { AlarmDefinition } from './alarm-member.ts';

/** Below this many 4xx in five minutes the share says nothing. */
const minimumClientErrors = 20;

const nearTimeoutMs = timeouts.functionSeconds * 1000 * 0.8;

/** What a family watches of each function or operation: metric, statistic, threshold. */
type Watched = readonly [metricName: string, statistic: string, threshold: number];

export function serviceAlarms(
  { stage, healthCheck, accountConcurrency }: StageSettings,
  names: StageNames,
): readonly AlarmDefinition[] {
  const clientErrors = (statistic: string) =>
    apiMetric(names, '4XXError', statistic, { period: 300 });
  const perFunction = (
    alarmId: AlarmId,
    what: string,
    [metricName, statistic, threshold]: Watched,
  ) =>
    (Object.keys(routes) as FunctionName[]).map((qualifier) => {
      const FunctionName = names.functionName(qualifier);
      return {
        alarmId,
        qualifier,
        meaning: `The function ${FunctionName} ${what}.`,
        metric: metric('AWS/Lambda', metricName, { FunctionName }, statistic),
        threshold,
      };
    });
  // DynamoDB publishes these on {TableName, Operation} only; the functions use one operation each.
  const perOperation = (
    alarmId: AlarmId,
    what: string,
    [metricName, statistic, threshold]: Watched,
  ) =>
    Object.values(tableActions).map((action) => {
      const [TableName, Operation] = [names.table, action.replace('dynamodb:', '')];
      return {
        alarmId,
        qualifier: Operation,
        meaning: `${Operation} on ${TableName} ${what}.`,
        metric: metric('AWS/DynamoDB', metricName, { TableName, Operation }, statistic),
        threshold,
      };
    });
  const noTraffic: AlarmDefinition = {
    alarmId: 'api-no-traffic',
    meaning: 'No request has reached the API for ten minutes, not even the health check.',
    metric: apiMetric(names, 'Count', Stats.SAMPLE_COUNT),
    threshold: 1,
    bad: 'below',
    datapoints: [10, 10],
    silence: 'bad',
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
      datapoints: [2, 3],
    },
    {
      alarmId: 'api-throttled',
      meaning: 'Callers are turned away with 429: the stage’s throttle is reached.',
      metric: metric(metricNamespace, 'Throttled', { stage }, Stats.SUM),
      threshold: 5,
    },
    ...perFunction('function-errors', 'crashes, runs out of time or throws', [
      'Errors',
      Stats.SUM,
      0,
    ]),
    ...perFunction('function-throttles', 'is refused by Lambda: no concurrency is left for it', [
      'Throttles',
      Stats.SUM,
      0,
    ]),
    ...perFunction(
      'function-near-timeout',
      `needs more than ${nearTimeoutMs / 1000} s of its ${timeouts.functionSeconds} s`,
      ['Duration', Stats.MAXIMUM, nearTimeoutMs],
    ),
    {
      alarmId: 'function-faults',
      meaning: 'Handlers answer 5xx without throwing: a dependency fails, or our own code does.',
      metric: counted(names, 'Fault'),
      threshold: 0,
    },
    {
      alarmId: 'function-concurrency',
      meaning: `The account runs more than 90 % of its ${accountConcurrency} concurrent executions.`,
      metric: metric('AWS/Lambda', 'ConcurrentExecutions', {}, Stats.MAXIMUM),
      threshold: Math.floor(accountConcurrency * 0.9),
      datapoints: [5, 5],
    },
    ...perOperation('table-throttled', 'is throttled', ['ThrottledRequests', Stats.SUM, 0]),
    ...perOperation(
      'table-system-errors',
      'fails inside DynamoDB, more often than the SDK’s retries hide',
      ['SystemErrors', Stats.SUM, 0],
    ),
    ...perOperation('table-latency', 'takes DynamoDB more than 50 ms at the 99th percentile', [
      'SuccessfulRequestLatency',
      Stats.p(99),
      50,
    ]).map(
      // Silence says nothing about latency; the error alarms speak then.
      (alarm) => ({ ...alarm, datapoints: [5, 5], silence: 'as before' }) as const,
    ),
  ];
}
