/** Expressions of GetMetricData: metric math on the datapoints of the other queries. */
import {
  evaluateMath,
  NotModelledError,
  readMetricMath,
} from '../../cloudwatch/math/metric-math.ts';
import type { TimeSeries } from '../../cloudwatch/math/value.ts';
import type { Datapoint } from '../../cloudwatch/metrics/metric-store.ts';
import { defaultReadings } from '../../cloudwatch/readings.ts';
import { SourceError } from '../../cloudwatch/syntax/source-error.ts';
import { BadRequestError } from '../http/loopback-server.ts';
import type { Query, Range } from './metric-data-query.ts';
import { fail } from './read-parameters.ts';

const maxDatapoints = 100_800;

/**
 * The datapoints of an expression: one series, or several where it yields an array.
 * @throws BadRequestError
 */
export function expressionSeries(
  { id, period: asked }: Query,
  queries: readonly Query[],
  { start, end }: Range,
): readonly (readonly Datapoint[])[] {
  const math = readMath(id, queries);
  const used = queries.filter((query) => math.metrics.has(query.id));
  const period = asked ?? used[0]?.period ?? 60;
  if (used.some((metric) => metric.period !== period)) {
    fail(`${id}: the metrics of an expression must have one Period`);
  }
  const stride = period * 1000;
  const first = start - (start % stride);
  const length = Math.ceil((end - first) / stride);
  if (length > maxDatapoints) fail(`${id}: the range has more than ${maxDatapoints} datapoints`);
  const metrics = new Map(
    used.map((metric) => [metric.id, onGrid(metric.datapoints, first, stride, length)]),
  );
  const grid = { length, first, stride, period, readings: defaultReadings };
  const value = evaluateMath(math, { ...grid, metrics });
  const all = value instanceof Float64Array ? [value] : value;
  if (!Array.isArray(all)) fail(`${id}: the expression must yield a time series, not a number`);
  return (all as readonly TimeSeries[]).map((series) =>
    [...series].flatMap((each, index) =>
      Number.isNaN(each) ? [] : [{ timestamp: first + index * stride, value: each }],
    ),
  );
}

function readMath(id: string, queries: readonly Query[]) {
  const metrics = queries.filter(({ expression }) => expression === undefined);
  const sources = new Map(queries.map((query) => [query.id, query.expression ?? '']));
  for (const metric of metrics) sources.delete(metric.id);
  try {
    return readMetricMath(
      metrics.map((metric) => metric.id),
      sources,
      id,
    );
  } catch (error) {
    const known = error instanceof SourceError || error instanceof NotModelledError;
    throw known ? new BadRequestError(`${id}: ${error.message}`) : error;
  }
}

function onGrid(datapoints: readonly Datapoint[], first: number, stride: number, length: number) {
  const series = new Float64Array(length).fill(Number.NaN);
  for (const { timestamp, value } of datapoints) series[(timestamp - first) / stride] = value;
  return series;
}
