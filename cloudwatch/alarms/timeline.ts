/**
 * Metrics over a stretch of time, read through windows that slide by one step: what an alarm with that period would see
 * at each instant. Every window is computed once and kept, so evaluating many alarms (or mutants of them) is cheap.
 */
import { type Distribution, mergeDistributions } from '../metrics/distribution.ts';
import { type MetricIdentity, metricKey } from '../metrics/metric.ts';
import type { Series } from '../metrics/series.ts';
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
  readonly buckets: readonly (Distribution | undefined)[];
  column(name: keyof typeof empty): Float64Array;
}

/** What stands where a step has no samples. */
const empty = {
  count: 0,
  sum: 0,
  minimum: Number.POSITIVE_INFINITY,
  maximum: Number.NEGATIVE_INFINITY,
} as const;

export interface WindowQuery {
  readonly metric: MetricIdentity;
  readonly unit: string | undefined;
  readonly statistic: Statistic;
  /** Seconds: 10 or 60. */
  readonly step: number;
  /** Steps in the window. */
  readonly width: number;
}

/** Of windows; the steps that they are made of take a few times as much. */
const maxBytes = 32 * 1024 * 1024;

export class Timeline {
  readonly origin: number;
  readonly end: number;
  readonly #series: TimelineOptions['series'];
  readonly #steps = new Map<string, Steps>();
  readonly #windows = new Map<string, Float64Array>();
  #bytes = 0;

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
      this.#makeRoom(found.byteLength);
      this.#windows.set(key, found);
    }
    return found;
  }

  /** Long scenarios with many metrics would not fit into memory; what is dropped is computed again when needed. */
  #makeRoom(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= maxBytes) return;
    this.#windows.clear();
    this.#steps.clear();
    this.#bytes = bytes;
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
    const columns = new Map<keyof typeof empty, Float64Array>();
    return {
      buckets,
      column(name) {
        let column = columns.get(name);
        if (!column) {
          column = new Float64Array(length).fill(empty[name]);
          for (let at = 0; at < length; at++) {
            const bucket = buckets[at];
            if (bucket) column[at] = bucket[name];
          }
          columns.set(name, column);
        }
        return column;
      },
    };
  }
}

const add = (a: number, b: number) => a + b;

function windowsOf({ buckets, column }: Steps, statistic: Statistic, width: number): Float64Array {
  const windows = (name: keyof typeof empty, combine: (a: number, b: number) => number) =>
    slide(column(name), width, combine, empty[name]);
  const count = windows('count', add);
  const present = (values: Float64Array) => {
    for (let at = 0; at < values.length; at++) if (count[at] === 0) values[at] = Number.NaN;
    return values;
  };
  switch (statistic.kind) {
    case 'SampleCount':
      return present(count.slice());
    case 'Sum':
      return present(windows('sum', add));
    case 'Average': {
      const average = windows('sum', add);
      for (let at = 0; at < average.length; at++) average[at]! /= count[at]!;
      return average;
    }
    case 'Minimum':
      return present(windows('minimum', Math.min));
    case 'Maximum':
      return present(windows('maximum', Math.max));
    default: {
      const ranked = present(slideRanked(buckets, width, statistic));
      if (!column('minimum').some((value) => value < 0)) return ranked;
      const lowest = windows('minimum', Math.min);
      return ranked.map((value, at) => (lowest[at]! < 0 ? Number.NaN : value));
    }
  }
}

/** True where the statistic cannot be told from what the series holds: bare sums and counts. */
export const lacksValues = (series: Series, statistic: Statistic) =>
  (needsValues(statistic) || statistic.kind === 'Minimum' || statistic.kind === 'Maximum') &&
  series.buckets.some(({ values }) => !values);
