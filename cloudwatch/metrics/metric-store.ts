/**
 * Samples in memory, per metric and unit, as distributions at the resolution they were stored with. It knows nothing of
 * alarms: both scenarios and the running system fill one.
 */
import { type Distribution, distributionOf, mergeDistributions } from './distribution.ts';
import { mergeSeries } from './merge-series.ts';
import { type MetricIdentity, type MetricSink, metricKey, type Sample } from './metric.ts';
import { computeStatistic, parseStatistic } from './statistics.ts';

/** Buckets of one metric, oldest first. `times` are bucket starts, ms since the epoch. */
export interface Series {
  readonly times: readonly number[];
  readonly buckets: readonly Distribution[];
}

export interface Datapoint {
  /** Start of the bucket, ms since the epoch. */
  readonly timestamp: number;
  readonly value: number;
}

export interface DatapointQuery {
  /** `Sum`, `p99`, `PR(:300)`, … */
  readonly statistic: string;
  /** ms since the epoch; `start` included, `end` excluded. Buckets are aligned to multiples of the period. */
  readonly start: number;
  readonly end: number;
  /** Seconds. */
  readonly period: number;
  readonly unit?: string;
}

export interface MetricFilter {
  readonly namespace?: string;
  readonly name?: string;
  /** A metric must have at least these dimensions. */
  readonly dimensions?: Readonly<Record<string, string>>;
}

export interface MetricStore extends MetricSink {
  list(filter?: MetricFilter): readonly MetricIdentity[];
  /** @throws StatisticError where the statistic cannot be read */
  datapoints(metric: MetricIdentity, query: DatapointQuery): readonly Datapoint[];
  /** What is stored of a metric from `from` (ms) on; without `unit` of all its units. Undefined if never published. */
  series(metric: MetricIdentity, unit?: string, from?: number): Series | undefined;
}

interface Stored {
  readonly metric: MetricIdentity;
  readonly unit: string;
  readonly times: number[];
  readonly open: Bucket[];
}

interface Bucket {
  readonly samples: Map<number, number>;
  sealed?: Distribution | undefined;
}

const fifteenDays = 15 * 24 * 3600;

/** `retention` in seconds (default 15 days): what is older than the newest sample of its metric by more is dropped. */
export function createMetricStore({ retention = fifteenDays } = {}): MetricStore {
  const metrics = new Map<string, Stored[]>();
  const identities = new WeakMap<MetricIdentity, Stored[]>();

  const unitsOf = (metric: MetricIdentity): Stored[] => {
    const known = identities.get(metric);
    if (known) return known;
    const key = metricKey(metric);
    const units = metrics.get(key) ?? [];
    metrics.set(key, units);
    identities.set(metric, units);
    return units;
  };

  const series: MetricStore['series'] = (metric, unit, from) => {
    const found = (metrics.get(metricKey(metric)) ?? []).filter(
      (stored) => unit === undefined || stored.unit === unit,
    );
    return mergeSeries(found.map((stored) => seal(stored, from)));
  };

  return {
    put(metric, sample) {
      const { unit = 'None' } = sample;
      const units = unitsOf(metric);
      let stored = units.find((candidate) => candidate.unit === unit);
      if (!stored) {
        stored = { metric, unit, times: [], open: [] };
        units.push(stored);
      }
      add(stored, sample);
      expire(stored, retention * 1000);
    },
    list: (filter = {}) =>
      [...metrics.values()]
        .flatMap(([first]) => (first ? [first.metric] : []))
        .filter((metric) => matches(metric, filter)),
    series,
    datapoints: (metric, query) => {
      const statistic = parseStatistic(query.statistic);
      const found = series(metric, query.unit, query.start - query.period * 1000);
      return found ? aggregate(found, query, (bucket) => computeStatistic(statistic, bucket)) : [];
    },
  };
}

function add({ times, open }: Stored, { timestamp, value, count = 1, ...sample }: Sample): void {
  const resolution = (sample.storageResolution ?? 60) * 1000;
  const start = timestamp - (timestamp % resolution);
  let index = times.length - 1;
  if (times[index] !== start) {
    index = firstAtOrAfter(times, start);
    if (times[index] !== start) {
      times.splice(index, 0, start);
      open.splice(index, 0, { samples: new Map() });
    }
  }
  const bucket = open[index]!;
  bucket.samples.set(value, (bucket.samples.get(value) ?? 0) + count);
  bucket.sealed = undefined;
}

function expire({ times, open }: Stored, retention: number): void {
  const oldest = times.at(-1)! - retention;
  if (times[0]! >= oldest) return;
  const expired = firstAtOrAfter(times, oldest);
  times.splice(0, expired);
  open.splice(0, expired);
}

function seal({ times, open }: Stored, from = Number.NEGATIVE_INFINITY): Series {
  const first = firstAtOrAfter(times, from);
  const buckets = open.slice(first).map((bucket) => {
    bucket.sealed ??= distributionOf(bucket.samples);
    return bucket.sealed;
  });
  return { times: times.slice(first), buckets };
}

/** Position of the first time that is not before `time` (times ascending). */
export function firstAtOrAfter(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function aggregate(
  { times, buckets }: Series,
  { start, end, period }: DatapointQuery,
  statistic: (bucket: Distribution) => number | undefined,
): Datapoint[] {
  const width = period * 1000;
  const datapoints: Datapoint[] = [];
  let index = firstAtOrAfter(times, start - (start % width));
  while (index < times.length && times[index]! < end) {
    const timestamp = times[index]! - (times[index]! % width);
    const next = firstAtOrAfter(times, timestamp + width);
    const value = statistic(mergeDistributions(buckets.slice(index, next)));
    if (value !== undefined) datapoints.push({ timestamp, value });
    index = next;
  }
  return datapoints;
}

const matches = (metric: MetricIdentity, { namespace, name, dimensions = {} }: MetricFilter) =>
  (namespace === undefined || metric.namespace === namespace) &&
  (name === undefined || metric.name === name) &&
  Object.entries(dimensions).every(([key, value]) => metric.dimensions[key] === value);
