/** Buckets of one metric over time. */
import { type Distribution, mergeDistributions } from './distribution.ts';

/** Oldest first. `times` are bucket starts, ms since the epoch. */
export interface Series {
  readonly times: readonly number[];
  readonly buckets: readonly Distribution[];
}

/** Several series of one metric (in other units, from other sources) as one; undefined where there is none. */
export function mergeSeries(parts: readonly Series[]): Series | undefined {
  if (parts.length <= 1) return parts[0];
  const byTime = new Map<number, Distribution[]>();
  for (const { times, buckets } of parts) {
    times.forEach((time, index) => {
      byTime.set(time, [...(byTime.get(time) ?? []), buckets[index]!]);
    });
  }
  const times = [...byTime.keys()].sort((a, b) => a - b);
  return { times, buckets: times.map((time) => mergeDistributions(byTime.get(time)!)) };
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
