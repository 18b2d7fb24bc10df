/** Can the threshold be crossed? */
import { type ComparisonOperator, comparisonOperators } from '../../alarms/alarm.ts';
import { parseExpression } from '../../math/expression.ts';
import { SourceError } from '../../syntax/source-error.ts';
import { describeInterval, type Interval } from '../interval.ts';
import { mathRange } from '../math-range.ts';
import { metricRange, verdictOf } from '../metric-range.ts';
import { forEachAlarm, type LintContext, type Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';
import type { Confidence } from '../template-limit.ts';

interface Bound {
  readonly range: Interval;
  /** What is compared, for messages. */
  readonly what: string;
  readonly limitedBy: string | undefined;
  readonly isMath: boolean;
}

/** The range of what the alarm compares with its threshold; undefined where the alarm cannot be read. */
function boundOf(
  alarm: Subject,
  { catalogue, templates }: LintContext,
  confidence: Confidence,
): Bound | undefined {
  const ranges = new Map(
    alarm.metrics.map((use) => [use.id, metricRange(use, catalogue, templates, confidence)]),
  );
  const { resultId } = alarm;
  if (resultId === undefined) return undefined;
  const [single] = alarm.metrics;
  if (single && alarm.expressions.size === 0) {
    const range = ranges.get(resultId);
    const what = `${single.statistic} of ${single.namespace} ${single.name}`;
    return range && { range: range.range, what, limitedBy: range.limitedBy, isMath: false };
  }
  try {
    const expressions = new Map(
      [...alarm.expressions].map(([id, text]) => [id, parseExpression(text)]),
    );
    const range = mathRange(expressions, resultId, ranges);
    return {
      range,
      what: alarm.expressions.get(resultId) ?? resultId,
      limitedBy: undefined,
      isMath: true,
    };
  } catch (error) {
    if (error instanceof SourceError) return undefined;
    throw error;
  }
}

function comparisonOf(alarm: Subject) {
  const operator = alarm.get('ComparisonOperator');
  const threshold = alarm.number('Threshold');
  if (threshold === undefined || !Object.hasOwn(comparisonOperators, String(operator)))
    return undefined;
  const { symbol, breaches } = comparisonOperators[operator as ComparisonOperator];
  const isAbove = symbol.startsWith('>');
  return {
    symbol,
    threshold,
    isAbove,
    canBreach: ({ min, max }: Interval) => breaches(isAbove ? max : min, threshold),
    mustBreach: ({ min, max }: Interval) => breaches(isAbove ? min : max, threshold),
  };
}

export const rangeRules: readonly Rule[] = [
  {
    id: 'unreachable-threshold',
    level: 'error',
    what: 'a threshold that no value can cross',
    why: 'the alarm can never fire, whatever happens',
    source:
      'CloudWatch user guide, "CloudWatch statistics definitions"; the catalogue; the templates',
    find: forEachAlarm(function* (alarm, context) {
      const comparison = comparisonOf(alarm);
      // With missing = breaching it fires on silence, which may be all it is for.
      const missing = alarm.get('TreatMissingData');
      if (!comparison || missing === 'breaching' || alarm.unresolved.has('TreatMissingData'))
        return;
      const likely = boundOf(alarm, context, 'likely');
      const certain = boundOf(alarm, context, 'certain');
      if (!likely || !certain || comparison.canBreach(likely.range)) return;
      const { symbol, threshold } = comparison;
      const by = likely.limitedBy ? ` by ${likely.limitedBy}` : '';
      yield {
        level: comparison.canBreach(certain.range) ? 'warning' : 'error',
        message: `${likely.what} is ${describeInterval(likely.range)}${by}, and never ${symbol} ${threshold}`,
        fix: fixFor(comparison, likely),
      };
    }),
  },
  {
    id: 'always-breaching',
    level: 'warning',
    what: 'a threshold that every value crosses',
    why: 'the alarm stays in ALARM as long as there is data, and says nothing when it matters',
    source: 'CloudWatch user guide, "CloudWatch statistics definitions"; the catalogue',
    find: forEachAlarm(function* (alarm, context) {
      const comparison = comparisonOf(alarm);
      const bound = boundOf(alarm, context, 'certain');
      if (!comparison || !bound?.what || !comparison.mustBreach(bound.range)) return;
      // Of metrics that exist only while something happens, each datapoint is news.
      const isNews = alarm.metrics.some((use) => {
        const verdict = verdictOf(context.catalogue, use);
        return (
          'entries' in verdict &&
          verdict.entries.some((each) => each.onlyWhen || each.sampleMin === 1)
        );
      });
      if (isNews) return;
      const { symbol, threshold } = comparison;
      yield {
        message: `${bound.what} is ${describeInterval(bound.range)}, and so always ${symbol} ${threshold}`,
        fix: 'choose a threshold inside the range',
      };
    }),
  },
];

function fixFor({ isAbove }: { readonly isAbove: boolean }, { range, isMath }: Bound): string {
  if (isAbove && range.max === 1) {
    const burn = isMath ? ', and burn rate × (1 − objective) must stay below 1' : '';
    return `choose a threshold below 1: the value is a share, 5 % is 0.05${burn}`;
  }
  const bound = isAbove ? range.max : range.min;
  return `choose a threshold ${isAbove ? 'below' : 'above'} ${Number(bound.toPrecision(6))}`;
}
