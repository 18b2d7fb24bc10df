/**
 * What a metric-math expression can be, by interval arithmetic over its tree, and whether it has a value at all. It never
 * says less than the truth: what is not known to be bounded counts as unbounded, what may be missing as missing.
 */
import type { Expression } from '../math/expression.ts';
import { comparisons } from '../math/operators.ts';
import {
  add,
  divide,
  exactly,
  hull,
  type Interval,
  multiply,
  rising,
  subtract,
} from './interval.ts';
import { calls } from './math-functions.ts';
import {
  fillWord,
  hullOf,
  type MathInput,
  missingAny,
  type Quantity,
  unknown,
  withZero,
} from './quantity.ts';

const truth: Interval = { min: 0, max: 1 };
const minusOne: Quantity = { range: exactly(-1), missing: 'never', isScalar: true };
const isConstant = ({ min, max }: Interval) => min === max;

/** @param id of the metric or expression that is wanted */
export function mathQuantity(
  expressions: ReadonlyMap<string, Expression>,
  id: string,
  inputs: ReadonlyMap<string, MathInput>,
): Quantity {
  const open = new Set<string>();
  const named = (name: string): Quantity => {
    const metric = inputs.get(name);
    if (metric) {
      const { range, missing = 'maybe' } = metric;
      return { range, missing, input: { metric, scale: 1 } };
    }
    const expression = expressions.get(name);
    if (!expression) return name === 'REPEAT' || name === 'LINEAR' ? fillWord : unknown;
    // CloudWatch refuses an expression that refers to itself; here it must only come to an end.
    if (open.has(name)) return unknown;
    open.add(name);
    const quantity = evaluate(expression);
    open.delete(name);
    return quantity;
  };
  const evaluate = (node: Expression): Quantity => {
    switch (node.type) {
      case 'number':
        return { range: exactly(node.value), missing: 'never', isScalar: true };
      case 'name':
        return named(node.name);
      case 'list':
        return arrayOf(node.items.map(evaluate));
      case 'negate':
        return operate('*', minusOne, evaluate(node.operand));
      case 'operation':
        return operate(node.operator, evaluate(node.left), evaluate(node.right));
      case 'call':
        if (node.name === 'METRICS') return arrayOf([...inputs.keys()].map(named));
        return calls.get(node.name)?.(node.args.map(evaluate)) ?? unknown;
      default:
        return unknown;
    }
  };
  return named(id);
}

export const mathRange = (...given: Parameters<typeof mathQuantity>): Interval =>
  mathQuantity(...given).range;

const arrayOf = (items: readonly Quantity[]): Quantity =>
  items.length
    ? { range: hullOf(items), items: items.flatMap((item) => item.items ?? [item]) }
    : unknown;

function operate(operator: string, left: Quantity, right: Quantity): Quantity {
  const part = (item: Quantity) =>
    left.items ? operate(operator, item, right) : operate(operator, left, item);
  const items = left.items ?? right.items;
  if (items) return arrayOf(items.map(part));
  const isScalar = Boolean(left.isScalar && right.isScalar);
  const isSeries = !left.isScalar && !right.isScalar;
  // Between two series a missing side counts as 0.
  const [a, b] = [left, right].map(({ range, missing }) =>
    isSeries && missing !== 'never' ? withZero(range) : range,
  ) as [Interval, Interval];
  const shared = { isScalar, missing: missingOf(left, right) };
  switch (operator) {
    case '+':
      return { ...shared, range: add(a, b) };
    case '-':
      return { ...shared, range: subtract(a, b) };
    case '*':
      return { ...shared, range: multiply(a, b), ...scaled(left, right), ...scaled(right, left) };
    case '/': {
      // A division by zero drops the datapoint.
      const { min, max } = right.range;
      return {
        isScalar,
        missing: min <= 0 && max >= 0 && shared.missing !== 'always' ? 'maybe' : shared.missing,
        range: ratio(left, right) ?? divide(a, right.range),
        ...scaled(left, right, -1),
      };
    }
    case '^': {
      const { range } = right;
      const isKnown = right.isScalar && isConstant(range) && range.min >= 0 && a.min >= 0;
      return isKnown ? { range: rising(a, (value) => value ** range.min) } : unknown;
    }
    default:
      return { ...shared, range: operator in comparisons ? compare(operator, a, b) : truth };
  }
}

/** Two series make no value where both have none; beside a number nothing comes of nothing. */
function missingOf(left: Quantity, right: Quantity): Quantity['missing'] {
  const there = [left, right].filter(({ missing }) => missing !== 'always');
  const isNothing = there.length < 2 && there.every(({ isScalar }) => isScalar);
  return isNothing ? 'always' : missingAny(there);
}

/** 1 or 0 where all values of the two ranges compare alike. */
function compare(operator: string, a: Interval, b: Interval): Interval {
  const f = comparisons[operator as keyof typeof comparisons];
  const isEquality = operator === '==' || operator === '!=';
  if (isEquality && !(isConstant(a) && isConstant(b))) return truth;
  return hull(exactly(f(a.min, b.max)), exactly(f(a.max, b.min)));
}

/** A metric times a constant keeps its ratios, scaled. */
function scaled({ input }: Quantity, factor: Quantity, exponent = 1): Partial<Quantity> {
  const { min } = factor.range;
  if (!input || !factor.isScalar || !isConstant(factor.range) || min === 0) return {};
  return { input: { ...input, scale: input.scale * min ** exponent } };
}

function ratio(left: Quantity, right: Quantity): Interval | undefined {
  if (!left.input || !right.input || left.input.filler) return undefined;
  const range = left.input.metric.ratioTo?.(right.input.metric);
  // A filled or missing part over a present whole is 0 of it.
  return range && multiply(withZero(range), exactly(left.input.scale / right.input.scale));
}
