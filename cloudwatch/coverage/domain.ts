/**
 * The values that an alarm's datapoints can have at all, from the catalogue: two alarms that no possible value tells apart
 * are the same alarm.
 */

import { comparisonOperators, type MetricAlarm, type MetricInput } from '../alarms/alarm.ts';
import { type Catalogue, lookUp } from '../catalogue/catalogue.ts';
import type { MetricIdentity } from '../metrics/metric.ts';

interface Domain {
  readonly low: number;
  readonly high: number;
  readonly whole: boolean;
}

/** Whole numbers between two thresholds are tried one by one up to here. */
const maxTried = 1000;

/** True where no possible datapoint is judged differently. For alarms on one metric that differ in threshold or statistic. */
export function isIndistinguishable(
  before: MetricAlarm,
  after: MetricAlarm,
  catalogue: Catalogue,
): boolean {
  if (before.math || !('value' in before.threshold) || !('value' in after.threshold)) return false;
  const [one, other] = [before, after].map(({ inputs }) => domainOf(inputs[0]!, catalogue));
  const verdict = constantVerdict(before, one!);
  if (verdict !== undefined && verdict === constantVerdict(after, other!)) return true;
  if (agreeAtBound(before, after, samplesOf(before.inputs[0]!.metric, catalogue))) return true;
  return before.inputs === after.inputs && one!.whole && sameOnWholeNumbers(before, after, one!);
}

const unbounded = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, whole: false };

/** The samples that a metric can have. */
export function samplesOf({ namespace, name, dimensions }: MetricIdentity, catalogue: Catalogue) {
  const verdict = lookUp(catalogue, namespace, name, Object.keys(dimensions));
  if (verdict.kind !== 'known') return unbounded;
  const { entries } = verdict;
  return {
    low: Math.min(...entries.map(({ sampleMin = unbounded.low }) => sampleMin)),
    high: Math.max(...entries.map(({ sampleMax = unbounded.high }) => sampleMax)),
    whole: entries.every(({ unit, whole = unit === 'Count' }) => whole),
  };
}

function domainOf({ metric, statistic }: MetricInput, catalogue: Catalogue): Domain {
  if (statistic.kind === 'SampleCount') return { ...unbounded, low: 1, whole: true };
  const { low, high, whole } = samplesOf(metric, catalogue);
  switch (statistic.kind) {
    case 'Sum':
      return { ...unbounded, ...(low >= 0 && { low }), whole };
    case 'Minimum':
    case 'Maximum':
      return { low, high, whole };
    case 'Average':
    case 'percentile':
      return { low, high, whole: false };
    default:
      return unbounded;
  }
}

/** What the comparison says of every value of the domain, where it says the same of all (it is monotone). */
function constantVerdict(alarm: MetricAlarm, { low, high }: Domain): boolean | undefined {
  const breaches = breachesOf(alarm);
  return low <= high && breaches(low) === breaches(high) ? breaches(low) : undefined;
}

/**
 * Whether a statistic lies above the lowest possible sample, or below the highest, hangs on whether any sample does: there
 * all of these statistics agree. A sum counts where the lowest sample is 0.
 */
function agreeAtBound(before: MetricAlarm, after: MetricAlarm, { low, high }: Domain): boolean {
  const { threshold } = before;
  if (!('value' in threshold) || threshold !== after.threshold) return false;
  const kinds = [before, after].map(({ inputs }) => inputs[0]!.statistic.kind);
  const { symbol } = comparisonOperators[threshold.operator];
  if (symbol === '>' || symbol === '<=') {
    const agreeing = ['Average', 'Maximum', ...(low === 0 ? ['Sum'] : [])];
    return threshold.value === low && kinds.every((kind) => agreeing.includes(kind));
  }
  return threshold.value === high && kinds.every((kind) => ['Average', 'Minimum'].includes(kind));
}

/** Two thresholds with no possible whole number between them. */
function sameOnWholeNumbers(before: MetricAlarm, after: MetricAlarm, { low, high }: Domain) {
  const [one, other] = [before.threshold, after.threshold];
  if (!('value' in one) || !('value' in other) || one.operator !== other.operator) return false;
  const first = Math.max(low, Math.ceil(Math.min(one.value, other.value)));
  const last = Math.min(high, Math.floor(Math.max(one.value, other.value)));
  if (last - first > maxTried) return false;
  for (let value = first; value <= last; value++) {
    if (breachesOf(before)(value) !== breachesOf(after)(value)) return false;
  }
  return true;
}

function breachesOf({ threshold }: MetricAlarm): (value: number) => boolean {
  if (!('value' in threshold)) throw new Error('a band has no single value');
  return (value) => comparisonOperators[threshold.operator].breaches(value, threshold.value);
}
