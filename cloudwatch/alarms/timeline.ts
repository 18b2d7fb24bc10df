/**
 * Metrics over a stretch of time, read through windows that slide by one step: what an alarm with that period would see
 * at each instant. Every window is computed once and kept, so evaluating many alarms (or mutants of them) is cheap.
 */
import { type Distribution, mergeDistributions } from '../metrics/distribution.ts';
import { type MetricIdentity, metricKey } from '../metrics/metric.ts';
import type { Series } from '../metrics/metric-store.ts';
import { needsValues, type Statistic } from '../metrics/statistics.ts';
import { slide } from './slide.ts';
import { slideRanked } from './slide-ranked.ts';

export interface SourceSeries extends Series {
  /** Seconds until a datapoint can be read, default 0. */
  readonly delay?: number;
}

export interface TimelineOptions {
  /** ms since the epoch, whole minutes; nothing is known before `origin`. */
  readonly origin: number;
  readonly end: number;
  readonly series: (metric: MetricIdentity, unit: string | undefined) => SourceSeries | undefined;
}

/** A metric in steps: index i covers [origin + i·step, origin + (i+1)·step). */
interface Steps {
  readonly count: Float64Array;
  readonly sum: Float64Array;
  readonly minimum: Float64Array;
  readonly maximum: Float64Array;
  readonly buckets: readonly (Distribution | undefined)[];
}

export interface WindowQuery {
  readonly metric: MetricIdentity;
  readonly unit: string | undefined;
  readonly statistic: Statistic;
  /** Seconds: 10 or 60. */
  readonly step: number;
  /** Steps in the window. */
  readonly width: number;
}

export class Timeline {
  readonly origin: number;
  readonly end: number;
  readonly #series: TimelineOptions['series'];
  readonly #steps = new Map<string, Steps>();
  readonly #windows = new Map<string, Float64Array>();

  constructor({ origin, end, series }: TimelineOptions) {
    this.origin = origin;
    this.end = end;
    this.#series = series;
  }

  source(metric: MetricIdentity, unit: string | undefined): SourceSeries | undefined {
    return this.#series(metric, unit);
  }

  /** Index i holds the statistic of the window that ends at origin + i·step (excluded); NaN where there is none. */
  windows({ metric, unit, statistic, step, width }: WindowQuery): Float64Array {
    const id = `${metricKey(metric)}|${unit ?? ''}|${step}`;
    const key = `${id}|${width}|${JSON.stringify(statistic)}`;
    let found = this.#windows.get(key);
    if (!found) {
      let steps = this.#steps.get(id);
      if (!steps) {
        steps = this.#dense(this.#series(metric, unit), step);
        this.#steps.set(id, steps);
      }
      found = windowsOf(steps, statistic, width);
      this.#windows.set(key, found);
    }
    return found;
  }

  #dense(series: Series | undefined, step: number): Steps {
    const length = Math.floor((this.end - this.origin) / (step * 1000));
    const buckets = new Array<Distribution | undefined>(length).fill(undefined);
    const { times = [], buckets: given = [] } = series ?? {};
    for (let index = 0; index < times.length; index++) {
      const at = Math.floor((times[index]! - this.origin) / (step * 1000));
      if (at < 0 || at >= length) continue;
      const [before, bucket] = [buckets[at], given[index]!];
      buckets[at] = before ? mergeDistributions([before, bucket]) : bucket;
    }
    const column = (name: 'count' | 'sum' | 'minimum' | 'maximum', none: number) =>
      Float64Array.from(buckets, (bucket) => bucket?.[name] ?? none);
    return {
      buckets,
      count: column('count', 0),
      sum: column('sum', 0),
      minimum: column('minimum', Number.POSITIVE_INFINITY),
      maximum: column('maximum', Number.NEGATIVE_INFINITY),
    };
  }
}

const add = (a: number, b: number) => a + b;

function windowsOf(steps: Steps, statistic: Statistic, width: number): Float64Array {
  const count = slide(steps.count, width, add, 0);
  const present = (values: Float64Array) =>
    values.map((value, index) => (count[index] === 0 ? Number.NaN : value));
  switch (statistic.kind) {
    case 'SampleCount':
      return present(count);
    case 'Sum':
      return present(slide(steps.sum, width, add, 0));
    case 'Average':
      return slide(steps.sum, width, add, 0).map((sum, index) => sum / count[index]!);
    case 'Minimum':
      return present(slide(steps.minimum, width, Math.min, Number.POSITIVE_INFINITY));
    case 'Maximum':
      return present(slide(steps.maximum, width, Math.max, Number.NEGATIVE_INFINITY));
    default: {
      const lowest = slide(steps.minimum, width, Math.min, Number.POSITIVE_INFINITY);
      const ranked = slideRanked(steps.buckets, width, statistic);
      return present(ranked).map((value, index) => (lowest[index]! < 0 ? Number.NaN : value));
    }
  }
}

/** True where the statistic cannot be told from what the series holds: bare sums and counts. */
export const lacksValues = (series: Series, statistic: Statistic) =>
  (needsValues(statistic) || statistic.kind === 'Minimum' || statistic.kind === 'Maximum') &&
  series.buckets.some(({ values }) => !values);
