/**
 * The functions of metric math as a table: what each takes, gives and computes.
 * Source: CloudWatch user guide, "Functions supported for metric math" and "Using IF expressions".
 */
import { changes, fill, runningSum } from './series-functions.ts';
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

type Apply = (args: readonly Value[], window: MathWindow) => Value;
type OfTypes<Result> = (types: readonly ValueType[]) => Result;

export interface MathFunction {
  /** For each argument its types, and the words that may stand there. */
  readonly takes: readonly (readonly string[])[];
  /** How many arguments must be there. */
  readonly atLeast: number;
  readonly gives: OfTypes<ValueType>;
  /** True where the result depends on how many datapoints CloudWatch happens to fetch. AWS advises against it in alarms. */
  readonly overRange: OfTypes<boolean>;
  readonly apply: Apply;
}

/** `'TS|TS[], S? → same'`: what each argument may be, `?` for one that may be left out; `same` is the first one's type. */
function define(signature: string, apply: Apply, overRange: OfTypes<boolean> = () => false) {
  const [taken, given] = signature.split(' → ') as [string, ValueType | 'same'];
  const args = taken.split(', ');
  return {
    takes: args.map((each) => each.replace('?', '').split('|')),
    atLeast: args.filter((each) => !each.endsWith('?')).length,
    gives: ([first]) => (given === 'same' ? first! : given),
    overRange,
    apply,
  } satisfies MathFunction;
}

const always = () => true;
const present = (values: Iterable<number>) => [...values].filter((value) => !isMissing(value));

const each = (f: (value: number) => number) =>
  define('S|TS|TS[] → same', ([value]) => mapValue(value!, f));

/** TS → one number over everything fetched; TS[] → a series, each datapoint over the series that have one then. */
const aggregate = (f: (values: readonly number[], slots: number) => number): MathFunction => ({
  ...define(
    'TS|TS[] → TS',
    ([value], { length }) => {
      if (value instanceof Float64Array) return finite(f(present(value), length));
      const all = value as readonly TimeSeries[];
      return makeSeries(length, (index) => {
        const values = present(all.map((one) => one[index]!));
        return values.length === 0 ? missing : finite(f(values, all.length));
      });
    },
    ([type]) => type === 'TS',
  ),
  gives: ([type]) => (type === 'TS' ? 'S' : 'TS'),
});

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function standardDeviation(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
}

/** What SORT may sort by, too. */
const aggregates = {
  /** Missing values are treated as 0. */
  AVG: (values: readonly number[], slots: number) => sum(values) / slots,
  SUM: sum,
  MIN: (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Infinity),
  MAX: (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity),
} as const;

const perSeries = (f: (series: TimeSeries, window: MathWindow) => TimeSeries) =>
  define('TS|TS[] → same', ([value], window) => mapSeries(value!, (one) => f(one, window)), always);

const change = (f: (difference: number, seconds: number) => number) =>
  perSeries((series, { stride }) => changes(series, stride / 1000, f));

const ofTime = (f: (date: Date) => number) =>
  define('TS → TS', (_, { length, first, stride }) =>
    makeSeries(length, (index) => f(new Date(first + index * stride))),
  );

function sort([list, by, order, limit]: readonly Value[], { length }: MathWindow): Value {
  const rank = aggregates[by as keyof typeof aggregates];
  const sign = order === 'DESC' ? -1 : 1;
  return (list as readonly TimeSeries[])
    .map((one) => ({ one, key: rank(present(one), length) }))
    .sort((a, b) => sign * (a.key - b.key))
    .slice(0, limit as number | undefined)
    .map(({ one }) => one);
}

/** Where the condition is a series, a chosen series without a datapoint counts as 0. */
function choose([condition, yes, no]: readonly Value[], { length, readings }: MathWindow): Value {
  const at = (value: Value | undefined, index: number) =>
    value instanceof Float64Array ? value[index]! : ((value as number | undefined) ?? missing);
  const isSeries = condition instanceof Float64Array;
  const missingYes = isSeries && yes instanceof Float64Array ? 0 : missing;
  const takesZero = readings.ifMissingFalse === 'zero' && no instanceof Float64Array;
  const missingNo = takesZero ? missingYes : missing;
  return makeSeries(length, (index) => {
    const test = at(condition, index);
    if (isMissing(test)) return missing;
    const value = at(test !== 0 ? yes : no, index);
    if (!isMissing(value)) return value;
    return test !== 0 ? missingYes : missingNo;
  });
}

const nth = (index: number) =>
  define(
    'TS[] → TS',
    ([list], { length }) =>
      (list as readonly TimeSeries[]).at(index) ?? makeSeries(length, () => missing),
  );

export const functions: ReadonlyMap<string, MathFunction> = new Map(
  Object.entries<MathFunction>({
    ABS: each(Math.abs),
    CEIL: each(Math.ceil),
    FLOOR: each(Math.floor),
    LOG: each(Math.log),
    LOG10: each(Math.log10),
    AVG: aggregate(aggregates.AVG),
    SUM: aggregate(aggregates.SUM),
    MIN: aggregate(aggregates.MIN),
    MAX: aggregate(aggregates.MAX),
    STDDEV: aggregate(standardDeviation),
    DATAPOINT_COUNT: aggregate((values) => values.length),
    RATE: change((difference, seconds) => difference / seconds),
    DIFF: change((difference) => difference),
    DIFF_TIME: change((_, seconds) => seconds),
    RUNNING_SUM: perSeries(runningSum),
    FILL: define(
      'TS|TS[], S|TS|REPEAT|LINEAR → same',
      ([value, filler], { readings }) =>
        mapSeries(value!, (one) => fill(one, filler as number, readings.fillEmptySeries)),
      ([, filler]) => filler === 'word',
    ),
    IF: define('S|TS, S|TS, S|TS? → TS', choose),
    METRIC_COUNT: define('TS[] → S', ([list]) => (list as readonly TimeSeries[]).length),
    TIME_SERIES: define('S → TS', ([value], { length }) =>
      makeSeries(length, () => value as number),
    ),
    FIRST: nth(0),
    LAST: nth(-1),
    SORT: define('TS[], AVG|MIN|MAX|SUM, ASC|DESC, S? → TS[]', sort, always),
    SLICE: define('TS[], S, S? → TS[]', ([list, from, to]) =>
      (list as readonly TimeSeries[]).slice(from as number, to as number | undefined),
    ),
    REMOVE_EMPTY: define(
      'TS[] → TS[]',
      ([list]) =>
        (list as readonly TimeSeries[]).filter((one) => one.some((value) => !isMissing(value))),
      always,
    ),
    PERIOD: define('TS → S', (_, { period }) => period),
    METRICS: define('word? → TS[]', ([part = ''], { metrics }) =>
      [...metrics].filter(([id]) => id.includes(part as string)).map(([, one]) => one),
    ),
    ANOMALY_DETECTION_BAND: define('TS, S? → TS[]', (_, { band, length, readings }) => {
      const none = makeSeries(length, () => missing);
      const { lower, upper } = band ?? { lower: none, upper: none };
      return readings.firstOfBand === 'lower' ? [lower, upper] : [upper, lower];
    }),
    MINUTE: ofTime((date) => date.getUTCMinutes()),
    HOUR: ofTime((date) => date.getUTCHours()),
    DAY: ofTime((date) => date.getUTCDay() || 7),
    DATE: ofTime((date) => date.getUTCDate()),
    MONTH: ofTime((date) => date.getUTCMonth() + 1),
    YEAR: ofTime((date) => date.getUTCFullYear()),
    EPOCH: ofTime((date) => Math.floor(date.getTime() / 1000)),
  }),
);

/** Real functions of metric math that need what no template and no scenario holds. */
export const unmodelledFunctions: ReadonlySet<string> = new Set([
  'SEARCH',
  'SERVICE_QUOTA',
  'INSIGHT_RULE_METRIC',
  'DB_PERF_INSIGHTS',
  'LAMBDA',
]);
