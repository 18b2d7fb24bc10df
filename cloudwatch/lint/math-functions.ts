/** The functions of metric math over what their arguments can be. */
import { add, anything, atLeast, hull, type Interval, rising } from './interval.ts';
import {
  fillWord,
  hullOf,
  missingAny,
  type Quantity,
  unknown,
  withZero,
  zero,
} from './quantity.ts';

/** What IF yields without its third argument. */
const nothing: Quantity = { range: zero };

type Call = (args: readonly Quantity[]) => Quantity;

/** Per datapoint, of one series or of each of an array. */
const each =
  (f: (range: Interval) => Interval): Call =>
  ([{ input, items, ...value } = unknown]) => ({
    ...value,
    range: f(value.range),
    ...(items ? { items: items.map((item) => ({ range: f(item.range) })) } : {}),
  });

/** Over an array: per datapoint. Over one series: over everything fetched, and a scalar. */
const overSeries =
  (array: (items: readonly Quantity[]) => Interval, series: (range: Interval) => Interval): Call =>
  ([{ items, range } = unknown]) =>
    items ? { range: array(items) } : { range: series(range), isScalar: true };

const within =
  (range: Interval): Call =>
  () => ({ range });
const same: Call = ([value = unknown]) => value;
const oneOf: Call = ([{ range } = unknown]) => ({ range });
const logarithm = (f: (value: number) => number): Call => {
  const ofRange = each((range) => (range.min > 0 ? rising(range, f) : anything));
  // That of 0 or less drops the datapoint.
  return (args) => ({ ...ofRange(args), missing: 'maybe' });
};

const functions: Readonly<Record<string, Call>> = {
  ABS: each(({ min, max }) => ({
    min: min <= 0 && max >= 0 ? 0 : Math.min(Math.abs(min), Math.abs(max)),
    max: Math.max(Math.abs(min), Math.abs(max)),
  })),
  CEIL: each((range) => rising(range, Math.ceil)),
  FLOOR: each((range) => rising(range, Math.floor)),
  LOG: logarithm(Math.log),
  LOG10: logarithm(Math.log10),
  MIN: overSeries(hullOf, (range) => range),
  MAX: overSeries(hullOf, (range) => range),
  // A missing value counts as 0.
  AVG: overSeries((items) => withZero(hullOf(items)), withZero),
  SUM: overSeries(
    (items) => items.map(({ range }) => withZero(range)).reduce(add, zero),
    ({ min, max }) => ({ min: min < 0 ? anything.min : 0, max: max > 0 ? anything.max : 0 }),
  ),
  STDDEV: within(atLeast(0)),
  DATAPOINT_COUNT: within(atLeast(0)),
  DIFF_TIME: within(atLeast(0)),
  METRIC_COUNT: () => ({ range: atLeast(0), isScalar: true }),
  PERIOD: () => ({ range: atLeast(10), isScalar: true }),
  TIME_SERIES: oneOf,
  FIRST: oneOf,
  LAST: oneOf,
  SORT: same,
  SLICE: same,
  REMOVE_EMPTY: same,
  FILL: ([value = unknown, filler = unknown]) => {
    if (filler === fillWord) return value;
    const { range, missing, isScalar } = filler;
    if (value.missing === 'always' && missing === 'never') return { range, missing };
    const fill =
      value.missing === 'never' ? (own: Interval) => own : (own: Interval) => hull(own, range);
    return {
      ...each(fill)([value]),
      missing: missing === 'never' && value.missing !== 'never' ? 'unlessEmpty' : value.missing,
      ...(value.input && isScalar ? { input: { ...value.input, filler: range.min } } : {}),
    };
  },
  IF: ([condition = unknown, yes = unknown, no]) => {
    const { min, max } = condition.range;
    const isTrue = min > 0 || max < 0;
    const isFalse = min === 0 && max === 0;
    const chosen = [isFalse ? [] : yes, isTrue ? [] : (no ?? nothing)].flat();
    const values = chosen.filter((value) => value !== nothing);
    if (!values.length) return unknown;
    // A chosen series without a datapoint may count as 0.
    const isScalar = [yes, no ?? yes].every((value) => value.isScalar);
    const range = isScalar ? hullOf(values) : withZero(hullOf(values));
    const missing = missingAny([condition, ...chosen]);
    return { range, missing: missing === 'always' ? 'maybe' : missing };
  },
  MINUTE: within({ min: 0, max: 59 }),
  HOUR: within({ min: 0, max: 23 }),
  DAY: within({ min: 1, max: 7 }),
  DATE: within({ min: 1, max: 31 }),
  MONTH: within({ min: 1, max: 12 }),
  YEAR: within(atLeast(1970)),
  EPOCH: within(atLeast(0)),
};

/** By name; not a member of every object, such as `constructor`. */
export const calls: ReadonlyMap<string, Call> = new Map(Object.entries(functions));
