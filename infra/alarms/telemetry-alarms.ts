/** Whether we still see: telemetry that costs too much, is malformed, or has stopped. */
import { type MathExpression, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { apiMetric, counted, math, metric } from '../../dashboards/metrics.ts';
import type { StageNames } from '../../services/contract/names.ts';
import { type FunctionName, routes } from '../../services/contract/routes.ts';
import type { StageSettings } from '../stage-settings.ts';
import type { AlarmDefinition } from './alarm-member.ts';

/** Below this many invocations in five minutes a missing count says nothing. */
const minimumInvocations = 20;

/** One refused document is a curiosity; a function that writes none that is right reaches this within its next calls. */
const refusedPerHour = 10;

export function telemetryAlarms(
  { logBytesPerHour }: StageSettings,
  names: StageNames,
  executionLog: string,
): readonly AlarmDefinition[] {
  const functions = Object.keys(routes) as FunctionName[];
  const functionLogs = functions.map(names.functionLog);
  const ofLog = (metricName: string) => (LogGroupName: string) =>
    metric('AWS/Logs', metricName, { LogGroupName }, Stats.SUM, { period: 3600 });
  const period = 300;
  return [
    {
      alarmId: 'log-volume',
      meaning: `The stage’s log groups take in more than ${logBytesPerHour / 1e6} MB an hour.`,
      metric: anHoursSum(
        'bytes',
        [...functionLogs, names.accessLog, executionLog].map(ofLog('IncomingBytes')),
        'Bytes taken in by all log groups',
      ),
      threshold: logBytesPerHour,
      datapoints: [1, 1],
    },
    {
      alarmId: 'telemetry-broken',
      qualifier: 'emf-errors',
      meaning: 'CloudWatch refuses metrics that a function writes to its log.',
      metric: anHoursSum(
        'refused',
        functionLogs.flatMap((log) => [
          ofLog('EMFParsingErrors')(log),
          ofLog('EMFValidationErrors')(log),
        ]),
        'Metric documents that CloudWatch refused in an hour',
      ),
      threshold: refusedPerHour,
      datapoints: [1, 1],
    },
    {
      alarmId: 'telemetry-broken',
      qualifier: 'not-counted',
      // A request that ends in a 5xx may have crashed before it was counted: it has alarms of its own.
      meaning:
        'Functions run without counting what they handle: business metrics and faults are blind.',
      metric: math(
        `IF(FILL(invocations, 0) < ${minimumInvocations}, 0, (invocations - handled - failed) / invocations)`,
        {
          invocations: sumOf(
            'run',
            functions
              .map(names.functionName)
              .map((FunctionName) =>
                metric('AWS/Lambda', 'Invocations', { FunctionName }, Stats.SUM, { period }),
              ),
            period,
            'Invocations of all functions',
          ),
          handled: counted(names, 'Handled', { period }),
          failed: apiMetric(names, '5XXError', Stats.SUM, { period }),
        },
        period,
        'Share of invocations that nobody counted',
      ),
      threshold: 0.1,
      datapoints: [2, 3],
    },
  ];
}

/** `run1 + run2 + …`: an addend without data counts as zero ("Using math expressions", arithmetic). */
function sumOf(
  id: string,
  addends: readonly Metric[],
  seconds: number,
  label: string,
): MathExpression {
  const named = addends.map((addend, index) => [`${id}${index + 1}`, addend] as const);
  const expression = named.map(([name]) => name).join(' + ');
  return math(expression, Object.fromEntries(named), seconds, label);
}

/** Filled: without it an hour without data would make CloudWatch look back, and count the hours before it once more. */
const anHoursSum = (id: string, addends: readonly Metric[], label: string): MathExpression =>
  math('FILL(total, 0)', { total: sumOf(id, addends, 3600, label) }, 3600, label);
