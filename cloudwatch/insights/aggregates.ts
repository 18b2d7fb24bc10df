/**
 * The functions of `stats`. Values that are missing, or no numbers where numbers are needed, are left out.
 * Source: CloudWatch Logs user guide, "stats". How `pct` interpolates and whether `stddev` divides by n or n - 1 is not
 * documented: here the nearest rank, and n.
 */
import type { Arity } from './functions.ts';
import { compare, display, Timestamp, toNumber, type Value } from './value.ts';

/** The arguments for one row; the first is there. */
type Arguments = readonly Value[];

export interface Aggregate extends Arity {
  /** Works on events only: the last argument is their time. */
  readonly isTimed: boolean;
  readonly of: (rows: readonly Arguments[]) => Value;
}

const ofNumbers =
  (work: (numbers: Float64Array, second: Value | undefined) => number) =>
  (rows: readonly Arguments[]): Value => {
    const numbers = rows.flatMap(([value]) => toNumber(value!) ?? []);
    return numbers.length ? work(Float64Array.from(numbers), rows[0]![1]) : null;
  };

const total = (numbers: Float64Array) => numbers.reduce((sum, number) => sum + number, 0);
const mean = (numbers: Float64Array) => total(numbers) / numbers.length;

function deviation(numbers: Float64Array): number {
  const centre = mean(numbers);
  return Math.sqrt(mean(numbers.map((number) => (number - centre) ** 2)));
}

function percentile(numbers: Float64Array, percent: Value = 0): number {
  const rank = Math.ceil((Math.min(100, Math.max(0, Number(percent))) / 100) * numbers.length);
  return numbers.sort()[Math.max(0, rank - 1)]!;
}

/** The value that wins over all others. Times come out as milliseconds. */
const best =
  (wins: (fresh: Arguments, kept: Arguments) => boolean) =>
  (rows: readonly Arguments[]): Value => {
    if (rows.length === 0) return null;
    const [value = null] = rows.reduce((kept, fresh) => (wins(fresh, kept) ? fresh : kept));
    return value instanceof Timestamp ? value.millis : value;
  };

/** Among numbers and texts the numbers count: texts only where there is nothing else. */
const extreme = (sign: number) =>
  best(([fresh = null], [kept = null]) => {
    const isNumber = toNumber(fresh) !== null;
    if (isNumber !== (toNumber(kept) !== null)) return isNumber;
    return compare(fresh, kept) * sign > 0;
  });

const timeOf = (row: Arguments) => toNumber(row.at(-1)!) ?? Number.NaN;
const distinct = (rows: readonly Arguments[]) =>
  new Set(rows.map(([value]) => String(display(value!)))).size;

const table: readonly (readonly [string, least: number, most: number, Aggregate['of']])[] = [
  ['count', 0, 1, (rows) => rows.length],
  ['count_distinct', 1, 1, distinct],
  ['countDistinct', 1, 1, distinct],
  ['sum', 1, 1, ofNumbers(total)],
  ['avg', 1, 1, ofNumbers(mean)],
  ['stddev', 1, 1, ofNumbers(deviation)],
  ['pct', 2, 2, ofNumbers(percentile)],
  ['min', 1, 1, extreme(-1)],
  ['max', 1, 1, extreme(1)],
  ['earliest', 1, 1, best((fresh, kept) => timeOf(fresh) < timeOf(kept))],
  ['latest', 1, 1, best((fresh, kept) => timeOf(fresh) >= timeOf(kept))],
];

/** By lower-case name. */
export const aggregates: ReadonlyMap<string, Aggregate> = new Map(
  table.map(([name, least, most, of]) => [
    name.toLowerCase(),
    { name, least, most, of, isTimed: name === 'earliest' || name === 'latest' },
  ]),
);
