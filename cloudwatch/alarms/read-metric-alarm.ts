/**
 * `AWS::CloudWatch::Alarm` → what the evaluator needs. Anything that it would have to ignore is refused by name.
 * Sources: CloudFormation template reference of the type; CloudWatch API reference, PutMetricAlarm (limits).
 */
import { NotModelledError, readMetricMath } from '../math/metric-math.ts';
import type { MetricIdentity } from '../metrics/metric.ts';
import { parseStatistic, StatisticError } from '../metrics/statistics.ts';
import type { Readings } from '../readings.ts';
import { SourceError } from '../syntax/source-error.ts';
import type { TemplateResource } from '../template/open-templates.ts';
import { isRecord } from '../template/parse-template.ts';
import {
  bandOperators,
  comparisonOperators,
  type MetricAlarm,
  type MetricInput,
  type MissingData,
  missingDataModes,
  type Threshold,
} from './alarm.ts';

/** CloudWatch itself would refuse this alarm. */
export class InvalidAlarmError extends Error {
  override name = 'InvalidAlarmError';
}

type MetricPart = Omit<MetricAlarm, 'actions' | 'file' | 'logicalId' | 'path' | 'name' | 'family'>;

const modelled = new Set([
  ...['ActionsEnabled', 'AlarmActions', 'AlarmDescription', 'AlarmName', 'ComparisonOperator'],
  ...['DatapointsToAlarm', 'Dimensions', 'EvaluateLowSampleCountPercentile', 'EvaluationPeriods'],
  ...['ExtendedStatistic', 'InsufficientDataActions', 'MetricName', 'Metrics', 'Namespace'],
  ...['OKActions', 'Period', 'Statistic', 'Tags', 'Threshold', 'ThresholdMetricId'],
  ...['TreatMissingData', 'Unit'],
]);

const limits = { metrics: 10, expressions: 10, day: 86_400, week: 604_800 } as const;

/** @throws InvalidAlarmError, NotModelledError, UnresolvedError (a property that the templates do not tell) */
export function readMetricAlarm(resource: TemplateResource, readings: Readings): MetricPart {
  for (const name of Object.keys(resource.body.Properties ?? {})) {
    if (!modelled.has(name)) throw new NotModelledError(`the property ${name} is not modelled`);
  }
  const { inputs, math, period } = resource.property('Metrics')
    ? readMetrics(resource)
    : readSingleMetric(resource);
  const evaluationPeriods = positive(resource, 'EvaluationPeriods');
  const part: MetricPart = {
    kind: 'metric',
    inputs,
    math,
    period,
    evaluationPeriods,
    datapointsToAlarm:
      resource.property('DatapointsToAlarm') === undefined
        ? evaluationPeriods
        : positive(resource, 'DatapointsToAlarm'),
    threshold: readThreshold(resource),
    treatMissingData: readMissingData(resource, inputs, math === undefined, readings),
    ignoreLowSamples: resource.property('EvaluateLowSampleCountPercentile') === 'ignore',
  };
  checkWindow(part);
  return part;
}

/** What PutMetricAlarm checks of the numbers. @throws InvalidAlarmError */
export function checkWindow(part: MetricPart): void {
  const { period, evaluationPeriods: n, datapointsToAlarm: m } = part;
  if (![10, 20, 30].includes(period) && (period % 60 !== 0 || period < 60)) {
    throw new InvalidAlarmError(`Period ${period} must be 10, 20, 30 or a multiple of 60`);
  }
  if (m > n || m < 1) {
    throw new InvalidAlarmError(`DatapointsToAlarm ${m} must be from 1 to EvaluationPeriods ${n}`);
  }
  const limit = period < 3600 ? limits.day : limits.week;
  if (period * n > limit) {
    throw new InvalidAlarmError(
      `Period × EvaluationPeriods is ${period * n} s, above ${limit} s for ${period < 3600 ? 'periods below' : 'periods from'} one hour`,
    );
  }
}

function readSingleMetric(resource: TemplateResource) {
  const named = resource.property('Statistic') ?? resource.property('ExtendedStatistic');
  const metric = {
    Namespace: resource.property('Namespace'),
    MetricName: resource.property('MetricName'),
    Dimensions: resource.property('Dimensions'),
  };
  const input = readInput('m1', metric, named, resource.property('Unit'));
  return { inputs: [input], math: undefined, period: positive(resource, 'Period') };
}

function readInput(id: string, metric: unknown, statistic: unknown, unit: unknown): MetricInput {
  if (statistic === undefined) throw new InvalidAlarmError(`${id} has no statistic`);
  return {
    id,
    metric: readMetric(id, metric),
    statistic: asStatistic(String(statistic)),
    statisticName: String(statistic),
    unit: unit === undefined ? undefined : String(unit),
  };
}

function asStatistic(text: string) {
  try {
    return parseStatistic(text);
  } catch (error) {
    if (error instanceof StatisticError) throw new InvalidAlarmError(error.message);
    throw error;
  }
}

function readMetric(id: string, metric: unknown): MetricIdentity {
  const { Namespace, MetricName, Dimensions = [] } = (metric ?? {}) as Record<string, unknown>;
  if (Namespace === undefined || MetricName === undefined) {
    throw new InvalidAlarmError(`${id} needs Namespace and MetricName`);
  }
  const list = (Array.isArray(Dimensions) ? Dimensions : []) as { Name: unknown; Value: unknown }[];
  return {
    namespace: String(Namespace),
    name: String(MetricName),
    dimensions: Object.fromEntries(list.map(({ Name, Value }) => [String(Name), String(Value)])),
  };
}

interface Query {
  readonly Id?: unknown;
  readonly Expression?: unknown;
  readonly Period?: unknown;
  readonly ReturnData?: unknown;
  readonly AccountId?: unknown;
  readonly MetricStat?: Readonly<Record<string, unknown>>;
}

function readMetrics(resource: TemplateResource) {
  const queries = resource.property('Metrics') as readonly Query[];
  if (!Array.isArray(queries) || !queries.every(isRecord)) {
    throw new InvalidAlarmError('Metrics must be a list of metrics and expressions');
  }
  const stats = queries.filter(({ MetricStat }) => MetricStat !== undefined);
  const expressions = queries.filter(({ Expression }) => Expression !== undefined);
  if (stats.length > limits.metrics || expressions.length > limits.expressions) {
    throw new InvalidAlarmError('Metrics holds more than 10 metrics or 10 expressions');
  }
  const period = periodOf(stats, expressions);
  const inputs = stats.map(({ Id, MetricStat, AccountId }) => {
    if (AccountId !== undefined && AccountId !== accountOf(resource)) {
      throw new NotModelledError(`${String(Id)} reads another account's metric: this`);
    }
    const { Metric, Stat, Unit } = MetricStat as Record<string, unknown>;
    return readInput(String(Id), Metric, Stat, Unit);
  });
  const sources = new Map(
    expressions.map(({ Id, Expression }) => [String(Id), String(Expression)]),
  );
  return { inputs, period, math: readMath(inputs, sources, resultOf(resource, queries)) };
}

const accountOf = ({ arn }: TemplateResource) => arn.split(':')[4];

function periodOf(stats: readonly Query[], expressions: readonly Query[]): number {
  const periods = new Set([
    ...stats.map(({ MetricStat }) => Number(MetricStat!['Period'])),
    ...expressions.flatMap(({ Period }) => (Period === undefined ? [] : [Number(Period)])),
  ]);
  const [period] = periods;
  if (periods.size !== 1 || !Number.isFinite(period)) {
    throw new InvalidAlarmError('all metrics of an alarm must have the same period');
  }
  return period!;
}

/** The one query that returns data; an anomaly alarm returns its metric and the band. */
function resultOf(resource: TemplateResource, queries: readonly Query[]): string {
  const band = resource.property('ThresholdMetricId');
  const returned = queries
    .filter(({ ReturnData }) => ReturnData === undefined || String(ReturnData) === 'true')
    .map(({ Id }) => String(Id))
    .filter((id) => id !== band);
  if (returned.length !== 1) {
    throw new InvalidAlarmError(
      `exactly one metric or expression must have ReturnData true, here ${returned.length} have`,
    );
  }
  return returned[0]!;
}

export function readMath(
  inputs: readonly MetricInput[],
  sources: Parameters<typeof readMetricMath>[1],
  result: string,
) {
  try {
    const ids = inputs.map(({ id }) => id);
    const math = readMetricMath(ids, sources, result);
    if (math.type !== 'TS') {
      throw new InvalidAlarmError(`${result} must be one time series, it is ${math.type}`);
    }
    return math;
  } catch (error) {
    if (error instanceof SourceError) {
      throw new InvalidAlarmError(`${error.message}\n${error.excerpt()}`);
    }
    throw error;
  }
}

function readThreshold(resource: TemplateResource): Threshold {
  const operator = String(resource.property('ComparisonOperator'));
  if (Object.hasOwn(bandOperators, operator)) {
    if (resource.property('ThresholdMetricId') === undefined) {
      throw new InvalidAlarmError(`${operator} needs ThresholdMetricId`);
    }
    return { operator: operator as keyof typeof bandOperators };
  }
  if (!Object.hasOwn(comparisonOperators, operator)) {
    throw new InvalidAlarmError(`ComparisonOperator cannot be ${operator}`);
  }
  const value = Number(resource.property('Threshold') ?? Number.NaN);
  if (Number.isNaN(value)) throw new InvalidAlarmError('Threshold must be a number');
  return { operator: operator as keyof typeof comparisonOperators, value };
}

function readMissingData(
  resource: TemplateResource,
  [first]: readonly MetricInput[],
  isSingle: boolean,
  { dynamodbMissing }: Readings,
): MissingData {
  const dynamodb = isSingle && first?.metric.namespace === 'AWS/DynamoDB';
  const chosen = resource.property('TreatMissingData');
  if (dynamodb && dynamodbMissing === 'always-ignore') return 'ignore';
  if (chosen === undefined) return dynamodb ? 'ignore' : 'missing';
  const mode = missingDataModes.find((each) => each === chosen);
  if (mode) return mode;
  throw new InvalidAlarmError(`TreatMissingData cannot be ${String(chosen)}`);
}

function positive(resource: TemplateResource, name: string): number {
  const value = Number(resource.property(name) ?? Number.NaN);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidAlarmError(`${name} must be a whole number above 0`);
}
