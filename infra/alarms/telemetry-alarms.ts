/** Whether we still see: telemetry that costs too much, is malformed, or has stopped. */
import { type MathExpression, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { metricNamespace, serviceName } from '../../services/contract/metrics.ts';
import type { StageNames } from '../../services/contract/names.ts';
import { type FunctionName, routes } from '../../services/contract/routes.ts';
import { type AlarmDefinition, above, math, metric, silenceIsGood } from './alarm-definition.ts';

/** Below this many invocations in five minutes a missing count says nothing. */
const minimumInvocations = 20;

/** One refused document is a curiosity; a function that writes none that is right reaches this within its next calls. */
const refusedPerHour = 10;

export interface TelemetryAlarmSettings {
  readonly stage: string;
  /** Bytes that all log groups of the stage together may take in an hour. */
  readonly logBytesPerHour: number;
}

export function telemetryAlarms(
  { stage, logBytesPerHour }: TelemetryAlarmSettings,
  names: StageNames,
  executionLog: string,
): readonly AlarmDefinition[] {
  const functions = Object.keys(routes) as FunctionName[];
  const functionLogs = functions.map(names.functionLog);
  return [
    {
      alarmId: 'log-volume',
      meaning: `The stage’s log groups take in more than ${logBytesPerHour / 1e6} MB an hour.`,
      metric: filled(
        sumOf(
          'bytes',
          [...functionLogs, names.accessLog, executionLog].map((logGroup) =>
            metric('AWS/Logs', 'IncomingBytes', { LogGroupName: logGroup }, Stats.SUM, 3600),
          ),
          3600,
          'Bytes taken in by all log groups',
        ),
      ),
      threshold: logBytesPerHour,
      comparisonOperator: above,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: silenceIsGood,
    },
    {
      alarmId: 'telemetry-broken',
      qualifier: 'emf-errors',
      meaning: 'CloudWatch refuses metrics that a function writes to its log.',
      metric: filled(
        sumOf(
          'refused',
          functionLogs.flatMap((logGroup) =>
            ['EMFParsingErrors', 'EMFValidationErrors'].map((name) =>
              metric('AWS/Logs', name, { LogGroupName: logGroup }, Stats.SUM, 3600),
            ),
          ),
          3600,
          'Metric documents that CloudWatch refused in an hour',
        ),
      ),
      threshold: refusedPerHour,
      comparisonOperator: above,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: silenceIsGood,
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
            functions.map((name) =>
              metric(
                'AWS/Lambda',
                'Invocations',
                { FunctionName: names.functionName(name) },
                Stats.SUM,
                300,
              ),
            ),
            300,
            'Invocations of all functions',
          ),
          handled: metric(
            metricNamespace,
            'Handled',
            { service: serviceName, stage },
            Stats.SUM,
            300,
          ),
          failed: metric(
            'AWS/ApiGateway',
            '5XXError',
            { ApiName: names.api, Stage: stage },
            Stats.SUM,
            300,
          ),
        },
        300,
        'Share of invocations that nobody counted',
      ),
      threshold: 0.1,
      comparisonOperator: above,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: silenceIsGood,
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
  const expression = named.map(([id]) => id).join(' + ');
  return math(expression, Object.fromEntries(named), seconds, label);
}

/** Without it an hour without data would make CloudWatch look back, and count the hours before it once more. */
const filled = (sum: MathExpression): MathExpression =>
  math('FILL(total, 0)', { total: sum }, 3600, sum.label ?? '');
