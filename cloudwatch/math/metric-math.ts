/** The metrics and expressions of one alarm or query, checked once and evaluated as often as needed. */
import { SourceError } from '../syntax/source-error.ts';
import { childrenOf, type Expression, parseExpression } from './expression.ts';
import { functions, type MathFunction, unmodelledFunctions } from './functions.ts';
import { operate } from './operators.ts';
import {
  type MathWindow,
  mapValue,
  type TimeSeries,
  type Value,
  type ValueType,
  valueTypes,
} from './value.ts';

export interface MetricMath {
  readonly result: string;
  readonly expressions: ReadonlyMap<string, Expression>;
  readonly type: ValueType;
  /** Functions whose result depends on how many datapoints CloudWatch fetches, by name. */
  readonly overRange: readonly string[];
  /** Every function that is called. */
  readonly functions: ReadonlySet<string>;
  /** Ids of the metrics that the result needs. */
  readonly metrics: ReadonlySet<string>;
}

/** What exists and is not modelled, a function or a query: the alarm can be read, not evaluated. */
export class NotModelledError extends Error {
  override name = 'NotModelledError';
}

function parseText(source: string): Expression {
  if (!/^\s*SELECT\b/i.test(source)) return parseExpression(source);
  throw new NotModelledError('Metrics Insights (SELECT) is not modelled');
}

/**
 * Parses what is text, finds types, refuses what CloudWatch would refuse.
 * @param metricIds ids of plain metrics; @param sources text or tree of each expression by id
 * @throws SourceError with the position; NotModelledError
 */
export function readMetricMath(
  metricIds: readonly string[],
  sources: ReadonlyMap<string, string | Expression>,
  result: string,
): MetricMath {
  const expressions = new Map(
    [...sources].map(([id, source]) => [
      id,
      typeof source === 'string' ? parseText(source) : source,
    ]),
  );
  const metrics = new Set<string>();
  const called = new Set<string>();
  const overRange = new Set<string>();
  const known = new Map<string, ValueType | 'open'>();

  const typeOfId = (id: string, fail: Fail): ValueType => {
    if (metricIds.includes(id)) {
      metrics.add(id);
      return 'TS';
    }
    const expression = expressions.get(id);
    if (!expression) return fail(`there is no metric or expression with the id ${id}`);
    const type = known.get(id);
    if (type === 'open') return fail(`${id} refers to itself`);
    if (type) return type;
    known.set(id, 'open');
    const source = sources.get(id)!;
    const found = typeOf(expression, typeof source === 'string' ? source : '');
    known.set(id, found);
    return found;
  };

  const typeOf = (node: Expression, source: string): ValueType => {
    const fail = failingAt(source, node.start);
    if (node.type === 'number') return 'S';
    if (node.type === 'string') return 'word';
    if (node.type === 'name') return typeOfId(node.name, fail);
    if (node.type === 'call') return typeOfCall(node, source, fail);
    const types = childrenOf(node).map((child) => typeOf(child, source));
    if (types.includes('word')) return fail('a text is no value');
    if (node.type === 'list') {
      return types.includes('S') ? fail('an array holds time series, no numbers') : 'TS[]';
    }
    if (types.length === 2 && types.every((type) => type === 'TS[]')) {
      return fail('two arrays cannot be combined');
    }
    return (['TS[]', 'TS', 'S'] as const).find((type) => types.includes(type))!;
  };

  const typeOfCall = ({ name, args }: Call, source: string, fail: Fail): ValueType => {
    const definition = definitionOf(name, fail);
    const { takes, atLeast, gives } = definition;
    called.add(name);
    if (args.length < atLeast || args.length > takes.length) {
      const count = atLeast === takes.length ? atLeast : `${atLeast} to ${takes.length}`;
      return fail(`${name} takes ${count} arguments`);
    }
    const types = args.map((argument, index): ValueType => {
      const allowed = takes[index]!;
      if (argument.type === 'name' && isWord(argument.name, allowed)) return 'word';
      const type = typeOf(argument, source);
      return allowed.includes(type)
        ? type
        : fail(`argument ${index + 1} of ${name} cannot be ${type}`);
    });
    if (name === 'METRICS') for (const id of metricIds) metrics.add(id);
    const [first] = args;
    if (name === 'PERIOD' && !(first!.type === 'name' && metricIds.includes(first!.name))) {
      fail('PERIOD takes a metric, not an expression');
    }
    if (definition.overRange(types)) overRange.add(name);
    return gives(types);
  };

  const math: MetricMath = {
    ...{ result, expressions, type: typeOfId(result, failingAt('', 0)) },
    overRange: [...overRange],
    functions: new Set(called),
    metrics: new Set(metrics),
  };
  // What the result does not need must be sound all the same.
  for (const id of expressions.keys()) typeOfId(id, failingAt('', 0));
  return math;
}

/** One of the words that an argument may be, which are no types. */
const isWord = (name: string, allowed: readonly string[]) =>
  allowed.includes(name) && !(valueTypes as readonly string[]).includes(name);

type Call = Extract<Expression, { type: 'call' }>;
type Fail = (problem: string) => never;

const failingAt =
  (source: string, position: number): Fail =>
  (problem) => {
    throw new SourceError(source, Math.min(position, source.length), problem);
  };

function definitionOf(name: string, fail: Fail): MathFunction {
  const definition = functions.get(name);
  if (definition) return definition;
  if (unmodelledFunctions.has(name)) throw new NotModelledError(`${name}() is not modelled`);
  const upper = name.toUpperCase();
  return fail(
    functions.has(upper)
      ? `functions are written in capitals: ${upper}`
      : `there is no function ${name}`,
  );
}

/** What FILL is applied to, anywhere in the expressions. */
export const filledParts = ({ expressions }: MetricMath): readonly Expression[] =>
  [...expressions.values()].flatMap(function parts(node: Expression): readonly Expression[] {
    const own = node.type === 'call' && node.name === 'FILL' ? [node.args[0]!] : [];
    return [...own, ...childrenOf(node).flatMap(parts)];
  });

/** The value of the result, or of a part, over the window. Ids that it does not reach are not evaluated. */
export function evaluateMath(math: MetricMath, window: MathWindow, part?: Expression): Value {
  const known = new Map<string, Value>();
  const valueOfId = (name: string): Value => {
    const value = window.metrics.get(name) ?? known.get(name);
    if (value !== undefined) return value;
    const expression = math.expressions.get(name);
    // Checked before: a name that is no id is one of the words.
    if (!expression) return name;
    const computed = evaluate(expression);
    known.set(name, computed);
    return computed;
  };
  const evaluate = (node: Expression): Value => {
    switch (node.type) {
      case 'number':
      case 'string':
        return node.value;
      case 'name':
        return valueOfId(node.name);
      case 'list':
        return node.items.flatMap(evaluate) as TimeSeries[];
      case 'negate':
        return mapValue(evaluate(node.operand), (value) => -value);
      case 'operation':
        return operate(node.operator, evaluate(node.left), evaluate(node.right), window);
      case 'call':
        return functions.get(node.name)!.apply(node.args.map(evaluate), window);
    }
  };
  return part ? evaluate(part) : valueOfId(math.result);
}
