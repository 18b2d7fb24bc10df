/** What the API, its functions and its table can suffer from, besides the objectives: one row per family. */
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { apiMetric, counted, math, metric } from '../../dashboards/metrics.ts';
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

/** What is true of one function or operation: the family, what is said of it, the metric, its statistic and threshold. */
type Family = readonly [AlarmDefinition['alarmId'], string, string, string, number];

const ofFunctions: readonly Family[] = [
  ['function-errors', 'crashes, runs out of time or throws', 'Errors', Stats.SUM, 0],
  [
    'function-throttles',
    'is refused by Lambda: no concurrency is left for it',
    'Throttles',
    Stats.SUM,
    0,
  ],
  [
    'function-near-timeout',
    `needs more than ${nearTimeoutMs / 1000} s of its ${timeouts.functionSeconds} s`,
    'Duration',
    Stats.MAXIMUM,
    nearTimeoutMs,
  ],
];

const ofTable: readonly Family[] = [
  ['table-throttled', 'is throttled', 'ThrottledRequests', Stats.SUM, 0],
  [
    'table-system-errors',
    'fails inside DynamoDB, more often than the SDK’s retries hide',
    'SystemErrors',
    Stats.SUM,
    0,
  ],
];

export function serviceAlarms(
  { stage, healthCheck, accountConcurrency }: StageSettings,
  names: StageNames,
): readonly AlarmDefinition[] {
  const clientErrors = (statistic: string) =>
    apiMetric(names, '4XXError', statistic, { period: 300 });
  const functions = (Object.keys(routes) as FunctionName[]).map(names.functionName);
  const operations = Object.values(tableActions).map((action) => action.replace('dynamodb:', ''));
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
    ...ofFunctions.flatMap(([alarmId, what, metricName, statistic, threshold]) =>
      functions.map((FunctionName) => ({
        alarmId,
        qualifier: FunctionName.slice(names.prefix.length + 1),
        meaning: `The function ${FunctionName} ${what}.`,
        metric: metric('AWS/Lambda', metricName, { FunctionName }, statistic),
        threshold,
      })),
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
    // DynamoDB publishes these on {TableName, Operation} only; the functions use one operation each.
    ...ofTable.flatMap(([alarmId, what, metricName, statistic, threshold]) =>
      operations.map((Operation) => ({
        alarmId,
        qualifier: Operation,
        meaning: `${Operation} on ${names.table} ${what}.`,
        metric: metric(
          'AWS/DynamoDB',
          metricName,
          { TableName: names.table, Operation },
          statistic,
        ),
        threshold,
      })),
    ),
    ...operations.map(
      (Operation): AlarmDefinition => ({
        alarmId: 'table-latency',
        qualifier: Operation,
        meaning: `${Operation} on ${names.table} takes DynamoDB more than 50 ms at the 99th percentile.`,
        metric: metric(
          'AWS/DynamoDB',
          'SuccessfulRequestLatency',
          { TableName: names.table, Operation },
          Stats.p(99),
        ),
        threshold: 50,
        datapoints: [5, 5],
        // Silence says nothing about latency; the error alarms speak then.
        silence: 'as before',
      }),
    ),
  ];
}
