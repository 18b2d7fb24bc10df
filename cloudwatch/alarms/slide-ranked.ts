/** Percentiles and trimmed statistics over sliding windows: how often each distinct value is in the window. */
import type { Distribution } from '../metrics/distribution.ts';
import { computeRanked, computeStatistic, type Statistic } from '../metrics/statistics.ts';

type Bucket = Distribution | undefined;

/** As `slide`: index i is the window of the `width` steps before i. NaN where it cannot be told. */
export function slideRanked(
  buckets: readonly Bucket[],
  width: number,
  statistic: Statistic,
): Float64Array {
  const result = new Float64Array(buckets.length + 1).fill(Number.NaN);
  if (width === 1) {
    buckets.forEach((bucket, index) => {
      if (bucket) result[index + 1] = computeStatistic(statistic, bucket) ?? Number.NaN;
    });
    return result;
  }
  const window = createWindow(buckets);
  for (let end = 1; end <= buckets.length; end++) {
    const [entering, leaving] = [buckets[end - 1], buckets[end - 1 - width]];
    if (entering !== leaving) {
      window.add(entering, 1);
      window.add(leaving, -1);
      result[end] = window.statistic(statistic);
    } else result[end] = result[end - 1]!;
  }
  return result;
}

/** A multiset of the values in the window; a Fenwick tree over their ranks finds percentiles in logarithmic time. */
function createWindow(buckets: readonly Bucket[]) {
  const distinct = new Set(buckets);
  const values = [...new Set([...distinct].flatMap((bucket) => bucket?.values ?? []))];
  values.sort((a, b) => a - b);
  const indexOf = new Map(values.map((value, index) => [value, index]));
  const ranks = new Map(
    [...distinct].map((bucket) => [bucket, bucket?.values?.map((value) => indexOf.get(value)!)]),
  );
  const counts = new Float64Array(values.length);
  const tree = new Float64Array(values.length + 1);
  let count = 0;
  let bare = 0;

  const valueAt = (rank: number) => {
    let position = 0;
    let left = rank;
    for (let jump = 2 ** Math.floor(Math.log2(tree.length)); jump >= 1; jump /= 2) {
      if (position + jump < tree.length && tree[position + jump]! < left) {
        position += jump;
        left -= tree[position]!;
      }
    }
    return values[position]!;
  };

  return {
    /** Puts the bucket's samples in (sign 1) or takes them out (−1). */
    add(bucket: Bucket, sign: 1 | -1): void {
      if (!bucket) return;
      if (!bucket.values) bare += sign;
      ranks.get(bucket)?.forEach((rank, index) => {
        const change = sign * bucket.counts![index]!;
        counts[rank]! += change;
        count += change;
        for (let node = rank + 1; node < tree.length; node += node & -node) tree[node]! += change;
      });
    },
    statistic(statistic: Statistic): number {
      if (bare > 0 || count === 0) return Number.NaN;
      if (statistic.kind === 'percentile') {
        return valueAt(Math.max(1, Math.ceil((count * statistic.percent) / 100 - 1e-9)));
      }
      return computeRanked(statistic, { count, values, counts }) ?? Number.NaN;
    },
  };
}
