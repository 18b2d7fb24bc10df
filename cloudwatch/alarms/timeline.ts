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
type Steps = readonly (Distribution | undefined)[];

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
    const steps = new Array<Distribution | undefined>(length).fill(undefined);
    const { times = [], buckets = [] } = series ?? {};
    for (const [index, bucket] of buckets.entries()) {
      const at = Math.floor((times[index]! - this.origin) / (step * 1000));
      if (at < 0 || at >= length) continue;
      const before = steps[at];
      steps[at] = before ? mergeDistributions([before, bucket]) : bucket;
    }
    return steps;
  }
}

const add = (a: number, b: number) => a + b;

function windowsOf(steps: Steps, statistic: Statistic, width: number): Float64Array {
  const windows = (name: keyof typeof empty, combine: (a: number, b: number) => number) => {
    const column = new Float64Array(steps.length).fill(empty[name]);
    for (let at = 0; at < steps.length; at++) if (steps[at]) column[at] = steps[at]![name];
    return slide(column, width, combine, empty[name]);
  };
  const count = windows('count', add);
  const present = (values: Float64Array) =>
    values.map((value, at) => (count[at] === 0 ? Number.NaN : value));
  switch (statistic.kind) {
    case 'SampleCount':
      return present(count);
    case 'Sum':
      return present(windows('sum', add));
    case 'Average':
      return windows('sum', add).map((sum, at) => sum / count[at]!);
    case 'Minimum':
      return present(windows('minimum', Math.min));
    case 'Maximum':
      return present(windows('maximum', Math.max));
    default: {
      const lowest = windows('minimum', Math.min);
      const ranked = slideRanked(steps, width, statistic);
      return ranked.map((value, at) => (lowest[at]! < 0 ? Number.NaN : value));
    }
  }
}

/** True where the statistic cannot be told from what the series holds: bare sums and counts. */
export const lacksValues = (series: Series, statistic: Statistic) =>
  (needsValues(statistic) || statistic.kind === 'Minimum' || statistic.kind === 'Maximum') &&
  series.buckets.some(({ values }) => !values);
