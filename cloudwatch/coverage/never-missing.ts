/**
 * Proves that an alarm's expression has a value at all times, whichever of its metrics publish: then its missing-data mode
 * can never matter. Metrics with one identity are there together; their values lie within what the catalogue says of samples.
 */
import type { MetricAlarm, MetricInput } from '../alarms/alarm.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import {
  add,
  anything,
  atLeast,
  divide,
  exactly,
  hull,
  type Interval,
  multiply,
  subtract,
} from '../lint/interval.ts';
import type { Expression } from '../math/expression.ts';
import { comparisons } from '../math/operators.ts';
import { metricKey } from '../metrics/metric.ts';
import { samplesOf } from './domain.ts';

/** What is known of a value: whether it is there, and if so, its range. */
interface Known {
  readonly missing: 'never' | 'maybe' | 'always';
  readonly range: Interval;
  /** A constant, not a series. */
  readonly isNumber?: boolean;
}

const maybe: Known = { missing: 'maybe', range: anything };
const absent: Known = { missing: 'always', range: exactly(0) };
const there = (range: Interval): Known => ({ missing: 'never', range });

/** Statistics that lie within the samples, or above them. */
const ofValues: ReadonlySet<string> = new Set(['Sum', 'Average', 'Minimum', 'Maximum']);
/** More identities than this are not worth the combinations. */
const maxIdentities = 10;

export function isNeverMissing(
  { math, inputs }: Pick<MetricAlarm, 'math' | 'inputs'>,
  catalogue: Catalogue,
): boolean {
  if (!math) return false;
  const identities = [...new Set(inputs.map(({ metric }) => metricKey(metric)))];
  if (identities.length > maxIdentities) return false;
  const published = new Map(inputs.map((input) => [input.id, publishedValue(input, catalogue)]));
  return Array.from({ length: 2 ** identities.length }, (_, bits) => {
    const known = (id: string): Known => {
      const input = inputs.find((each) => each.id === id);
      if (input) {
        const publishes = bits & (1 << identities.indexOf(metricKey(input.metric)));
        return publishes ? published.get(id)! : absent;
      }
      const expression = math.expressions.get(id);
      return expression ? analyse(expression, known) : maybe;
    };
    return known(math.result).missing === 'never';
  }).every(Boolean);
}

/** Percentiles and their kin have no value where a sample is negative. */
function publishedValue({ metric, statistic }: MetricInput, catalogue: Catalogue): Known {
  const { low } = samplesOf(metric, catalogue);
  if (statistic.kind === 'SampleCount') return there(atLeast(1));
  if (low >= 0) return there(atLeast(ofValues.has(statistic.kind) ? low : 0));
  return statistic.kind === 'Sum' || statistic.kind === 'Average' ? there(anything) : maybe;
}

function analyse(node: Expression, known: (id: string) => Known): Known {
  if (node.type === 'number') return { ...there(exactly(node.value)), isNumber: true };
  if (node.type === 'name') return known(node.name);
  if (node.type === 'operation') {
    return operate(node.operator, analyse(node.left, known), analyse(node.right, known));
  }
  if (node.type !== 'call') return maybe;
  const [first, second, third] = node.args.map((argument) => analyse(argument, known));
  if (node.name === 'FILL' && second?.missing === 'never') {
    if (first!.missing !== 'maybe') return first!.missing === 'always' ? second : first!;
    return there(hull(first!.range, second.range));
  }
  if (node.name !== 'IF' || first!.missing !== 'never') return maybe;
  const { min, max } = first!.range;
  if (min > 0 || max < 0) return second!;
  if (min === 0 && max === 0) return third ?? maybe;
  const both = second!.missing === 'never' && third?.missing === 'never';
  return both ? there(hull(second!.range, third.range)) : maybe;
}

/** Between series one missing side counts as 0 and two make no value; beside a number nothing comes of nothing. */
function operate(operator: string, left: Known, right: Known): Known {
  if (left.missing === 'maybe' || right.missing === 'maybe') return maybe;
  const isAbsent = ({ missing, isNumber }: Known) => isNumber || missing === 'always';
  if (left.missing === 'always' || right.missing === 'always') {
    if (isAbsent(left) && isAbsent(right)) return absent;
  }
  const [a, b] = [left.range, right.range];
  switch (operator) {
    case '+':
      return there(add(a, b));
    case '-':
      return there(subtract(a, b));
    case '*':
      return there(multiply(a, b));
    case '/':
      return b.min > 0 || b.max < 0 ? there(divide(a, b)) : maybe;
    case '^':
      return maybe;
    default:
      return there(operator in comparisons ? compare(operator, a, b) : { min: 0, max: 1 });
  }
}

/** 1 or 0 where all values of the two ranges compare alike. */
function compare(operator: string, a: Interval, b: Interval): Interval {
  const f = comparisons[operator as keyof typeof comparisons];
  const ends = [f(a.min, b.max), f(a.max, b.min)];
  const equality = operator === '==' || operator === '!=';
  const single = a.min === a.max && b.min === b.max;
  return !equality || single
    ? { min: Math.min(...ends), max: Math.max(...ends) }
    : { min: 0, max: 1 };
}
