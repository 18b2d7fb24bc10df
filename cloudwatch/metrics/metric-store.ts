/**
 * Samples in memory, per metric and unit, as distributions at the resolution they were stored with. It knows nothing of
 * alarms: both scenarios and the running system fill one.
 */
import {
  type Distribution,
  distributionOf,
  mergeDistributions,
  samplesOf,
} from './distribution.ts';
import { type MetricIdentity, type MetricSink, metricKey, type Sample } from './metric.ts';
import { firstAtOrAfter, mergeSeries, type Series } from './series.ts';
import { computeStatistic, parseStatistic } from './statistics.ts';

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

/** One metric in one unit. */
interface Stored {
  readonly metric: MetricIdentity;
  readonly unit: string;
  /** Bucket starts, ascending, and the buckets. */
  readonly times: number[];
  readonly buckets: Bucket[];
  /** Buckets that still hold a map of their samples. */
  readonly open: Set<Bucket>;
}

/** At least one of the two is there. */
interface Bucket {
  /** How often each value was seen: cheap to add to, and some times as large as what it is sealed into. */
  samples: Map<number, number> | undefined;
  sealed: Distribution | undefined;
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

  const storedOf = (metric: MetricIdentity, unit: string): Stored => {
    const units = unitsOf(metric);
    for (const stored of units) if (stored.unit === unit) return stored;
    const stored = { metric, unit, times: [], buckets: [], open: new Set<Bucket>() };
    units.push(stored);
    return stored;
  };

  const series: MetricStore['series'] = (metric, unit, from) => {
    const found = (metrics.get(metricKey(metric)) ?? []).filter(
      (stored) => unit === undefined || stored.unit === unit,
    );
    return mergeSeries(found.map((stored) => sealedSeries(stored, from)));
  };

  return {
    put(metric, sample) {
      const stored = storedOf(metric, sample.unit ?? 'None');
      const { samples } = openBucket(stored, bucketStart(sample));
      samples.set(sample.value, (samples.get(sample.value) ?? 0) + (sample.count ?? 1));
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

const bucketStart = ({ timestamp, storageResolution = 60 }: Sample) =>
  timestamp - (timestamp % (storageResolution * 1000));

/** The bucket that begins then, ready to be written: a sealed one is opened again for a late sample. */
function openBucket(stored: Stored, start: number) {
  const { times, buckets, open } = stored;
  let index = times.length - 1;
  if (times[index] !== start) {
    index = firstAtOrAfter(times, start);
    if (times[index] !== start) {
      sealOld(stored);
      times.splice(index, 0, start);
      buckets.splice(index, 0, { samples: undefined, sealed: undefined });
    }
  }
  const bucket = buckets[index]!;
  if (!bucket.samples) {
    bucket.samples = new Map(bucket.sealed && samplesOf(bucket.sealed));
    open.add(bucket);
  }
  bucket.sealed = undefined;
  return bucket as { readonly samples: Map<number, number> };
}

/** When a bucket begins, all but the one before it become small: samples come up to a minute late, seldom later. */
function sealOld({ buckets, open }: Stored): void {
  const newest = buckets.at(-1);
  for (const bucket of open) {
    if (bucket === newest) continue;
    seal(bucket);
    bucket.samples = undefined;
    open.delete(bucket);
  }
}

function seal(bucket: Bucket): Distribution {
  bucket.sealed ??= distributionOf(bucket.samples!);
  return bucket.sealed;
}

function expire({ times, buckets, open }: Stored, retention: number): void {
  const oldest = times.at(-1)! - retention;
  if (times[0]! >= oldest) return;
  const expired = firstAtOrAfter(times, oldest);
  times.splice(0, expired);
  for (const bucket of buckets.splice(0, expired)) open.delete(bucket);
}

function sealedSeries({ times, buckets }: Stored, from = Number.NEGATIVE_INFINITY): Series {
  const first = firstAtOrAfter(times, from);
  return { times: times.slice(first), buckets: buckets.slice(first).map(seal) };
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
