/** Mutants of an alarm's metric math: each operation reduced to one of its operands, each constant scaled. */
import { comparisonOperators, type MetricAlarm } from '../alarms/alarm.ts';
import { InvalidAlarmError } from '../alarms/invalid-alarm-error.ts';
import { readMath } from '../alarms/read-metrics.ts';
import { childrenOf, type Expression, printExpression } from '../math/expression.ts';
import { comparisons } from '../math/operators.ts';
import type { Mutant } from './mutant.ts';

const factor = 1.5;

export function mathMutants(alarm: MetricAlarm): readonly Mutant[] {
  const { math } = alarm;
  if (!math) return [];
  return [...math.expressions].flatMap(([id, expression]) =>
    variantsOf(expression).map(({ node, change, notCounted }) => {
      const base = {
        change: `${id}: ${change}`,
        killedBy: `datapoints for which ${printExpression(expression)} and ${printExpression(node)} lie on different sides of the threshold`,
      };
      try {
        const changed = readMath(
          alarm.inputs,
          new Map([...math.expressions].map(([key, each]) => [key, key === id ? node : each])),
          math.result,
        );
        const same = id === math.result ? sameAgainstThreshold(alarm, expression, node) : undefined;
        return { ...base, notCounted: notCounted ?? same, alarm: { ...alarm, math: changed } };
      } catch (error) {
        if (!(error instanceof InvalidAlarmError)) throw error;
        const reason = error.message.split('\n')[0];
        return { ...base, alarm: undefined, notCounted: `CloudWatch refuses it: ${reason}` };
      }
    }),
  );
}

interface Variant {
  readonly node: Expression;
  readonly change: string;
  readonly notCounted?: string | undefined;
}

/** Every tree that differs from this one in one place. */
function variantsOf(node: Expression): readonly Variant[] {
  return [
    ...ownVariants(node),
    ...childrenOf(node).flatMap((child, index) =>
      variantsOf(child).map((variant) => ({
        ...variant,
        node: withChild(node, index, variant.node),
        notCounted: variant.notCounted ?? sameComparison(node, child, variant.node),
      })),
    ),
  ];
}

function ownVariants(node: Expression): readonly Variant[] {
  if (node.type === 'number') {
    const values = node.value === 0 ? [1] : [node.value * factor, node.value / factor];
    return values.map((value) => ({
      node: { ...node, value },
      change: `${node.value} → ${Number(value.toPrecision(4))}`,
    }));
  }
  if (node.type !== 'operation') return [];
  return [node.left, node.right].map((operand) => ({
    node: operand,
    change: `${printExpression(node)} → ${printExpression(operand)}`,
  }));
}

function withChild(node: Expression, index: number, child: Expression): Expression {
  const replace = (list: readonly Expression[]) =>
    list.map((each, position) => (position === index ? child : each));
  switch (node.type) {
    case 'list':
      return { ...node, items: replace(node.items) };
    case 'negate':
      return { ...node, operand: child };
    case 'operation':
      return index === 0 ? { ...node, left: child } : { ...node, right: child };
    case 'call':
      return { ...node, args: replace(node.args) };
    default:
      return node;
  }
}

/** `FILL(x, 0) < 5` and `FILL(x, 1) < 5` are the same: what fills a gap falls on the same side. */
function sameComparison(
  node: Expression,
  before: Expression,
  after: Expression,
): string | undefined {
  if (node.type !== 'operation' || !(node.operator in comparisons)) return undefined;
  const compare = comparisons[node.operator as keyof typeof comparisons];
  const bound = before === node.left ? node.right : node.left;
  const [filled, refilled] = [fillerOf(before), fillerOf(after)];
  if (bound.type !== 'number' || filled === undefined || refilled === undefined) return undefined;
  const result = (value: number) =>
    before === node.left ? compare(value, bound.value) : compare(bound.value, value);
  return result(filled) === result(refilled)
    ? 'what fills the gap falls on the same side of the comparison'
    : undefined;
}

/** `FILL(x, 0)` and `FILL(x, 1)` as an alarm's result, both on the same side of its threshold. */
function sameAgainstThreshold(
  { threshold }: MetricAlarm,
  before: Expression,
  after: Expression,
): string | undefined {
  const [filled, refilled] = [fillerOf(before), fillerOf(after)];
  if (!('value' in threshold) || filled === undefined || refilled === undefined) return undefined;
  const { breaches } = comparisonOperators[threshold.operator];
  return breaches(filled, threshold.value) === breaches(refilled, threshold.value)
    ? 'what fills the gap falls on the same side of the threshold'
    : undefined;
}

/** The number that FILL puts into the gaps of a plain series. */
function fillerOf(node: Expression): number | undefined {
  if (node.type !== 'call' || node.name !== 'FILL') return undefined;
  const [series, filler] = node.args;
  return series?.type === 'name' && filler?.type === 'number' ? filler.value : undefined;
}
