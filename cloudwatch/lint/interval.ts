/** Arithmetic of value ranges: what a result can be at most, given what its parts can be. Both ends belong to the range. */

export interface Interval {
  readonly min: number;
  readonly max: number;
}

export const anything: Interval = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
export const exactly = (value: number): Interval => ({ min: value, max: value });
export const atLeast = (min: number): Interval => ({ min, max: Number.POSITIVE_INFINITY });

export const hull = (...parts: readonly Interval[]): Interval => ({
  min: Math.min(...parts.map(({ min }) => min)),
  max: Math.max(...parts.map(({ max }) => max)),
});

export const add = (a: Interval, b: Interval): Interval => ({
  min: a.min + b.min,
  max: a.max + b.max,
});
const negate = ({ min, max }: Interval): Interval => ({ min: -max, max: -min });
export const subtract = (a: Interval, b: Interval): Interval => add(a, negate(b));

/** Nothing times infinity is nothing. */
export function multiply(a: Interval, b: Interval): Interval {
  const times = (left: number, right: number) => (left === 0 || right === 0 ? 0 : left * right);
  const ends = [a.min, a.max].flatMap((left) => [b.min, b.max].map((right) => times(left, right)));
  return { min: Math.min(...ends), max: Math.max(...ends) };
}

/** A division by zero drops the datapoint, so zero itself is no divisor. */
export function divide(a: Interval, b: Interval): Interval {
  if (b.min < 0 && b.max > 0) return anything;
  if (b.max <= 0 && b.min < 0) return divide(negate(a), negate(b));
  return multiply(a, { min: 1 / b.max, max: b.min === 0 ? Number.POSITIVE_INFINITY : 1 / b.min });
}

/** For functions that never fall. */
export const rising = ({ min, max }: Interval, f: (value: number) => number): Interval => ({
  min: f(min),
  max: f(max),
});

/** `0 to 1`, `at least 0`, `anything`. */
export function describeInterval({ min, max }: Interval): string {
  const number = (value: number) => Number(value.toPrecision(6)).toString();
  if (min === max) return `always ${number(min)}`;
  if (Number.isFinite(min)) {
    return Number.isFinite(max) ? `${number(min)} to ${number(max)}` : `at least ${number(min)}`;
  }
  return Number.isFinite(max) ? `at most ${number(max)}` : 'anything';
}
