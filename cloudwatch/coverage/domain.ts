/**
 * What an alarm's datapoints can be at all, from the catalogue: two alarms that no possible datapoint tells apart are the
 * same alarm, and a missing-data mode does not matter where a datapoint is never missing.
 */
import { comparisonOperators, type MetricAlarm, type MetricInput } from '../alarms/alarm.ts';
import { type Catalogue, lookUp } from '../catalogue/catalogue.ts';
import { exactly, type Interval } from '../lint/interval.ts';
import { mathQuantity } from '../lint/math-range.ts';
import { samplesOf, statisticRange } from '../lint/metric-range.ts';
import type { MathInput } from '../lint/quantity.ts';
import { metricKey } from '../metrics/metric.ts';

/** Whole numbers between two thresholds are tried one by one up to here. */
const maxTried = 1000;
/** More identities than this are not worth the combinations. */
const maxIdentities = 10;

interface Domain {
  readonly samples: Interval;
  readonly datapoints: Interval;
  /** The datapoints are whole numbers. */
  readonly whole: boolean;
}

function domainOf({ metric, statistic }: MetricInput, catalogue: Catalogue): Domain {
  const { namespace, name, dimensions } = metric;
  const verdict = lookUp(catalogue, namespace, name, Object.keys(dimensions));
  const entries = verdict.kind === 'known' ? verdict.entries : [];
  const samples = samplesOf(entries);
  const isWhole = entries.every(({ unit, whole = unit === 'Count' }) => whole);
  const keepsWhole = ['Sum', 'Minimum', 'Maximum'].includes(statistic.kind);
  return {
    samples,
    datapoints: statisticRange(statistic, samples),
    whole: statistic.kind === 'SampleCount' || (keepsWhole && entries.length > 0 && isWhole),
  };
}

/** True where no possible datapoint is judged differently. For alarms on one metric that differ in threshold or statistic. */
export function isIndistinguishable(
  before: MetricAlarm,
  after: MetricAlarm,
  catalogue: Catalogue,
): boolean {
  const [one, other] = [judgementOf(before, catalogue), judgementOf(after, catalogue)];
  if (!one || !other) return false;
  if (one.always !== undefined && one.always === other.always) return true;
  if (before.threshold === after.threshold) return agreeAtBound(one, other);
  return one.whole && before.inputs === after.inputs && sameOnWholeNumbers(one, other);
}

/** How an alarm on one metric judges its datapoints; undefined for math and bands. */
function judgementOf({ math, threshold, inputs: [input] }: MetricAlarm, catalogue: Catalogue) {
  if (math || !input || !('value' in threshold)) return undefined;
  const domain = domainOf(input, catalogue);
  const { breaches, symbol } = comparisonOperators[threshold.operator];
  const isBreaching = (value: number) => breaches(value, threshold.value);
  const { min, max } = domain.datapoints;
  // A comparison is monotone: what it says of both ends it says of all between.
  const always = isBreaching(min) === isBreaching(max) ? isBreaching(min) : undefined;
  const { kind } = input.statistic;
  return { ...domain, kind, symbol, bound: threshold.value, isBreaching, always };
}

type Judgement = NonNullable<ReturnType<typeof judgementOf>>;

/**
 * Whether a statistic lies above the lowest possible sample, or below the highest, hangs on whether any sample does: there
 * all of these statistics agree. A sum counts where the lowest sample is 0.
 */
function agreeAtBound(one: Judgement, other: Judgement): boolean {
  const { symbol, bound, samples } = one;
  const isLow = symbol === '>' || symbol === '<=';
  const agreeing = isLow
    ? ['Average', 'Maximum', ...(samples.min === 0 ? ['Sum'] : [])]
    : ['Average', 'Minimum'];
  const isAtBound = bound === (isLow ? samples.min : samples.max);
  return isAtBound && [one, other].every(({ kind }) => agreeing.includes(kind));
}

/** Two thresholds with no possible whole number between them. */
function sameOnWholeNumbers(one: Judgement, other: Judgement): boolean {
  if (one.symbol !== other.symbol) return false;
  const { min, max } = one.datapoints;
  const first = Math.max(min, Math.ceil(Math.min(one.bound, other.bound)));
  const last = Math.min(max, Math.floor(Math.max(one.bound, other.bound)));
  if (last - first > maxTried) return false;
  for (let value = first; value <= last; value++) {
    if (one.isBreaching(value) !== other.isBreaching(value)) return false;
  }
  return true;
}

/**
 * Proves that an alarm's expression has a value at all times, whichever of its metrics publish. Metrics with one identity
 * are there together.
 */
export function isNeverMissing(
  { math, inputs }: Pick<MetricAlarm, 'math' | 'inputs'>,
  catalogue: Catalogue,
): boolean {
  if (!math) return false;
  const identities = [...new Set(inputs.map(({ metric }) => metricKey(metric)))];
  if (identities.length > maxIdentities) return false;
  const published = new Map(inputs.map((input) => [input, publishedBy(input, catalogue)]));
  return Array.from({ length: 2 ** identities.length }, (_, bits) => {
    const values = [...published].map(([{ id, metric }, value]) => {
      const publishes = bits & (1 << identities.indexOf(metricKey(metric)));
      return [id, publishes ? value : absent] as const;
    });
    const { missing } = mathQuantity(math.expressions, math.result, new Map(values));
    return missing === 'never' || missing === 'unlessEmpty';
  }).every(Boolean);
}

const absent: MathInput = { range: exactly(0), missing: 'always' };

/** Percentiles and their kin have no value where a sample is negative. */
function publishedBy(input: MetricInput, catalogue: Catalogue): MathInput {
  const { samples, datapoints } = domainOf(input, catalogue);
  const needsNoSign = ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'];
  const isThere = samples.min >= 0 || needsNoSign.includes(input.statistic.kind);
  return { range: datapoints, missing: isThere ? 'never' : 'maybe' };
}
