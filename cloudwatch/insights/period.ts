/** Periods of `bin`, `datefloor`, `dateceil`: units, their caps, and the calendar. All in UTC. */

export interface Period {
  /** What was asked for. */
  readonly count: number;
  readonly unit: Unit;
}

type Unit = keyof typeof units;

const minute = 60_000;
const day = 24 * 60 * minute;
const monday = 4 * day; // 1970-01-05

/**
 * CloudWatch caps the number, not the period: 300s is 60s. Days and above have no cap that is documented. Where weeks
 * begin is not documented either: on Monday here.
 */
const units = {
  ms: { names: ['millisecond', 'ms', 'msec'], cap: 1000, millis: 1 },
  s: { names: ['second', 's', 'sec'], cap: 60, millis: 1000 },
  m: { names: ['minute', 'm', 'min'], cap: 60, millis: minute },
  h: { names: ['hour', 'h', 'hr'], cap: 24, millis: 60 * minute },
  d: { names: ['day', 'd'], cap: Infinity, millis: day },
  w: { names: ['week', 'w'], cap: Infinity, millis: 7 * day, origin: monday },
  mo: { names: ['month', 'mo', 'mon'], cap: Infinity, months: 1 },
  q: { names: ['quarter', 'q', 'qtr'], cap: Infinity, months: 3 },
  y: { names: ['year', 'y', 'yr'], cap: Infinity, months: 12 },
} as const satisfies Record<string, UnitRow>;

interface UnitRow {
  /** Abbreviations of more than one letter also take a plural s. */
  readonly names: readonly string[];
  readonly cap: number;
  readonly millis?: number;
  readonly origin?: number;
  readonly months?: number;
}

/** `5m`, `2 hours`; undefined where the unit is none. */
export function parsePeriod(text: string): Period | undefined {
  const [, count, name = ''] = /^(\d+)\s*([a-z]+)$/i.exec(text) ?? [];
  const wanted = name.toLowerCase();
  for (const [unit, { names }] of Object.entries<UnitRow>(units)) {
    if (names.some((each) => each === wanted || (each.length > 1 && `${each}s` === wanted))) {
      return Number(count) > 0 ? { count: Number(count), unit: unit as Unit } : undefined;
    }
  }
  return undefined;
}

/** What CloudWatch makes of it. */
export const capped = ({ count, unit }: Period): Period => ({
  count: Math.min(count, units[unit].cap),
  unit,
});

/** The start of the period that holds `time` (ms since the epoch), and the start of the next. */
export function periodAround(time: number, asked: Period): readonly [start: number, end: number] {
  const { count, unit } = capped(asked);
  const { millis, origin = 0, months }: UnitRow = units[unit];
  if (months) {
    const date = new Date(time);
    const month = date.getUTCFullYear() * 12 + date.getUTCMonth();
    const first = month - (month % (months * count));
    return [startOfMonth(first), startOfMonth(first + months * count)];
  }
  const step = (millis as number) * count;
  const start = Math.floor((time - origin) / step) * step + origin;
  return [start, start + step];
}

/** `month` counts from the year 0. */
const startOfMonth = (month: number) => Date.UTC(Math.floor(month / 12), month % 12);
