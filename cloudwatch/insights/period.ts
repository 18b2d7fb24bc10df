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

interface UnitRow {
  /** Abbreviations of more than one letter also take a plural s. */
  readonly names: readonly string[];
  /** CloudWatch caps the number, not the period: 300s is 60s. Days and above have no cap that is documented. */
  readonly cap?: number;
  readonly millis?: number;
  readonly origin?: number;
  readonly months?: number;
}

/** Where weeks begin is not documented: on Monday here. */
const units = {
  ms: { names: ['millisecond', 'ms', 'msec'], cap: 1000, millis: 1 },
  s: { names: ['second', 's', 'sec'], cap: 60, millis: 1000 },
  m: { names: ['minute', 'm', 'min'], cap: 60, millis: minute },
  h: { names: ['hour', 'h', 'hr'], cap: 24, millis: 60 * minute },
  d: { names: ['day', 'd'], millis: day },
  w: { names: ['week', 'w'], millis: 7 * day, origin: monday },
  mo: { names: ['month', 'mo', 'mon'], months: 1 },
  q: { names: ['quarter', 'q', 'qtr'], months: 3 },
  y: { names: ['year', 'y', 'yr'], months: 12 },
} as const satisfies Record<string, UnitRow>;

/** `5m`, `2 hours`; undefined where the unit is none. */
export function parsePeriod(text: string): Period | undefined {
  const [, count, name = ''] = /^(\d+)\s*([a-z]+)$/i.exec(text) ?? [];
  const wanted = name.toLowerCase();
  const unit = (Object.keys(units) as Unit[]).find((each) =>
    units[each].names.some((one) => one === wanted || (one.length > 1 && `${one}s` === wanted)),
  );
  return unit && Number(count) > 0 ? { count: Number(count), unit } : undefined;
}

/** What CloudWatch makes of it. */
export const capped = ({ count, unit }: Period): Period => ({
  count: Math.min(count, (units[unit] as UnitRow).cap ?? count),
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
