/** Can the threshold be crossed? */
import { type ComparisonOperator, comparisonOperators } from '../../alarms/alarm.ts';
import { parseExpression } from '../../math/expression.ts';
import { NotModelledError } from '../../math/metric-math.ts';
import { SourceError } from '../../syntax/source-error.ts';
import { describeInterval, type Interval } from '../interval.ts';
import { mathRange } from '../math-range.ts';
import { metricRange } from '../metric-range.ts';
import type { MetricUse } from '../metric-use.ts';
import { eachAlarm, type LintedSystem, type RuleTable } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { attempt, number, unknown } from '../tell.ts';
import type { Confidence } from '../template-limit.ts';

interface Bound {
  readonly range: Interval;
  /** What is compared, for messages. */
  readonly what: string;
  readonly limitedBy?: string | undefined;
}

/** The range of what the alarm compares with its threshold; undefined where the alarm cannot be read. */
function boundOf(
  { metrics, expressions, resultId }: Subject,
  { templates }: LintedSystem,
  confidence: Confidence,
): Bound | undefined {
  if (resultId === undefined) return undefined;
  const ranges = new Map(metrics.map((use) => [use.id, metricRange(use, templates, confidence)]));
  const single = metrics.find(({ id }) => id === resultId);
  if (single && !expressions.size) {
    const { range, limitedBy } = metricRange(single, templates, confidence);
    return { range, limitedBy, what: `${single.statistic} of ${single.title}` };
  }
  const read = () => new Map([...expressions].map(([id, source]) => [id, parseExpression(source)]));
  const parsed = attempt(read, SourceError, NotModelledError);
  if (parsed instanceof Error) return undefined;
  return {
    range: mathRange(parsed, resultId, ranges),
    what: expressions.get(resultId) ?? resultId,
  };
}

function comparisonOf(alarm: Subject) {
  const operator = String(alarm.get('ComparisonOperator'));
  const threshold = number(alarm.get('Threshold'));
  if (threshold === undefined || !Object.hasOwn(comparisonOperators, operator)) return undefined;
  const { symbol, breaches } = comparisonOperators[operator as ComparisonOperator];
  const isAbove = symbol.startsWith('>');
  return {
    text: `${symbol} ${threshold}`,
    isAbove,
    canBreach: ({ min, max }: Interval) => breaches(isAbove ? max : min, threshold),
    mustBreach: ({ min, max }: Interval) => breaches(isAbove ? min : max, threshold),
  };
}

/** What would let the threshold be crossed. */
function reachable(
  { expressions, metrics: [use] }: Subject,
  { max, min }: Interval,
  isAbove: boolean,
): string {
  if (!isAbove) return `choose a threshold above ${round(min)}`;
  const threshold = `choose a threshold below ${round(max)}`;
  if (max !== 1) return threshold;
  const share = `${threshold}: the value is a share, 5 % is 0.05`;
  if (expressions.size) return `${share}, and burn rate × (1 − objective) must stay below 1`;
  if (use && isCounted(use)) return 'use Sum, which counts: one sample is at most 1';
  return use?.statistic === 'Average' ? share : threshold;
}

/** True where the samples are there to be summed; their average may be of use, too, and no other statistic is. */
function isCounted({ verdict, statistic }: MetricUse): boolean {
  const entries = 'entries' in verdict ? verdict.entries : [];
  const isUseful = (name: string) =>
    entries.some(({ unit, statistics }) => statistics?.includes(name) ?? unit === 'Count');
  return isUseful('Sum') && !(statistic === 'Average' && isUseful('Average'));
}

export const rangeRules = {
  'unreachable-threshold': eachAlarm((alarm, system) => {
    const comparison = comparisonOf(alarm);
    // With missing = breaching it fires on silence, which may be all it is for.
    const missing = alarm.get('TreatMissingData');
    if (!comparison || missing === 'breaching' || missing === unknown) return [];
    const likely = boundOf(alarm, system, 'likely');
    const certain = boundOf(alarm, system, 'certain');
    if (!likely || !certain || comparison.canBreach(likely.range)) return [];
    const by = likely.limitedBy ? ` by ${likely.limitedBy}` : '';
    return {
      level: comparison.canBreach(certain.range) ? 'warning' : 'error',
      message: `${likely.what} is ${describeInterval(likely.range)}${by}, and never ${comparison.text}`,
      fix: reachable(alarm, likely.range, comparison.isAbove),
    };
  }),
  'always-breaching': eachAlarm((alarm, system) => {
    const comparison = comparisonOf(alarm);
    const bound = boundOf(alarm, system, 'certain');
    // Of metrics that exist only while something happens, each datapoint is news.
    const isNews = alarm.metrics.some(
      ({ verdict }) =>
        'entries' in verdict &&
        verdict.entries.some(({ onlyWhen, sampleMin }) => onlyWhen || sampleMin === 1),
    );
    if (isNews || !comparison || !bound || !comparison.mustBreach(bound.range)) return [];
    return {
      message: `${bound.what} is ${describeInterval(bound.range)}, and so always ${comparison.text}`,
      fix: 'choose a threshold inside the range',
    };
  }),
} satisfies RuleTable;

const round = (value: number) => Number(value.toPrecision(6));
