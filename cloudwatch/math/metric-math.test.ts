import { describe, expect, test } from '@jest/globals';
import { documentedVectors as vectors } from '../documented-vectors.ts';
import { chooseReadings } from '../readings.ts';
import { printExpression } from './expression.ts';
import { evaluateMath, readMetricMath } from './metric-math.ts';

type Inputs = Readonly<Record<string, readonly (number | null)[]>>;

const monday = Date.parse('2026-01-05T00:00:00Z');
const read = (expression: string, ids: readonly string[] = ['m1', 'm2', 'm3']) =>
  readMetricMath(ids, new Map([['e1', expression]]), 'e1');

function evaluate(expression: string, inputs: Inputs, readings: Record<string, string> = {}) {
  const length = Object.values(inputs)[0]?.length ?? 1;
  const value = evaluateMath(read(expression, Object.keys(inputs)), {
    length,
    first: monday,
    stride: 60_000,
    period: 60,
    readings: chooseReadings(readings),
    metrics: new Map(
      Object.entries(inputs).map(([id, values]) => [
        id,
        Float64Array.from(values, (each) => each ?? Number.NaN),
      ]),
    ),
  });
  const plain = (each: number) => (Number.isNaN(each) ? null : each);
  if (typeof value === 'number') return plain(value);
  if (value instanceof Float64Array) return Array.from(value, plain);
  return (value as readonly Float64Array[]).map((one) => Array.from(one, plain));
}

const _ = null;
const m = { m1: [30, 20, 0, 0], m2: [20, _, 20, _] } as const;

describe('metric math', () => {
  test.each(vectors.metricMathVectors)('documented: $expr', ({ expr, in: inputs, out }) => {
    expect(evaluate(expr, inputs)).toEqual(out);
  });

  test('the 2023 reading of IF drops a missing third series', () => {
    const vector = vectors.metricMathVectors.find(({ out2023 }) => out2023)!;
    expect(evaluate(vector.expr, vector.in, { ifMissingFalse: 'dropped' })).toEqual(vector.out2023);
  });

  const chosen = { a: [1, 1, 0, 0, _], b: [30, _, 0, 0, 30], c: [0, 0, 20, _, 20] } as const;
  test.each<[string, Inputs, unknown]>([
    ['IF(a, 5, c)', chosen, [5, 5, 20, _, _]],
    ['IF(a, b, 5)', chosen, [30, 0, 5, 5, _]],
    ['IF(a, b)', chosen, [30, 0, _, _, _]],
    ['IF(1 > 2, a, c)', chosen, [0, 0, 20, _, 20]],
    ['m1 + m2', m, [50, 20, 20, 0]],
    ['m1 / m2', m, [1.5, _, 0, _]],
    ['m2 / m1', m, [2 / 3, 0, _, _]],
    ['100 - m2', m, [80, _, 80, _]],
    ['m2 + m2', m, [40, _, 40, _]],
    ['2 + 3 * 2 ^ 2 - m1 * 0', m, [14, 14, 14, 14]],
    ['2 ^ 3 ^ 2 + m1 * 0', m, [512, 512, 512, 512]],
    ['-2 ^ 2 + m1 * 0', m, [-4, -4, -4, -4]],
    ['10 - 2 - 3 + 0 * m1', m, [5, 5, 5, 5]],
    ['m1 > 15 || m2 > 15', m, [1, 1, 1, 0]],
    ['m1 > 15 && m1 < 25', m, [0, 1, 0, 0]],
    ['m1 == 30 OR m1 == 0 AND m2 == 20', m, [1, 0, 1, 0]],
    ['m1 != 0', m, [1, 1, 0, 0]],
    ['SUM([m1, m2])', m, [50, 20, 20, 0]],
    ['AVG([m1, m2])', m, [25, 10, 10, 0]],
    ['MAX(METRICS())', m, [30, 20, 20, 0]],
    ['MIN([m1, m2])', m, [20, 20, 0, 0]],
    ['STDDEV([m1, m2])', m, [5, 0, 10, 0]],
    ['DATAPOINT_COUNT(METRICS())', m, [2, 1, 2, 1]],
    ['SUM(METRICS("2"))', m, [20, _, 20, _]],
    ['SUM(100 / [m1, m2])', m, [100 / 30 + 5, 5, 5, _]],
    ['METRICS() * 2', m, [Array.of(60, 40, 0, 0), Array.of(40, _, 40, _)]],
    ['m1 - AVG(m1)', m, [17.5, 7.5, -12.5, -12.5]],
    ['m2 - AVG(m2)', m, [10, _, 10, _]],
    ['SUM(m2) + 0 * m1', m, [40, 40, 40, 40]],
    ['DATAPOINT_COUNT(m2) + 0 * m1', m, [2, 2, 2, 2]],
    ['MAX(m2) / m2', m, [1, _, 1, _]],
    ['FILL(m2, 7)', m, [20, 7, 20, 7]],
    ['FILL(m2, m1)', m, [20, 20, 20, 0]],
    ['FILL(m2, REPEAT)', m, [20, 20, 20, 20]],
    ['FILL(m2, LINEAR)', { m2: [_, 10, _, _, 40, _] }, [_, 10, 20, 30, 40, _]],
    ['FILL(m2, REPEAT)', { m2: [_, 10, _, 40, _] }, [_, 10, 10, 40, 40]],
    ['FILL(m2, MIN(m1))', m, [20, 0, 20, 0]],
    ['RATE(m1)', { m1: [0, 60, _, 240] }, [_, 1, _, 1.5]],
    ['DIFF(m1)', { m1: [0, 60, _, 240] }, [_, 60, _, 180]],
    ['DIFF_TIME(m1)', { m1: [0, 60, _, 240] }, [_, 60, _, 120]],
    ['RUNNING_SUM(m2)', m, [20, _, 40, _]],
    ['ABS(-m1)', m, [30, 20, 0, 0]],
    ['CEIL(m1 / 100) + FLOOR(m1 / 100)', m, [1, 1, 0, 0]],
    ['LOG10(m1 * 0 + 100) + LOG(m1 * 0 + 1)', m, [2, 2, 2, 2]],
    ['LOG(m1 * 0)', m, [_, _, _, _]],
    ['PERIOD(m1) + 0 * m1', m, [60, 60, 60, 60]],
    ['m1 / METRIC_COUNT(METRICS())', m, [15, 10, 0, 0]],
    ['TIME_SERIES(5)', m, [5, 5, 5, 5]],
    ['FIRST([m1, m2])', m, [30, 20, 0, 0]],
    ['LAST([m1, m2])', m, [20, _, 20, _]],
    ['FIRST(SORT(METRICS(), SUM, DESC))', m, [30, 20, 0, 0]],
    ['FIRST(SORT(METRICS(), SUM, ASC, 1))', m, [20, _, 20, _]],
    ['LAST(SLICE(METRICS(), 0, 1))', m, [30, 20, 0, 0]],
    ['FIRST(SLICE(METRICS(), 1))', m, [20, _, 20, _]],
    ['LAST(REMOVE_EMPTY([m1, m3]))', { m1: [1, _], m3: [_, _] }, [1, _]],
    ['MINUTE(m1) + HOUR(m1) * 0', m, [0, 1, 2, 3]],
    ['DAY(m1)', m, [1, 1, 1, 1]],
    ['DATE(m1) * 10000 + MONTH(m1) + YEAR(m1) / 10000', { m1: [_] }, [50001.2026]],
    ['EPOCH(m1)', { m1: [_] }, [monday / 1000]],
  ])('%s', (expression, inputs, expected) => {
    expect(evaluate(expression, inputs)).toEqual(expected);
  });

  test('readings decide what is not documented', () => {
    const empty = { m1: [_, _] } as const;
    expect(evaluate('FILL(m1, 0)', empty)).toEqual([0, 0]);
    expect(evaluate('FILL(m1, 0)', empty, { fillEmptySeries: 'no' })).toEqual([_, _]);
    expect(evaluate('FILL(m1, 0)', { m1: [1, _] }, { fillEmptySeries: 'no' })).toEqual([1, 0]);
    expect(evaluate('m1 + m1', empty, { bothMissing: 'zero' })).toEqual([0, 0]);
    expect(evaluate('m1 / m1', empty, { bothMissing: 'zero' })).toEqual([_, _]);
  });

  test('expressions may build on each other', () => {
    const math = readMetricMath(
      ['bad', 'total'],
      new Map([
        ['ratio', 'bad / total'],
        ['guarded', 'IF(FILL(bad, 0) < 5, 0, ratio)'],
      ]),
      'guarded',
    );
    expect(math).toMatchObject({ type: 'TS', overRange: [] });
    expect([...math.metrics].sort()).toEqual(['bad', 'total']);
  });

  test.each([
    ['m1 +', 'a value is missing at column 5'],
    ['m1 m2', "'m2' is not expected at column 4"],
    ['SUM(m1', "')' is expected at column 7"],
    ['m4 + 1', 'no metric or expression with the id m4 at column 1'],
    ['m1 + sum(m1)', 'capitals: SUM at column 6'],
    ['NOPE(m1)', 'no function NOPE at column 1'],
    ['FILL(m1)', 'FILL takes 2 arguments at column 1'],
    ['FILL(m1, OTHER)', 'id OTHER at column 10'],
    ['FILL(m1, TS)', 'id TS at column 10'],
    ['m1 + REPEAT', 'id REPEAT at column 6'],
    ['FILL(m1, "REPEAT")', 'argument 2 of FILL cannot be word'],
    ['FIRST(m1)', 'argument 1 of FIRST cannot be TS'],
    ['[m1] + [m2]', 'two arrays cannot be combined'],
    ['[1, m1]', 'an array holds time series'],
    ['m1 + "a"', 'a text is no value'],
    ['PERIOD(m1 + 1) + m1', 'PERIOD takes a metric'],
    ['m1 # 2', "'#' is not expected at column 4"],
    ['e1 + 1', 'e1 refers to itself'],
    ['AND', "'AND' is not expected"],
    ['SELECT AVG(x) FROM y', 'Metrics Insights'],
    ['SEARCH("x", "y")', 'SEARCH() is not modelled'],
    [`${'('.repeat(300)}m1`, 'nested more than 200 deep'],
    [`m1${'+1'.repeat(1010)}`, 'more than 1000 operators'],
    ['m1 + '.repeat(500), 'ends after 2048 characters'],
  ])('refuses %.40s', (expression, message) => {
    expect(() => read(expression)).toThrow(message);
  });

  test('names the functions that depend on how much CloudWatch fetches', () => {
    expect(read('RATE(m1) + AVG(m1) + FILL(m1, REPEAT)').overRange).toEqual([
      'RATE',
      'AVG',
      'FILL',
    ]);
    expect(read('SUM([m1, m2]) + FILL(m1, 0)').overRange).toEqual([]);
  });

  test('prints an expression so that it reads back the same', () => {
    const math = read('-m1 + 2 * SUM([m1, m2]) > 5 AND FILL(m1, REPEAT) > SUM(METRICS("m"))');
    const printed = printExpression(math.expressions.get('e1')!);
    expect(printExpression(read(printed).expressions.get('e1')!)).toBe(printed);
    expect(evaluate(printed, m)).toEqual(
      evaluate('-m1 + 2 * SUM([m1, m2]) > 5 AND FILL(m1, REPEAT) > SUM(METRICS("m"))', m),
    );
  });
});
