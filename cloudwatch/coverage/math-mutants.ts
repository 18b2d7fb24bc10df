/** Mutants of an alarm's metric math: each operation reduced to one of its operands, each constant scaled. */
import { comparisonOperators, type MetricAlarm } from '../alarms/alarm.ts';
import { readMath } from '../alarms/read-metrics.ts';
import { childrenOf, type Expression, printExpression } from '../math/expression.ts';
import { comparisons } from '../math/operators.ts';
import { type Mutant, mutant, scaled, show } from './mutant.ts';

export function mathMutants(alarm: MetricAlarm): readonly Mutant[] {
  const { math, inputs, threshold } = alarm;
  if (!math) return [];
  const breaches = (value: number) =>
    'value' in threshold &&
    comparisonOperators[threshold.operator].breaches(value, threshold.value);
  return [...math.expressions].flatMap(([id, expression]) =>
    variantsOf(expression).map(({ node, change, sameFor }) => {
      const isSame =
        id === math.result && 'value' in threshold && fillsAlike(expression, node, breaches);
      const side = isSame ? 'threshold' : undefined;
      const texts = {
        change: `${id}: ${change}`,
        killedBy: `datapoints for which ${printExpression(expression)} and ${printExpression(node)} lie on different sides of the threshold`,
        notCounted:
          (sameFor ?? side) &&
          `what fills the gap falls on the same side of the ${sameFor ?? side}`,
      };
      return mutant(texts, () => {
        const changed = new Map([...math.expressions, [id, node]]);
        return { ...alarm, math: readMath(inputs, changed, math.result) };
      });
    }),
  );
}

interface Variant {
  readonly node: Expression;
  readonly change: string;
  /** Where nothing can come of it: what fills a gap falls on the same side of this. */
  readonly sameFor?: 'comparison' | undefined;
}

/** Every tree that differs from this one in one place. */
const variantsOf = (node: Expression): readonly Variant[] => [
  ...ownVariants(node),
  ...childrenOf(node).flatMap((child, index) =>
    variantsOf(child).map((variant) => ({
      ...variant,
      node: withChild(node, index, variant.node),
      sameFor:
        variant.sameFor ?? (comparesAlike(node, child, variant.node) ? 'comparison' : undefined),
    })),
  ),
];

function ownVariants(node: Expression): readonly Variant[] {
  if (node.type === 'number') {
    const values = node.value === 0 ? [1] : scaled(node.value);
    return values.map((value) => ({
      node: { ...node, value },
      change: `${node.value} → ${show(value)}`,
    }));
  }
  if (node.type !== 'operation') return [];
  return [node.left, node.right].map((operand) => ({
    node: operand,
    change: `${printExpression(node)} → ${printExpression(operand)}`,
  }));
}

function withChild(node: Expression, index: number, child: Expression): Expression {
  switch (node.type) {
    case 'list':
      return { ...node, items: node.items.with(index, child) };
    case 'negate':
      return { ...node, operand: child };
    case 'operation':
      return { ...node, [index === 0 ? 'left' : 'right']: child };
    case 'call':
      return { ...node, args: node.args.with(index, child) };
    default:
      return node;
  }
}

/** `FILL(x, 0) < 5` and `FILL(x, 1) < 5` are the same: what fills a gap falls on the same side. */
function comparesAlike(node: Expression, before: Expression, after: Expression): boolean {
  if (node.type !== 'operation' || !(node.operator in comparisons)) return false;
  const compare = comparisons[node.operator as keyof typeof comparisons];
  const isLeft = before === node.left;
  const bound = isLeft ? node.right : node.left;
  if (bound.type !== 'number') return false;
  return fillsAlike(before, after, (filler) =>
    isLeft ? compare(filler, bound.value) : compare(bound.value, filler),
  );
}

/** Two FILLs of a plain series whose fillers are judged the same. */
function fillsAlike(
  before: Expression,
  after: Expression,
  judge: (filler: number) => unknown,
): boolean {
  const [one, other] = [fillerOf(before), fillerOf(after)];
  return one !== undefined && other !== undefined && judge(one) === judge(other);
}

/** The number that FILL puts into the gaps of a plain series. */
function fillerOf(node: Expression): number | undefined {
  if (node.type !== 'call' || node.name !== 'FILL') return undefined;
  const [series, filler] = node.args;
  return series?.type === 'name' && filler?.type === 'number' ? filler.value : undefined;
}
