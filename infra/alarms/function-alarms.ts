/** What each function, and all of them together, can suffer from. */
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { metricNamespace, serviceName } from '../../services/contract/metrics.ts';
import type { StageNames } from '../../services/contract/names.ts';
import { type FunctionName, routes } from '../../services/contract/routes.ts';
import { timeouts } from '../../services/contract/timeouts.ts';
import {
  type AlarmDefinition,
  above,
  metric,
  silenceIsGood,
  threeOfFive,
} from './alarm-definition.ts';

const nearTimeoutMs = timeouts.functionSeconds * 1000 * 0.8;

/** One member per function each. */
const perFunction = [
  {
    alarmId: 'function-errors',
    meaning: 'crashes, runs out of time or throws',
    name: 'Errors',
    statistic: Stats.SUM,
    threshold: 0,
  },
  {
    alarmId: 'function-throttles',
    meaning: 'is refused by Lambda: no concurrency is left for it',
    name: 'Throttles',
    statistic: Stats.SUM,
    threshold: 0,
  },
  {
    alarmId: 'function-near-timeout',
    meaning: `needs more than ${nearTimeoutMs / 1000} s of its ${timeouts.functionSeconds} s`,
    name: 'Duration',
    statistic: Stats.MAXIMUM,
    threshold: nearTimeoutMs,
  },
] as const;

export function functionAlarms(
  { stage, accountConcurrency }: { readonly stage: string; readonly accountConcurrency: number },
  names: StageNames,
): readonly AlarmDefinition[] {
  const functions = Object.keys(routes) as FunctionName[];
  return [
    ...perFunction.flatMap(({ alarmId, meaning, name, statistic, threshold }) =>
      functions.map(
        (fn): AlarmDefinition => ({
          alarmId,
          qualifier: fn,
          meaning: `The function ${names.functionName(fn)} ${meaning}.`,
          metric: metric('AWS/Lambda', name, { FunctionName: names.functionName(fn) }, statistic),
          threshold,
          comparisonOperator: above,
          ...threeOfFive,
          treatMissingData: silenceIsGood,
        }),
      ),
    ),
    {
      alarmId: 'function-faults',
      meaning: 'Handlers answer 5xx without throwing: a dependency fails, or our own code does.',
      metric: metric(metricNamespace, 'Fault', { service: serviceName, stage }, Stats.SUM),
      threshold: 0,
      comparisonOperator: above,
      ...threeOfFive,
      treatMissingData: silenceIsGood,
    },
    {
      alarmId: 'function-concurrency',
      meaning: `The account runs more than 90 % of its ${accountConcurrency} concurrent executions.`,
      metric: metric('AWS/Lambda', 'ConcurrentExecutions', {}, Stats.MAXIMUM),
      threshold: Math.floor(accountConcurrency * 0.9),
      comparisonOperator: above,
      evaluationPeriods: 5,
      datapointsToAlarm: 5,
      treatMissingData: silenceIsGood,
    },
  ];
}
