/**
 * What CloudWatch keeps of the samples of one bucket. With `values` every statistic can be told; a bare statistic set
 * (PutMetricData's StatisticValues) lacks them. Never changed once made.
 */
export interface Distribution {
  readonly count: number;
  readonly sum: number;
  /** NaN where only sum and count were given. */
  readonly minimum: number;
  readonly maximum: number;
  /** The distinct values, ascending, and how often each was seen. */
  readonly values?: readonly number[];
  readonly counts?: readonly number[];
}

/** The distribution of values that were each seen some times, in any order. */
export function distributionOf(
  samples: Iterable<readonly [value: number, count: number]>,
): Required<Distribution> {
  const seen = new Map<number, number>();
  for (const [value, count] of samples) seen.set(value, (seen.get(value) ?? 0) + count);
  // Pushed one by one, unlike spread, numbers lie side by side in memory; the copy has no room to spare.
  const pushed: number[] = [];
  for (const value of seen.keys()) pushed.push(value);
  const values = pushed.sort((a, b) => a - b).slice();
  const counts = values.map((value) => seen.get(value)!);
  return {
    count: counts.reduce((total, count) => total + count, 0),
    sum: values.reduce((total, value, index) => total + value * counts[index]!, 0),
    minimum: values[0] ?? Number.NaN,
    maximum: values.at(-1) ?? Number.NaN,
    values,
    counts,
  };
}

/** The samples that `distributionOf` was made of, value by value. */
export const samplesOf = ({ values = [], counts = [] }: Distribution) =>
  values.map((value, index) => [value, counts[index]!] as const);

/**
 * A statistic set. Only where it leaves no doubt (one sample, or minimum = maximum) does it give percentiles.
 * Source: CloudWatch user guide, "CloudWatch statistics definitions".
 */
export function statisticSet(
  sum: number,
  count: number,
  minimum = Number.NaN,
  maximum = Number.NaN,
): Distribution {
  if (count === 1) return distributionOf([[sum, 1]]);
  return minimum === maximum
    ? distributionOf([[minimum, count]])
    : { count, sum, minimum, maximum };
}

/** All samples of several buckets as one; without `values` as soon as one of them has none. */
export function mergeDistributions(parts: readonly Distribution[]): Distribution {
  if (parts.length === 1) return parts[0]!;
  if (parts.every(({ values }) => values)) return distributionOf(parts.flatMap(samplesOf));
  return parts.reduce((a, b) => ({
    count: a.count + b.count,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  }));
}
