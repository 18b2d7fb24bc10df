/**
 * The metrics, math and period of an `AWS::CloudWatch::Alarm`, written as one metric or as a list of metrics and expressions.
 * Source: CloudWatch API reference, PutMetricAlarm and MetricDataQuery.
 */
import { NotModelledError, readMetricMath } from '../math/metric-math.ts';
import { needsValues } from '../metrics/statistics.ts';
import { SourceError } from '../syntax/source-error.ts';
import { isRecord } from '../template/parse-template.ts';
import type { TemplateResource } from '../template/template-set.ts';
import type { MetricAlarm, MetricInput } from './alarm.ts';
import { refuse } from './invalid-alarm-error.ts';
import { isScalar, readInput } from './read-input.ts';

type MetricsPart = Pick<MetricAlarm, 'inputs' | 'math' | 'period'>;

const limits = { metrics: 10, expressions: 10 } as const;

/** @throws InvalidAlarmError, NotModelledError, UnresolvedError */
export const readMetrics = (resource: TemplateResource): MetricsPart =>
  resource.property('Metrics') ? readQueries(resource) : readSingleMetric(resource);

function readSingleMetric(resource: TemplateResource): MetricsPart {
  const [statistic, extended, Namespace, MetricName, Dimensions, unit] = [
    ...['Statistic', 'ExtendedStatistic', 'Namespace', 'MetricName', 'Dimensions', 'Unit'],
  ].map((name) => resource.property(name));
  if (statistic !== undefined && extended !== undefined) {
    refuse('Statistic and ExtendedStatistic exclude each other', 'remove one of them');
  }
  const metric = { Namespace, MetricName, Dimensions };
  const input = readInput('m1', 'the alarm', metric, statistic ?? extended, unit);
  if (needsValues(input.statistic) !== (extended !== undefined)) {
    const names = ['Statistic', 'ExtendedStatistic'];
    const [given, other] = extended === undefined ? names : names.toReversed();
    refuse(`${given} cannot be ${input.statisticName}`, `give it by ${other}`);
  }
  return { inputs: [input], math: undefined, period: positive(resource, 'Period') };
}

type Query = Readonly<Record<string, unknown>>;
type MetricQuery = Query & { readonly MetricStat: Query };

function readQueries(resource: TemplateResource): MetricsPart {
  const queries = resource.property('Metrics') as readonly Query[];
  if (!Array.isArray(queries) || !queries.length || !queries.every(isRecord)) {
    refuse('Metrics must be a list of metrics and expressions', 'name at least one metric');
  }
  checkKinds(queries);
  checkIds(queries.map(({ Id }) => String(Id)));
  const stats = queries.filter((query): query is MetricQuery => isRecord(query['MetricStat']));
  const expressions = queries.filter(({ Expression }) => Expression !== undefined);
  if (stats.length > limits.metrics || expressions.length > limits.expressions) {
    refuse('Metrics holds more than 10 metrics or 10 expressions', 'split the alarm');
  }
  const inputs = stats.map(({ Id, MetricStat: { Metric, Stat, Unit }, AccountId }) => {
    if (AccountId !== undefined && AccountId !== resource.arn.split(':')[4]) {
      throw new NotModelledError(`${String(Id)} reads another account's metric: this`);
    }
    return readInput(String(Id), String(Id), Metric, Stat, Unit);
  });
  const sources = new Map(
    expressions.map(({ Id, Expression }) => [String(Id), String(Expression)]),
  );
  const math = readMath(inputs, sources, resultOf(resource, queries));
  const periods = new Set([
    ...stats.map(({ MetricStat }) => Number(MetricStat['Period'])),
    ...expressions.flatMap(({ Period }) => (Period === undefined ? [] : [Number(Period)])),
  ]);
  const [period] = periods;
  if (periods.size !== 1 || !Number.isFinite(period)) {
    refuse('all metrics of an alarm must have the same period', 'set one Period for all');
  }
  return { inputs, period: period!, math };
}

/** One of the two, and not both. */
function checkKinds(queries: readonly Query[]): void {
  for (const [index, { Id, MetricStat, Expression }] of queries.entries()) {
    const isMetric = isRecord(MetricStat) && Expression === undefined;
    const isExpression = MetricStat === undefined && isScalar(Expression);
    if (!isMetric && !isExpression) {
      refuse(
        `Metrics[${index}] (${String(Id)}) must have either a MetricStat or an Expression`,
        'give the one or the other',
      );
    }
  }
}

function checkIds(ids: readonly string[]): void {
  const wrong = ids.find((id) => !/^[a-z]\w*$/.test(id));
  if (wrong !== undefined) {
    refuse(`'${wrong}' is no id`, 'begin with a small letter; use letters, digits and _ only');
  }
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) refuse(`the id ${twice} stands twice`, 'rename one of them');
}

/** The one query that returns data; an anomaly alarm returns its metric and the band. */
function resultOf(resource: TemplateResource, queries: readonly Query[]): string {
  const band = resource.property('ThresholdMetricId');
  if (band !== undefined && !queries.some(({ Id }) => Id === band)) {
    refuse(`ThresholdMetricId: there is no id ${band}`, 'name the id of the band');
  }
  const returned = queries.filter(
    ({ Id, ReturnData = true }) => String(ReturnData) === 'true' && Id !== band,
  );
  if (returned.length !== 1) {
    refuse(
      `exactly one metric or expression must have ReturnData true, here ${returned.length} have`,
      'set ReturnData to false for all others',
    );
  }
  return String(returned[0]!['Id']);
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
      refuse(
        `${result} must be one time series, it is ${math.type}`,
        'reduce it to one per period',
      );
    }
    return math;
  } catch (error) {
    if (error instanceof SourceError) {
      refuse(`${error.message}\n${error.excerpt()}`, 'mend the expression');
    }
    throw error;
  }
}

/** @throws InvalidAlarmError */
export function positive(resource: TemplateResource, name: string): number {
  const value = Number(resource.property(name) ?? Number.NaN);
  if (Number.isInteger(value) && value > 0) return value;
  return refuse(`${name} must be a whole number above 0`, `set ${name}`);
}
