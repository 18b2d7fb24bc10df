/**
 * The functions of metric math as a table: what each takes, gives and computes.
 * Source: CloudWatch user guide, "Functions supported for metric math" and "Using IF expressions".
 */
import { fill } from './fill.ts';
import {
  finite,
  isMissing,
  type MathWindow,
  makeSeries,
  mapSeries,
  mapValue,
  missing,
  type TimeSeries,
  type Value,
  type ValueType,
} from './value.ts';

export interface MathFunction {
  /** Types that each argument may have. */
  readonly takes: readonly (readonly ValueType[])[];
  /** How many arguments must be there; all by default. */
  readonly atLeast?: number;
  readonly gives: (types: readonly ValueType[]) => ValueType;
  /** True where the result depends on how many datapoints CloudWatch happens to fetch. AWS advises against it in alarms. */
  readonly overRange?: (types: readonly ValueType[]) => boolean;
  readonly apply: (args: readonly Value[], window: MathWindow) => Value;
}

const S = ['S'] as const;
const TS = ['TS'] as const;
const array = ['TS[]'] as const;
const series = ['TS', 'TS[]'] as const;
const any = ['S', 'TS', 'TS[]'] as const;
const word = ['word'] as const;

const same = ([type]: readonly ValueType[]) => type!;
const always = (type: ValueType) => () => type;
const yes = () => true;
const present = (values: Iterable<number>) => [...values].filter((value) => !isMissing(value));

const each = (f: (value: number) => number): MathFunction => ({
  takes: [any],
  gives: same,
  apply: ([value]) => mapValue(value!, f),
});

/** TS → one number over everything fetched; TS[] → a series, each datapoint over the series that have one then. */
const aggregate = (f: (values: readonly number[], slots: number) => number): MathFunction => ({
  takes: [series],
  gives: ([type]) => (type === 'TS' ? 'S' : 'TS'),
  overRange: ([type]) => type === 'TS',
  apply: ([value], { length }) => {
    if (value instanceof Float64Array) return finite(f(present(value), length));
    const all = value as readonly TimeSeries[];
    return makeSeries(length, (index) => {
      const values = present(all.map((one) => one[index]!));
      return values.length === 0 ? missing : finite(f(values, all.length));
    });
  },
});

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function standardDeviation(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
}

const aggregates = {
  /** Missing values are treated as 0. */
  AVG: (values: readonly number[], slots: number) => sum(values) / slots,
  SUM: sum,
  MIN: (values: readonly number[]) => Math.min(...values),
  MAX: (values: readonly number[]) => Math.max(...values),
  STDDEV: standardDeviation,
} as const;

/** From one datapoint to the next that is there. */
const change = (f: (difference: number, seconds: number) => number): MathFunction => ({
  takes: [series],
  gives: same,
  overRange: yes,
  apply: ([value], { stride }) =>
    mapSeries(value!, (one) => {
      let last = -1;
      return one.map((now, index) => {
        if (isMissing(now)) return missing;
        const before = last;
        last = index;
        return before < 0
          ? missing
          : finite(f(now - one[before]!, ((index - before) * stride) / 1000));
      });
    }),
});

const ofTime = (f: (date: Date) => number): MathFunction => ({
  takes: [TS],
  gives: always('TS'),
  apply: (_, { length, first, stride }) =>
    makeSeries(length, (index) => f(new Date(first + index * stride))),
});

function runningSum(one: TimeSeries): TimeSeries {
  let total = 0;
  return one.map((value) => {
    if (isMissing(value)) return missing;
    total += value;
    return total;
  });
}

function sort([list, by, order, limit]: readonly Value[], { length }: MathWindow): Value {
  const rank = aggregates[by as keyof typeof aggregates];
  const keyed = (list as readonly TimeSeries[]).map((one) => ({
    one,
    key: rank(present(one), length),
  }));
  const direction = order === 'DESC' ? -1 : 1;
  keyed.sort((a, b) => direction * (a.key - b.key));
  return keyed.slice(0, limit as number | undefined).map(({ one }) => one);
}

/** `dropped` and `zero` say what becomes of a chosen series that has no datapoint. */
function choose([condition, yes, no]: readonly Value[], { length, readings }: MathWindow): Value {
  const at = (value: Value | undefined, index: number) =>
    value instanceof Float64Array ? value[index]! : ((value as number | undefined) ?? missing);
  if (typeof condition === 'number') {
    return makeSeries(length, (index) =>
      isMissing(condition) ? missing : at(condition !== 0 ? yes : no, index),
    );
  }
  const allSeries = yes instanceof Float64Array && no instanceof Float64Array;
  const missingYes = yes instanceof Float64Array ? 0 : missing;
  const missingNo = allSeries && readings.ifMissingFalse === 'zero' ? 0 : missing;
  return makeSeries(length, (index) => {
    const test = at(condition, index);
    if (isMissing(test)) return missing;
    const value = at(test !== 0 ? yes : no, index);
    if (!isMissing(value)) return value;
    return test !== 0 ? missingYes : missingNo;
  });
}

const nth = (index: number): MathFunction => ({
  takes: [array],
  gives: always('TS'),
  apply: ([list], { length }) =>
    (list as readonly TimeSeries[]).at(index) ?? makeSeries(length, () => missing),
});

export const functions: ReadonlyMap<string, MathFunction> = new Map(
  Object.entries({
    ABS: each(Math.abs),
    CEIL: each(Math.ceil),
    FLOOR: each(Math.floor),
    LOG: each(Math.log),
    LOG10: each(Math.log10),
    AVG: aggregate(aggregates.AVG),
    SUM: aggregate(aggregates.SUM),
    MIN: aggregate(aggregates.MIN),
    MAX: aggregate(aggregates.MAX),
    STDDEV: aggregate(aggregates.STDDEV),
    DATAPOINT_COUNT: aggregate((values) => values.length),
    RATE: change((difference, seconds) => difference / seconds),
    DIFF: change((difference) => difference),
    DIFF_TIME: change((_, seconds) => seconds),
    RUNNING_SUM: {
      takes: [series],
      gives: same,
      overRange: yes,
      apply: ([value]) => mapSeries(value!, runningSum),
    },
    FILL: {
      takes: [series, ['S', 'TS', 'word']],
      gives: same,
      overRange: ([, filler]) => filler === 'word',
      apply: ([value, filler], { readings }) =>
        mapSeries(value!, (one) => fill(one, filler as number, readings.fillEmptySeries)),
    },
    IF: {
      takes: [
        ['S', 'TS'],
        ['S', 'TS'],
        ['S', 'TS'],
      ],
      atLeast: 2,
      gives: always('TS'),
      apply: choose,
    },
    METRIC_COUNT: {
      takes: [array],
      gives: always('S'),
      apply: ([list]) => (list as readonly TimeSeries[]).length,
    },
    TIME_SERIES: {
      takes: [S],
      gives: always('TS'),
      apply: ([value], { length }) => makeSeries(length, () => value as number),
    },
    FIRST: nth(0),
    LAST: nth(-1),
    SORT: {
      takes: [array, word, word, S],
      atLeast: 3,
      gives: always('TS[]'),
      overRange: yes,
      apply: sort,
    },
    SLICE: {
      takes: [array, S, S],
      atLeast: 2,
      gives: always('TS[]'),
      apply: ([list, from, to]) =>
        (list as readonly TimeSeries[]).slice(from as number, to as number | undefined),
    },
    REMOVE_EMPTY: {
      takes: [array],
      gives: always('TS[]'),
      overRange: yes,
      apply: ([list]) =>
        (list as readonly TimeSeries[]).filter((one) => one.some((value) => !isMissing(value))),
    },
    PERIOD: { takes: [TS], gives: always('S'), apply: (_, { period }) => period },
    METRICS: {
      takes: [word],
      atLeast: 0,
      gives: always('TS[]'),
      apply: ([part], { metrics }) =>
        [...metrics].filter(([id]) => id.includes((part as string) ?? '')).map(([, one]) => one),
    },
    ANOMALY_DETECTION_BAND: {
      takes: [TS, S],
      atLeast: 1,
      gives: always('TS[]'),
      apply: (_, { band, length, readings }) => {
        const none = makeSeries(length, () => missing);
        const { lower, upper } = band ?? { lower: none, upper: none };
        return readings.firstOfBand === 'lower' ? [lower, upper] : [upper, lower];
      },
    },
    MINUTE: ofTime((date) => date.getUTCMinutes()),
    HOUR: ofTime((date) => date.getUTCHours()),
    DAY: ofTime((date) => date.getUTCDay() || 7),
    DATE: ofTime((date) => date.getUTCDate()),
    MONTH: ofTime((date) => date.getUTCMonth() + 1),
    YEAR: ofTime((date) => date.getUTCFullYear()),
    EPOCH: ofTime((date) => Math.floor(date.getTime() / 1000)),
  } satisfies Record<string, MathFunction>),
);

/** Real functions of metric math that need what no template and no scenario holds. */
export const unmodelledFunctions: ReadonlySet<string> = new Set([
  'SEARCH',
  'SERVICE_QUOTA',
  'INSIGHT_RULE_METRIC',
  'DB_PERF_INSIGHTS',
  'LAMBDA',
]);
