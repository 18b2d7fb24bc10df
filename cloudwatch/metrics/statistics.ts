/**
 * CloudWatch's statistics: their notation and what each says of a distribution.
 * Source: CloudWatch user guide, "CloudWatch statistics definitions". How percentiles interpolate is not documented:
 * nearest rank is used, so a test should leave them a tolerance.
 */
import type { Distribution } from './distribution.ts';

/** One end of a trimmed range: a percentage of the samples or an absolute value. Absolute ranges are (lower, upper]. */
export interface Bound {
  readonly value: number;
  readonly percent: boolean;
}

export type Statistic =
  | { readonly kind: (typeof simpleStatistics)[number] }
  | { readonly kind: 'percentile'; readonly percent: number }
  | { readonly kind: TrimmedKind; readonly lower?: Bound; readonly upper?: Bound };

const simpleStatistics = ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'] as const;
const trimmedKinds = ['TM', 'WM', 'PR', 'TC', 'TS'] as const;
type TrimmedKind = (typeof trimmedKinds)[number];

export class StatisticError extends Error {
  override name = 'StatisticError';
}

const percentage = '(100(?:\\.0+)?|\\d{1,2}(?:\\.\\d+)?)';
const percentile = new RegExp(`^p${percentage}$`, 'i');
/** `tm95` is TM(:95%). */
const short = new RegExp(`^(tm|wm|tc|ts)${percentage}$`, 'i');
const range = /^(TM|WM|PR|TC|TS)\((-?[\d.]*%?):(-?[\d.]*%?)\)$/i;

/**
 * Reads `Sum`, `p99.9`, `tm95`, `TM(10%:90%)`, `PR(:300)`, `IQM`, …
 * @throws StatisticError naming what is wrong with the text
 */
export function parseStatistic(text: string): Statistic {
  const simple = simpleStatistics.find((name) => name === text);
  if (simple) return { kind: simple };
  const [, percent] = percentile.exec(text) ?? [];
  if (percent) return { kind: 'percentile', percent: Number(percent) };
  const long = text.replace(/^IQM$/i, 'TM(25%:75%)').replace(short, '$1(:$2%)');
  const [, name, low, high] = range.exec(long) ?? [];
  const kind = trimmedKinds.find((each) => each === name?.toUpperCase());
  if (kind) return trimmedRange(text, kind, low!, high!);
  throw new StatisticError(
    `'${text}' is no statistic: use SampleCount, Sum, Average, Minimum, Maximum, p99, tm95, TM(10%:90%), WM, PR(:300), TC, TS or IQM`,
  );
}

function trimmedRange(text: string, kind: TrimmedKind, low: string, high: string): Statistic {
  const refuse = (problem: string): never => {
    throw new StatisticError(`'${text}': ${problem}`);
  };
  const [lower, upper] = [low, high].map((bound): Bound | undefined => {
    if (bound === '') return undefined;
    const percent = bound.endsWith('%');
    const value = Number(percent ? bound.slice(0, -1) : bound);
    const isBound = !Number.isNaN(value) && !(percent && (value < 0 || value > 100));
    return isBound ? { value, percent } : refuse(`'${bound}' is no bound`);
  });
  if (!lower && !upper) refuse('give at least one bound');
  if (lower && upper) {
    if (lower.percent !== upper.percent) refuse('both bounds must be percentages or both values');
    if (lower.value >= upper.value) refuse('the lower bound must be below the upper one');
  }
  if (kind === 'PR' && (lower ?? upper)!.percent) refuse('PR takes values, not percentages');
  return { kind, ...(lower && { lower }), ...(upper && { upper }) };
}

/** True for statistics that need each value, not only sum, count, minimum and maximum. */
export const needsValues = ({ kind }: Statistic) =>
  !(simpleStatistics as readonly string[]).includes(kind);

/** The statistic of a bucket; undefined where the bucket cannot tell it (empty, bare statistic set, negative values). */
export function computeStatistic(statistic: Statistic, bucket: Distribution): number | undefined {
  const { count, sum, minimum, maximum } = bucket;
  if (count === 0) return undefined;
  switch (statistic.kind) {
    case 'SampleCount':
      return count;
    case 'Sum':
      return sum;
    case 'Average':
      return sum / count;
    case 'Minimum':
      return Number.isNaN(minimum) ? undefined : minimum;
    case 'Maximum':
      return Number.isNaN(maximum) ? undefined : maximum;
    default:
      return bucket.values && minimum >= 0
        ? computeRanked(statistic, { count, values: bucket.values, counts: bucket.counts! })
        : undefined;
  }
}

type Ranked = Pick<Distribution, 'count'> & {
  readonly values: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
};

/** Statistics that depend on the order of values; `counts` may hold zeros. */
export function computeRanked(statistic: Statistic, ranked: Ranked): number | undefined {
  if (statistic.kind === 'percentile') return valueAtRank(ranked, rank(ranked, statistic.percent));
  const { kind, lower, upper } = statistic as Extract<Statistic, { kind: TrimmedKind }>;
  const inside = trim(ranked, lower, upper);
  switch (kind) {
    case 'TC':
      return inside.count;
    case 'TS':
      return inside.sum;
    case 'PR':
      return (100 * inside.count) / ranked.count;
    case 'TM':
      return inside.count === 0 ? undefined : inside.sum / inside.count;
    case 'WM': {
      const low = inside.below && inside.below * edge(ranked, lower!);
      const high = inside.above && inside.above * edge(ranked, upper!);
      return (inside.sum + low + high) / ranked.count;
    }
  }
}

/** 1-based nearest rank; the small number absorbs the rounding of `count × percent`. */
const rank = ({ count }: Ranked, percent: number) =>
  Math.max(1, Math.ceil((count * percent) / 100 - 1e-9));

function valueAtRank({ values, counts }: Ranked, wanted: number): number {
  let seen = 0;
  let index = -1;
  while (seen < wanted) seen += counts[++index]!;
  return values[index]!;
}

/** The value that a winsorized mean puts in place of what lies beyond the bound. */
const edge = (ranked: Ranked, { value, percent }: Bound) =>
  percent ? valueAtRank(ranked, rank(ranked, value)) : value;

/** Splits the samples into those below, inside and above the range. A rank cut by a percentage stays inside. */
function trim({ count, values, counts }: Ranked, lower?: Bound, upper?: Bound) {
  const firstRank = lower?.percent ? Math.floor((count * lower.value) / 100 + 1e-9) : 0;
  const lastRank = upper?.percent ? Math.ceil((count * upper.value) / 100 - 1e-9) : count;
  const above = upper && !upper.percent ? upper.value : Number.POSITIVE_INFINITY;
  const below = lower && !lower.percent ? lower.value : Number.NEGATIVE_INFINITY;
  const result = { below: 0, count: 0, sum: 0, above: 0 };
  for (let index = 0, seen = 0; index < values.length; index++) {
    const [value, times] = [values[index]!, counts[index]!];
    const tooLow = value <= below ? times : clamp(firstRank - seen, times);
    const tooHigh = value > above ? times : clamp(seen + times - lastRank, times);
    const inside = Math.max(0, times - tooLow - tooHigh);
    result.below += tooLow;
    result.above += tooHigh;
    result.count += inside;
    result.sum += inside * value;
    seen += times;
  }
  return result;
}

const clamp = (value: number, maximum: number) => Math.min(Math.max(value, 0), maximum);
