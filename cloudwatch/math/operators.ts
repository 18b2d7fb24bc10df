/**
 * Arithmetic, comparison and logic between scalars and series.
 * Source: CloudWatch user guide, "Basic arithmetic functions", "Comparison and logical operators".
 */
import type { Comparison, Operator } from './expression.ts';
import {
  finite,
  isMissing,
  type MathWindow,
  makeSeries,
  missing,
  type TimeSeries,
  type Value,
} from './value.ts';

type Binary = (left: number, right: number) => number;

export const comparisons: Readonly<Record<Comparison, Binary>> = {
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
};

const operators: Readonly<Record<Operator, Binary>> = {
  ...comparisons,
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '^': (left, right) => left ** right,
  AND: (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
};

/** Between two series a missing side counts as 0; beside a scalar a missing datapoint stays missing. */
export function operate(operator: Operator, left: Value, right: Value, window: MathWindow): Value {
  const f = operators[operator];
  if (Array.isArray(left)) return left.map((each) => pair(f, each, right, window)) as TimeSeries[];
  if (Array.isArray(right)) return right.map((each) => pair(f, left, each, window)) as TimeSeries[];
  return pair(f, left, right, window);
}

function pair(f: Binary, left: Value, right: Value, window: MathWindow): number | TimeSeries {
  if (left instanceof Float64Array && right instanceof Float64Array) {
    const neither = window.readings.bothMissing === 'zero' ? finite(f(0, 0)) : missing;
    return makeSeries(window.length, (index) => {
      const [a, b] = [left[index]!, right[index]!];
      if (isMissing(a)) return isMissing(b) ? neither : finite(f(0, b));
      return finite(f(a, isMissing(b) ? 0 : b));
    });
  }
  const present: Binary = (a, b) => (isMissing(a) || isMissing(b) ? missing : finite(f(a, b)));
  if (left instanceof Float64Array) return left.map((each) => present(each, right as number));
  if (right instanceof Float64Array) return right.map((each) => present(left as number, each));
  return present(left as number, right as number);
}
