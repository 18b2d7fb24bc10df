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
export function distributionOf(samples: Iterable<readonly [value: number, count: number]>) {
  const sorted = [...samples].sort((a, b) => a[0] - b[0]);
  const values: number[] = [];
  const counts: number[] = [];
  let count = 0;
  let sum = 0;
  for (const [value, times] of sorted) {
    if (values.at(-1) === value) counts[counts.length - 1]! += times;
    else {
      values.push(value);
      counts.push(times);
    }
    count += times;
    sum += value * times;
  }
  return {
    count,
    sum,
    minimum: values[0] ?? Number.NaN,
    maximum: values.at(-1) ?? Number.NaN,
    values,
    counts,
  } satisfies Distribution;
}

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
  if (parts.every((part) => part.values)) {
    return distributionOf(
      parts.flatMap(({ values, counts }) =>
        values!.map((value, index) => [value, counts![index]!] as const),
      ),
    );
  }
  return parts.reduce((a, b) => ({
    count: a.count + b.count,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  }));
}
