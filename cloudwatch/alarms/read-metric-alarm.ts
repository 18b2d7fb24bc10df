/**
 * `AWS::CloudWatch::Alarm` → what the evaluator needs. Anything that it would have to ignore is refused by name.
 * Sources: CloudFormation template reference of the type; CloudWatch API reference, PutMetricAlarm (limits).
 */
import type { Readings } from '../readings.ts';
import type { TemplateResource } from '../template/template-set.ts';
import {
  bandOperators,
  comparisonOperators,
  type MetricAlarm,
  type MetricInput,
  type MissingData,
  missingDataModes,
  type Threshold,
} from './alarm.ts';
import { refuse } from './invalid-alarm-error.ts';
import { positive, readMetrics } from './read-metrics.ts';

type MetricPart = Omit<MetricAlarm, 'actions' | 'file' | 'logicalId' | 'path' | 'name' | 'family'>;

const limits = { day: 86_400, week: 604_800 } as const;

/** @throws InvalidAlarmError, NotModelledError, UnresolvedError (a property that the templates do not tell) */
export function readMetricAlarm(resource: TemplateResource, readings: Readings): MetricPart {
  const { inputs, math, period } = readMetrics(resource);
  const evaluationPeriods = positive(resource, 'EvaluationPeriods');
  const hasOwnM = resource.property('DatapointsToAlarm') !== undefined;
  const lowSamples = resource.property('EvaluateLowSampleCountPercentile') ?? 'evaluate';
  if (lowSamples !== 'evaluate' && lowSamples !== 'ignore') {
    refuse(`EvaluateLowSampleCountPercentile cannot be ${lowSamples}`, 'choose evaluate or ignore');
  }
  const part: MetricPart = {
    ...{ kind: 'metric', inputs, math, period, evaluationPeriods },
    datapointsToAlarm: hasOwnM ? positive(resource, 'DatapointsToAlarm') : evaluationPeriods,
    threshold: readThreshold(resource),
    treatMissingData: readMissingData(resource, math ? undefined : inputs[0], readings),
    ignoreLowSamples: lowSamples === 'ignore',
  };
  checkWindow(part);
  return part;
}

/** What PutMetricAlarm checks of the numbers. @throws InvalidAlarmError */
export function checkWindow(part: MetricPart): void {
  const { period, evaluationPeriods: n, datapointsToAlarm: m } = part;
  if (![10, 20, 30].includes(period) && (period % 60 !== 0 || period < 60)) {
    refuse(
      `Period ${period} must be 10, 20, 30 or a multiple of 60`,
      'choose one of these, in seconds',
    );
  }
  if (m > n || m < 1) {
    refuse(
      `DatapointsToAlarm ${m} must be from 1 to EvaluationPeriods ${n}`,
      'change one of the two',
    );
  }
  const limit = period < 3600 ? limits.day : limits.week;
  const which = period < 3600 ? 'periods below' : 'periods from';
  if (period * n > limit) {
    refuse(
      `Period × EvaluationPeriods is ${period * n} s, above ${limit} s for ${which} one hour`,
      'evaluate fewer periods, or shorter ones',
    );
  }
}

const choice = (words: readonly string[]) => `choose ${words.join(', ')}`;

const isKey = <Table extends object>(table: Table, key: string): key is keyof Table & string =>
  Object.hasOwn(table, key);

export function readThreshold(resource: TemplateResource): Threshold {
  const operator = String(resource.property('ComparisonOperator') ?? 'left out');
  if (isKey(bandOperators, operator)) {
    if (resource.property('ThresholdMetricId') !== undefined) return { operator };
    refuse(`${operator} needs ThresholdMetricId`, 'set it to the id of the band');
  }
  if (!isKey(comparisonOperators, operator)) {
    refuse(`ComparisonOperator cannot be ${operator}`, choice(Object.keys(comparisonOperators)));
  }
  const value = Number(resource.property('Threshold') ?? Number.NaN);
  if (Number.isNaN(value))
    refuse('Threshold must be a number', 'write it in the unit of the metric');
  return { operator, value };
}

/** @param metric of an alarm without math: whether DynamoDB's exception holds within math is not documented */
function readMissingData(
  resource: TemplateResource,
  metric: MetricInput | undefined,
  { dynamodbMissing }: Readings,
): MissingData {
  const isDynamodb = metric?.metric.namespace === 'AWS/DynamoDB';
  if (isDynamodb && dynamodbMissing === 'always-ignore') return 'ignore';
  const chosen = resource.property('TreatMissingData') ?? (isDynamodb ? 'ignore' : 'missing');
  const mode = missingDataModes.find((each) => each === chosen);
  return mode ?? refuse(`TreatMissingData cannot be ${String(chosen)}`, choice(missingDataModes));
}
