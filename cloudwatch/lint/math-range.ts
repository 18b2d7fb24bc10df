/**
 * The range of a metric-math expression, by interval arithmetic over its tree. It never says less than the truth: what
 * is not known to be bounded counts as unbounded.
 */
import type { Expression } from '../math/expression.ts';
import {
  add,
  anything,
  atLeast,
  divide,
  exactly,
  hull,
  type Interval,
  multiply,
  negate,
  rising,
  subtract,
} from './interval.ts';

export interface MathInput {
  readonly range: Interval;
  /** The range of this input divided by another, where it is narrower than the two ranges tell. */
  ratioTo(whole: MathInput): Interval | undefined;
}

interface Quantity {
  readonly range: Interval;
  readonly isScalar?: boolean;
  /** The series of an array. */
  readonly items?: readonly Quantity[];
  /** A metric, at most scaled or filled: its ratios are known. */
  readonly input?: {
    readonly metric: MathInput;
    readonly scale: number;
    /** What stands where it has no datapoint. */
    readonly filler?: number;
  };
}

const unknown: Quantity = { range: anything };
/** REPEAT and LINEAR: a filler that stays between what is there. */
const fillWord: Quantity = { range: anything };
const truth: Quantity = { range: { min: 0, max: 1 } };
const zero = exactly(0);

/** Between two series a missing side counts as 0. */
const orZero = ({ range, isScalar }: Quantity, other: Quantity) =>
  isScalar || other.isScalar ? range : hull(range, zero);

/** @param id of the metric or expression whose range is wanted */
export function mathRange(
  expressions: ReadonlyMap<string, Expression>,
  id: string,
  inputs: ReadonlyMap<string, MathInput>,
): Interval {
  const named = (name: string): Quantity => {
    const metric = inputs.get(name);
    if (metric) return { range: metric.range, input: { metric, scale: 1 } };
    const expression = expressions.get(name);
    if (expression) return evaluate(expression);
    return name === 'REPEAT' || name === 'LINEAR' ? fillWord : unknown;
  };
  const evaluate = (node: Expression): Quantity => {
    switch (node.type) {
      case 'number':
        return { range: exactly(node.value), isScalar: true };
      case 'name':
        return named(node.name);
      case 'list':
        return arrayOf(node.items.map(evaluate));
      case 'negate': {
        const operand = evaluate(node.operand);
        return { ...operand, range: negate(operand.range) };
      }
      case 'operation':
        return operate(node.operator, evaluate(node.left), evaluate(node.right));
      case 'call':
        return node.name === 'METRICS'
          ? arrayOf([...inputs.keys()].map(named))
          : (calls[node.name]?.(node.args.map(evaluate)) ?? unknown);
      default:
        return unknown;
    }
  };
  return named(id).range;
}

const arrayOf = (items: readonly Quantity[]): Quantity =>
  items.length
    ? {
        range: hull(...items.map(({ range }) => range)),
        items: items.flatMap((each) => each.items ?? [each]),
      }
    : unknown;

function operate(operator: string, left: Quantity, right: Quantity): Quantity {
  const isScalar = Boolean(left.isScalar && right.isScalar);
  const [a, b] = [orZero(left, right), orZero(right, left)];
  switch (operator) {
    case '+':
      return { range: add(a, b), isScalar };
    case '-':
      return { range: subtract(a, b), isScalar };
    case '*':
      return { range: multiply(a, b), isScalar, ...scaled(left, right), ...scaled(right, left) };
    case '/':
      return {
        range: ratio(left, right) ?? divide(a, right.range),
        isScalar,
        ...scaled(left, right, -1),
      };
    case '^':
      return power(a, right);
    default:
      return truth;
  }
}

/** A metric times a constant keeps its ratios, scaled. */
function scaled({ input }: Quantity, factor: Quantity, exponent = 1): Partial<Quantity> {
  const { min, max } = factor.range;
  if (!input || !factor.isScalar || min !== max || min === 0) return {};
  return { input: { ...input, scale: input.scale * min ** exponent } };
}

function ratio(left: Quantity, right: Quantity): Interval | undefined {
  if (!left.input || !right.input || left.input.filler) return undefined;
  const range = left.input.metric.ratioTo(right.input.metric);
  // A filled or missing part over a present whole is 0 of it.
  return range && multiply(hull(range, zero), exactly(left.input.scale / right.input.scale));
}

function power(base: Interval, { range, isScalar }: Quantity): Quantity {
  const known = isScalar && range.min === range.max && range.min >= 0 && base.min >= 0;
  return known ? { range: rising(base, (value) => value ** range.min) } : unknown;
}

type Call = (args: readonly Quantity[]) => Quantity;

const each =
  (f: (range: Interval) => Interval): Call =>
  ([value = unknown]) => ({
    range: f(value.range),
    ...(value.items ? { items: value.items.map((item) => ({ range: f(item.range) })) } : {}),
    ...(value.isScalar ? { isScalar: true } : {}),
  });

/** Over an array: per datapoint. Over one series: over everything fetched, and a scalar. */
const overSeries =
  (array: (items: readonly Quantity[]) => Interval, series: (range: Interval) => Interval): Call =>
  ([value = unknown]) =>
    value.items ? { range: array(value.items) } : { range: series(value.range), isScalar: true };

const within =
  (min: number, max: number): Call =>
  () => ({ range: { min, max } });
const hullOf = (items: readonly Quantity[]) => hull(...items.map(({ range }) => range));
const withZero = (range: Interval) => hull(range, zero);
const whole: Call = ([value = unknown]) => ({ range: value.range });

const calls: Readonly<Record<string, Call | undefined>> = {
  ABS: each(({ min, max }) => ({
    min: min <= 0 && max >= 0 ? 0 : Math.min(Math.abs(min), Math.abs(max)),
    max: Math.max(Math.abs(min), Math.abs(max)),
  })),
  CEIL: each((range) => rising(range, Math.ceil)),
  FLOOR: each((range) => rising(range, Math.floor)),
  LOG: each((range) => (range.min > 0 ? rising(range, Math.log) : anything)),
  LOG10: each((range) => (range.min > 0 ? rising(range, Math.log10) : anything)),
  MIN: overSeries(hullOf, (range) => range),
  MAX: overSeries(hullOf, (range) => range),
  // A missing value counts as 0.
  AVG: overSeries((items) => withZero(hullOf(items)), withZero),
  SUM: overSeries(
    (items) => items.map(({ range }) => withZero(range)).reduce(add, zero),
    ({ min, max }) => ({ min: min < 0 ? anything.min : 0, max: max > 0 ? anything.max : 0 }),
  ),
  STDDEV: () => ({ range: atLeast(0) }),
  DATAPOINT_COUNT: () => ({ range: atLeast(0) }),
  DIFF_TIME: () => ({ range: atLeast(0) }),
  METRIC_COUNT: () => ({ range: atLeast(0), isScalar: true }),
  PERIOD: () => ({ range: atLeast(10), isScalar: true }),
  TIME_SERIES: whole,
  FIRST: whole,
  LAST: whole,
  SORT: ([value = unknown]) => value,
  SLICE: ([value = unknown]) => value,
  REMOVE_EMPTY: ([value = unknown]) => value,
  FILL: ([value = unknown, filler = unknown]) => {
    if (filler === fillWord) return value;
    const { min } = filler.range;
    return {
      range: hull(value.range, filler.range),
      ...(value.items
        ? { items: value.items.map((item) => ({ range: hull(item.range, filler.range) })) }
        : {}),
      ...(value.input && filler.isScalar ? { input: { ...value.input, filler: min } } : {}),
    };
  },
  IF: ([, yes = unknown, no]) => {
    const chosen = no ? hull(yes.range, no.range) : yes.range;
    // A chosen series without a datapoint may count as 0.
    return { range: yes.isScalar && (!no || no.isScalar) ? chosen : withZero(chosen) };
  },
  MINUTE: within(0, 59),
  HOUR: within(0, 23),
  DAY: within(1, 7),
  DATE: within(1, 31),
  MONTH: within(1, 12),
  YEAR: () => ({ range: atLeast(1970) }),
  EPOCH: () => ({ range: atLeast(0) }),
};
