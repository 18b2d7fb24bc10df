/**
 * The functions of `stats`. Values that are missing, or no numbers where numbers are needed, are left out.
 * Source: CloudWatch Logs user guide, "stats". How `pct` interpolates and whether `stddev` divides by n or n - 1 is not
 * documented: here the nearest rank, and n.
 */
import { compare, display, Timestamp, toNumber, type Value } from './value.ts';

export interface Accumulator {
  /** `values` are the arguments for one row, `time` its timestamp (ms) where it has one. */
  add(values: readonly Value[], time: number): void;
  result(): Value;
}

export interface Aggregate {
  /** As AWS writes it. */
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Works on events only: it needs their time. */
  readonly timed?: true;
  create(): Accumulator;
}

const count = (): Accumulator => {
  let rows = 0;
  return {
    add: ([value]) => {
      if (value !== null) rows += 1;
    },
    result: () => rows,
  };
};

const countDistinct = (): Accumulator => {
  const seen = new Set<string>();
  return {
    add: ([value = null]) => {
      if (value !== null) seen.add(String(display(value)));
    },
    result: () => seen.size,
  };
};

/** Collects the numbers; `settle` makes the result of at least one. */
const ofNumbers =
  (settle: (numbers: Float64Array, percent: number) => number) => (): Accumulator => {
    const numbers: number[] = [];
    let percent = 0;
    return {
      add: ([value = null, second = null]) => {
        const number = toNumber(value);
        if (number === null) return;
        numbers.push(number);
        percent = typeof second === 'number' ? second : percent;
      },
      result: () => (numbers.length ? settle(Float64Array.from(numbers), percent) : null),
    };
  };

const total = (numbers: Float64Array) => numbers.reduce((sum, number) => sum + number, 0);
const mean = (numbers: Float64Array) => total(numbers) / numbers.length;

function deviation(numbers: Float64Array): number {
  const centre = mean(numbers);
  return Math.sqrt(mean(numbers.map((number) => (number - centre) ** 2)));
}

function percentile(numbers: Float64Array, percent: number): number {
  const rank = Math.ceil((Math.min(100, Math.max(0, percent)) / 100) * numbers.length);
  return numbers.sort()[Math.max(0, rank - 1)] as number;
}

/** Keeps the value that `wins` over what was kept. Times come out as milliseconds. */
const keep = (wins: (fresh: Entry, kept: Entry) => boolean) => (): Accumulator => {
  let kept: Entry | undefined;
  return {
    add: ([value = null], time) => {
      if (value === null) return;
      const entry = { value: value instanceof Timestamp ? value.millis : value, time };
      if (!kept || wins(entry, kept)) kept = entry;
    },
    result: () => kept?.value ?? null,
  };
};

/** Among numbers and texts the numbers count: texts only where there is nothing else. */
const extreme = (sign: number) =>
  keep((fresh, kept) => {
    const numbers = [toNumber(fresh.value), toNumber(kept.value)] as const;
    if ((numbers[0] === null) !== (numbers[1] === null)) return numbers[1] === null;
    return compare(fresh.value, kept.value) * sign > 0;
  });

interface Entry {
  readonly value: Value;
  readonly time: number;
}

const table: readonly Aggregate[] = [
  { name: 'count', least: 0, most: 1, create: count },
  { name: 'count_distinct', least: 1, most: 1, create: countDistinct },
  { name: 'countDistinct', least: 1, most: 1, create: countDistinct },
  { name: 'sum', least: 1, most: 1, create: ofNumbers(total) },
  { name: 'avg', least: 1, most: 1, create: ofNumbers(mean) },
  { name: 'stddev', least: 1, most: 1, create: ofNumbers(deviation) },
  { name: 'pct', least: 2, most: 2, create: ofNumbers(percentile) },
  { name: 'min', least: 1, most: 1, create: extreme(-1) },
  { name: 'max', least: 1, most: 1, create: extreme(1) },
  { name: 'earliest', least: 1, most: 1, timed: true, create: keep((a, b) => a.time < b.time) },
  { name: 'latest', least: 1, most: 1, timed: true, create: keep((a, b) => a.time >= b.time) },
];

/** By lower-case name. */
export const aggregates: ReadonlyMap<string, Aggregate> = new Map(
  table.map((aggregate) => [aggregate.name.toLowerCase(), aggregate]),
);
