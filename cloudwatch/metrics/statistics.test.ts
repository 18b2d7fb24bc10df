import { describe, expect, test } from '@jest/globals';
import {
  type Distribution,
  distributionOf,
  mergeDistributions,
  statisticSet,
} from './distribution.ts';
import { computeStatistic, parseStatistic } from './statistics.ts';

const oneToTen = distributionOf(Array.from({ length: 10 }, (_, index) => [index + 1, 1] as const));
const of = (statistic: string, bucket: Distribution = oneToTen) =>
  computeStatistic(parseStatistic(statistic), bucket);

describe('statistics', () => {
  test.each([
    ['SampleCount', 10],
    ['Sum', 55],
    ['Average', 5.5],
    ['Minimum', 1],
    ['Maximum', 10],
    ['p50', 5],
    ['p90', 9],
    ['p99.9', 10],
    ['p0', 1],
    ['p100', 10],
    ['tm90', 5],
    ['TM(10%:90%)', 5.5],
    ['TM(80%:)', 9.5],
    ['TM(2:5)', 4],
    ['IQM', 5.5],
    ['TC(2:5)', 3],
    ['TS(2:5)', 12],
    ['ts90', 45],
    ['tc90', 9],
    ['PR(:5)', 50],
    ['PR(8:)', 20],
    ['PR(2:5)', 30],
    ['WM(2:5)', (2 + 2 + 3 + 4 + 5 * 6) / 10],
    ['wm90', 5.4],
  ])('%s of 1…10 is %d', (statistic, expected) => {
    expect(of(statistic)).toBeCloseTo(expected, 12);
  });

  test.each([
    'sum',
    'p101',
    'p',
    'PR(:90%)',
    'TM(:)',
    'TM(5:5)',
    'TM(1%:5)',
    'TM(200%:)',
    'PR300',
    'TM(1.2.3:)',
  ])('refuses %s', (text) => {
    expect(() => parseStatistic(text)).toThrow(text);
  });

  test('an absolute range includes its upper bound and excludes its lower one', () => {
    const bucket = distributionOf([
      [100, 1],
      [300, 2],
      [301, 1],
    ]);
    expect(of('PR(:300)', bucket)).toBe(75);
    expect(of('PR(100:300)', bucket)).toBe(50);
  });

  test('extended statistics are unavailable with negative values and with bare statistic sets', () => {
    expect(of('p50', distributionOf([[-1, 1]]))).toBeUndefined();
    expect(of('p50', statisticSet(10, 4, 1, 5))).toBeUndefined();
    expect(of('p50', statisticSet(8, 4, 2, 2))).toBe(2);
    expect(of('p50', statisticSet(8, 1))).toBe(8);
    expect(of('Maximum', statisticSet(8, 4))).toBeUndefined();
    expect(of('Average', statisticSet(8, 4))).toBe(2);
  });

  test('a merge of bare statistic sets keeps minimum and maximum', () => {
    const merged = mergeDistributions([statisticSet(10, 4, 1, 5), statisticSet(10, 4, 2, 6)]);
    expect(merged).toEqual({ sum: 20, count: 8, minimum: 1, maximum: 6 });
  });

  test('a merge with a bare statistic set keeps sum and count only', () => {
    const merged = mergeDistributions([oneToTen, statisticSet(5, 5, 1, 1), statisticSet(9, 3)]);
    expect(merged).toMatchObject({ sum: 69, count: 18 });
    expect(of('p50', merged)).toBeUndefined();
    expect(of('Maximum', merged)).toBeUndefined();
  });
});
