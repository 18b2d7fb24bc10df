import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Distribution, distributionOf, mergeDistributions } from '../metrics/distribution.ts';
import { computeStatistic, parseStatistic } from '../metrics/statistics.ts';
import { slide } from './slide.ts';
import { slideRanked } from './slide-ranked.ts';

describe('sliding windows', () => {
  test.each(['sum', 'minimum'])('the %s is that of each window', (kind) => {
    const [combine, none] =
      kind === 'sum'
        ? ([(a: number, b: number) => a + b, 0] as const)
        : ([Math.min, Number.POSITIVE_INFINITY] as const);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 })),
        fc.integer({ min: 1, max: 12 }),
        (v, w) => {
          const windows = slide(Float64Array.from(v), w, combine, none);
          const naive = Array.from({ length: v.length + 1 }, (_, end) =>
            v.slice(Math.max(0, end - w), end).reduce((a, b) => combine(a, b), none),
          );
          expect([...windows]).toEqual(naive);
        },
      ),
    );
  });

  test('a sum that has passed leaves nothing behind', () => {
    const values = Float64Array.from([0.1, 0.2, 0.3, 0, 0, 0]);
    expect(slide(values, 3, (a, b) => a + b, 0)[6]).toBe(0);
  });

  test.each(['p50', 'p99', 'p0', 'PR(:3)', 'TM(10%:90%)', 'TS(2:)', 'WM(:80%)'])(
    '%s is that of each window',
    (name) => {
      const statistic = parseStatistic(name);
      const bucket = fc.option(
        fc
          .array(fc.tuple(fc.nat(6), fc.integer({ min: 1, max: 4 })), {
            minLength: 1,
            maxLength: 4,
          })
          .map((samples): Distribution => distributionOf(samples)),
        { nil: undefined },
      );
      fc.assert(
        fc.property(fc.array(bucket), fc.integer({ min: 1, max: 6 }), (buckets, width) => {
          const windows = slideRanked(buckets, width, statistic);
          const naive = Array.from({ length: buckets.length + 1 }, (_, end) => {
            const inside = buckets.slice(Math.max(0, end - width), end);
            const present = inside.filter((each) => each !== undefined);
            if (present.length === 0) return Number.NaN;
            return computeStatistic(statistic, mergeDistributions(present)) ?? Number.NaN;
          });
          const rounded = (values: Iterable<number>) =>
            Array.from(values, (each) => each.toFixed(9));
          expect(rounded(windows)).toEqual(rounded(naive));
        }),
      );
    },
  );

  test('a bare statistic set hides percentiles until it has passed', () => {
    const bare = { count: 2, sum: 4, minimum: 1, maximum: 3 };
    const one = distributionOf([[7, 1]]);
    expect([...slideRanked([bare, one, one], 2, parseStatistic('p50'))]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
      7,
    ]);
  });
});
