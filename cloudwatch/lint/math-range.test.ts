import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseExpression } from '../math/expression.ts';
import { evaluateMath, readMetricMath } from '../math/metric-math.ts';
import { defaultReadings } from '../readings.ts';
import { anything, type Interval } from './interval.ts';
import { mathRange } from './math-range.ts';
import type { MathInput } from './quantity.ts';

const input = (min: number, max: number, ratio?: Interval): MathInput => ({
  range: { min, max },
  ratioTo: () => ratio,
});

const rangeOf = (text: string, inputs: Readonly<Record<string, MathInput>> = {}) => {
  const all = { m1: input(0, 10), m2: input(2, 4), ...inputs };
  return mathRange(new Map([['e', parseExpression(text)]]), 'e', new Map(Object.entries(all)));
};

describe('the range of an expression', () => {
  test.each([
    ['m1', 0, 10],
    ['m2 * 10', 20, 40],
    ['-m2', -4, -2],
    ['100 - m2', 96, 98],
    ['m1 + m2', 0, 14],
    ['m1 - m2', -4, 10],
    ['m1 / m2', 0, 5],
    ['m2 / m1', 0, Number.POSITIVE_INFINITY],
    ['m2 ^ 2', 4, 16],
    ['m1 > 3', 0, 1],
    ['m1 AND m2', 0, 1],
    ['ABS(-m2)', 2, 4],
    ['ABS(m1 - 5)', 0, 5],
    ['CEIL(m2 / 3)', 1, 2],
    ['MAX([m1, m2])', 0, 10],
    ['SUM([m1, m2])', 0, 14],
    ['AVG([m2, m2])', 0, 4],
    ['MAX(METRICS())', 0, 10],
    ['SUM(m2)', 0, Number.POSITIVE_INFINITY],
    ['FILL(m2, 0)', 0, 4],
    ['FILL(m2, REPEAT)', 2, 4],
    ['IF(m1 < 5, 0, m2)', 0, 4],
    ['IF(m1 < 5, 7)', 7, 7],
    ['IF(m1 < 5, m2, m2)', 0, 4],
    ['HOUR(m1)', 0, 23],
    ['TIME_SERIES(5)', 5, 5],
    ['m2 > 1', 1, 1],
    ['m2 == 3', 0, 1],
    ['IF(TIME_SERIES(5) > 1, 7, 9)', 7, 7],
    ['SUM([m2, m2] * 2)', 0, 16],
    ['-MAX([m2, m2])', -4, -2],
    ['constructor(m1)', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    ['e + 1', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    ['RATE(m1)', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])('%s is %p to %p', (text, min, max) => {
    expect(rangeOf(text)).toEqual({ min: min + 0, max: max + 0 });
  });

  test.each([
    ['part / whole', 0, 1],
    ['100 * part / whole', 0, 100],
    ['part / whole * 100', 0, 100],
    ['-part / whole', -1, 0],
    ['part / (whole / 100)', 0, 100],
    ['1 - FILL(part, 0) / FILL(whole, 1)', 0, 1],
    ['IF(FILL(part, 0) < 5, 0, part / whole)', 0, 1],
    ['FILL(part, 5) / whole', 0, Number.POSITIVE_INFINITY],
  ])('%s of known parts is %p to %p', (text, min, max) => {
    const share = { min: 0, max: 1 };
    const inputs = { part: input(0, Infinity, share), whole: input(1, Infinity) };
    expect(rangeOf(text, inputs)).toEqual({ min, max });
  });

  test('of an unbounded filler is not that of the word REPEAT', () => {
    const expressions = new Map([
      ['e', parseExpression('FILL(m1, r)')],
      ['r', parseExpression('RATE(m1)')],
    ]);
    expect(mathRange(expressions, 'e', new Map([['m1', input(0, 1)]]))).toEqual(anything);
  });
});

const leaf = fc.constantFrom('m1', 'm2', 'm3', '2', '0.5');
const expression = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc
      .tuple(tie('tree'), fc.constantFrom('+', '-', '*', '/', '<', '>=', 'AND'), tie('tree'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    tie('tree').map((inner) => `ABS(${inner})`),
    tie('tree').map((inner) => `(-${inner})`),
    tie('tree').map((inner) => `FILL(m1 + ${inner}, 3)`),
    fc.tuple(tie('tree'), tie('tree')).map(([left, right]) => `IF(m1 > 1, ${left}, m2 * ${right})`),
    fc
      .tuple(tie('tree'), tie('tree'), tie('tree'))
      .map(([condition, yes, no]) => `IF(m1 * 0 + ${condition}, ${yes}, m3 + ${no})`),
    tie('tree').map((inner) => `(FILL(m2, 1) - ${inner})`),
    tie('tree').map((inner) => `SUM([m1, m2] * ${inner})`),
    tie('tree').map((inner) => `LOG(m2 + ABS(${inner}))`),
    fc.tuple(tie('tree'), tie('tree')).map(([left, right]) => `MAX([m1 + ${left}, m2 + ${right}])`),
    fc.tuple(tie('tree'), tie('tree')).map(([left, right]) => `AVG([m3 * ${left}, m2 + ${right}])`),
  ),
})).tree;

test('no value of an expression lies outside its range', () => {
  const bounds = { m1: [0, 10], m2: [2, 4], m3: [-1, 1] } as const;
  const datapoint = ([min, max]: readonly [number, number]) =>
    fc.option(fc.double({ min, max, noNaN: true }), { nil: Number.NaN, freq: 4 });
  const series = (id: keyof typeof bounds) =>
    fc.array(datapoint(bounds[id]), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(expression, series('m1'), series('m2'), series('m3'), (text, m1, m2, m3) => {
      const ids = Object.keys(bounds);
      const source = `m1 * 0 + ${text}`;
      const math = readMetricMath(ids, new Map([['e', source]]), 'e');
      const metrics = new Map(
        ids.map((id, index) => [id, Float64Array.from([m1, m2, m3][index] as number[])]),
      );
      const window = {
        length: 4,
        first: 0,
        stride: 60_000,
        period: 60,
        metrics,
        readings: defaultReadings,
      };
      const inputs = new Map(
        Object.entries(bounds).map(([id, [min, max]]) => [id, input(min, max)]),
      );
      const { min, max } = mathRange(math.expressions, 'e', inputs);
      for (const value of evaluateMath(math, window) as Float64Array) {
        if (Number.isNaN(value)) continue;
        expect({ source, value, inside: value >= min - 1e-6 && value <= max + 1e-6 }).toEqual({
          source,
          value,
          inside: true,
        });
      }
    }),
    { numRuns: 500 },
  );
});
