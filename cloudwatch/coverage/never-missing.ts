/**
 * Proves that an alarm's expression has a value at all times, whichever of its metrics publish: then its missing-data mode
 * can never matter. Metrics with one identity are there together, and a SampleCount that is there is above 0.
 */
import type { MetricAlarm } from '../alarms/alarm.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Expression } from '../math/expression.ts';
import { comparisons } from '../math/operators.ts';
import { metricKey } from '../metrics/metric.ts';
import { samplesOf } from './domain.ts';

/** What is known of a value: perhaps missing, and if not, perhaps its number or that it is not 0. */
interface Known {
  readonly missing: 'never' | 'maybe' | 'always';
  readonly value?: number;
  readonly nonZero?: boolean;
}

const maybe: Known = { missing: 'maybe' };
const present: Known = { missing: 'never' };
const absent: Known = { missing: 'always' };
const plain: ReadonlySet<string> = new Set(['SampleCount', 'Sum', 'Average']);
/** More identities than this are not worth the combinations. */
const maxIdentities = 6;

export function isNeverMissing(
  { math, inputs }: Pick<MetricAlarm, 'math' | 'inputs'>,
  catalogue: Catalogue,
): boolean {
  if (!math) return false;
  const identities = [...new Set(inputs.map(({ metric }) => metricKey(metric)))];
  if (identities.length > maxIdentities) return false;
  return Array.from({ length: 2 ** identities.length }, (_, bits) => {
    const known = (id: string): Known => {
      const input = inputs.find((each) => each.id === id);
      if (!input) {
        const expression = math.expressions.get(id);
        return expression ? analyse(expression, known) : maybe;
      }
      if (!(bits & (1 << identities.indexOf(metricKey(input.metric))))) return absent;
      // Percentiles and their kin have no value where a sample is negative.
      return plain.has(input.statistic.kind) || samplesOf(input.metric, catalogue).low >= 0
        ? { missing: 'never', nonZero: input.statistic.kind === 'SampleCount' }
        : maybe;
    };
    return known(math.result).missing === 'never';
  }).every(Boolean);
}

function analyse(node: Expression, known: (id: string) => Known): Known {
  if (node.type === 'number') return { missing: 'never', value: node.value };
  if (node.type === 'name') return known(node.name);
  if (node.type === 'operation') {
    const [left, right] = [analyse(node.left, known), analyse(node.right, known)];
    const numbers = [node.left, node.right].map(({ type }) => type === 'number');
    return analyseOperation(node.operator, left, right, numbers as [boolean, boolean]);
  }
  if (node.type !== 'call') return maybe;
  const args = node.args.map((argument) => analyse(argument, known));
  const [first, second, third] = args;
  if (node.name === 'FILL' && second?.missing === 'never') {
    return first!.missing === 'always' ? second : present;
  }
  if (node.name !== 'IF' || first!.missing !== 'never') return maybe;
  if (first!.value !== undefined) return (first!.value !== 0 ? second : third) ?? maybe;
  return second!.missing === 'never' && third?.missing === 'never' ? present : maybe;
}

/** Between series one missing side counts as 0 and two make no value; beside a number nothing comes of nothing. */
function analyseOperation(
  operator: string,
  left: Known,
  right: Known,
  [leftIsNumber, rightIsNumber]: readonly [boolean, boolean],
): Known {
  const isAbsent = ({ missing }: Known, isNumber: boolean) => isNumber || missing === 'always';
  if (left.missing !== 'never' || right.missing !== 'never') {
    return isAbsent(left, leftIsNumber) && isAbsent(right, rightIsNumber) ? absent : maybe;
  }
  if (operator in comparisons && left.value !== undefined && right.value !== undefined) {
    const compare = comparisons[operator as keyof typeof comparisons];
    return { missing: 'never', value: compare(left.value, right.value) };
  }
  if (operator === '^') return maybe;
  const divides = right.nonZero || (rightIsNumber && right.value !== 0);
  return operator !== '/' || divides ? present : maybe;
}
