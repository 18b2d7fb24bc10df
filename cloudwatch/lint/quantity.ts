/** What a part of a metric-math expression can be, and whether it has a value at all. */
import { anything, exactly, hull, type Interval } from './interval.ts';

export interface MathInput {
  readonly range: Interval;
  /** Whether it has no datapoint; default maybe. */
  readonly missing?: Quantity['missing'];
  /** The range of this input divided by another, where it is narrower than the two ranges tell. */
  readonly ratioTo?: (whole: MathInput) => Interval | undefined;
}

export interface Quantity {
  /** Of its values, where it has one. */
  readonly range: Interval;
  /** `unlessEmpty`: FILL gives it values, and whether also where there is none at all is not documented. Default maybe. */
  readonly missing?: 'never' | 'unlessEmpty' | 'maybe' | 'always';
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

export const unknown: Quantity = { range: anything };
/** REPEAT and LINEAR: a filler that stays between what is there. */
export const fillWord: Quantity = { range: anything };
export const zero = exactly(0);

export const withZero = (range: Interval) => hull(range, zero);
export const hullOf = (items: readonly Quantity[]) => hull(...items.map(({ range }) => range));

/** Whether something is missing that needs all of these. */
export function missingAny(parts: readonly Quantity[]): Quantity['missing'] {
  const order = ['always', 'maybe', 'unlessEmpty'] as const;
  return order.find((each) => parts.some(({ missing = 'maybe' }) => missing === each)) ?? 'never';
}
