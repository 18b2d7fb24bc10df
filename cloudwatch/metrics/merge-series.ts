/** Several series of one metric (in other units, from other sources) as one. */
import { type Distribution, mergeDistributions } from './distribution.ts';
import type { Series } from './metric-store.ts';

/** Undefined where there is none. */
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
