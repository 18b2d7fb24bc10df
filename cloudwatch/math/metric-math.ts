/** The metrics and expressions of one alarm or query, checked once and evaluated as often as needed. */
import { SourceError } from '../syntax/source-error.ts';
import { childrenOf, type Expression, parseExpression } from './expression.ts';
import { functions, type MathFunction, unmodelledFunctions } from './functions.ts';
import { operate } from './operators.ts';
import { type MathWindow, mapValue, type TimeSeries, type Value, type ValueType } from './value.ts';

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

/** A function that exists and is not modelled: the alarm can be read, not evaluated. */
export class NotModelledError extends Error {
  override name = 'NotModelledError';
}

const sortWords = new Set(['AVG', 'MIN', 'MAX', 'SUM']);
const words: Readonly<Record<string, readonly ReadonlySet<string>[]>> = {
  FILL: [new Set(), new Set(['REPEAT', 'LINEAR'])],
  SORT: [new Set(), sortWords, new Set(['ASC', 'DESC'])],
};

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
      typeof source === 'string' ? parseExpression(source) : source,
    ]),
  );
  const seen = {
    metrics: new Set<string>(),
    functions: new Set<string>(),
    overRange: new Set<string>(),
  };
  const open: string[] = [];
  const known = new Map<string, ValueType>();

  const typeOfId = (id: string, fail: (problem: string) => never): ValueType => {
    if (metricIds.includes(id)) {
      seen.metrics.add(id);
      return 'TS';
    }
    const expression = expressions.get(id);
    if (!expression) return fail(`there is no metric or expression with the id ${id}`);
    if (open.includes(id)) return fail(`${id} refers to itself`);
    const type = known.get(id);
    if (type) return type;
    const source = sources.get(id)!;
    open.push(id);
    const found = typeOf(expression, typeof source === 'string' ? source : '');
    open.pop();
    known.set(id, found);
    return found;
  };

  const typeOf = (node: Expression, source: string): ValueType => {
    const fail = (problem: string): never => {
      throw new SourceError(source, Math.min(node.start, source.length), problem);
    };
    if (node.type === 'number') return 'S';
    if (node.type === 'string') return 'word';
    if (node.type === 'name') return typeOfId(node.name, fail);
    if (node.type === 'call') return typeOfCall(node, source, fail);
    const types = childrenOf(node).map((child) => typeOf(child, source));
    if (types.includes('word')) return fail('a text is no value');
    if (node.type === 'list') {
      return types.includes('S') ? fail('an array holds time series, no numbers') : 'TS[]';
    }
    if (types.every((type) => type === 'TS[]') && types.length === 2) {
      return fail('two arrays cannot be combined');
    }
    return (['TS[]', 'TS', 'S'] as const).find((type) => types.includes(type))!;
  };

  const typeOfCall = (
    node: Expression & { type: 'call' },
    source: string,
    fail: (problem: string) => never,
  ): ValueType => {
    const definition = definitionOf(node.name, fail);
    seen.functions.add(node.name);
    const { takes, atLeast = takes.length } = definition;
    if (node.args.length < atLeast || node.args.length > takes.length) {
      const count = atLeast === takes.length ? atLeast : `${atLeast} to ${takes.length}`;
      return fail(`${node.name} takes ${count} arguments`);
    }
    const types = node.args.map((argument, index) => {
      const allowed = words[node.name]?.[index];
      const isWord = argument.type === 'name' && allowed?.has(argument.name);
      const type = isWord ? 'word' : typeOf(argument, source);
      const wrong = !takes[index]!.includes(type) || (type === 'word' && allowed && !isWord);
      return wrong ? fail(`argument ${index + 1} of ${node.name} cannot be ${type}`) : type;
    });
    if (node.name === 'METRICS') for (const id of metricIds) seen.metrics.add(id);
    if (node.name === 'PERIOD' && !isMetric(node.args[0]!, metricIds)) {
      fail('PERIOD takes a metric, not an expression');
    }
    if (definition.overRange?.(types)) seen.overRange.add(node.name);
    return definition.gives(types);
  };

  const type = typeOfId(result, (problem) => {
    throw new SourceError('', 0, problem);
  });
  const reached = {
    metrics: new Set(seen.metrics),
    functions: new Set(seen.functions),
    overRange: [...seen.overRange],
  };
  // What the result does not need must be sound all the same.
  for (const id of expressions.keys()) typeOfId(id, () => result as never);
  return { result, expressions, type, ...reached };
}

const isMetric = (node: Expression, metricIds: readonly string[]) =>
  node.type === 'name' && metricIds.includes(node.name);

function definitionOf(name: string, fail: (problem: string) => never): MathFunction {
  const definition = functions.get(name);
  if (definition) return definition;
  if (unmodelledFunctions.has(name)) throw new NotModelledError(`${name}() is not modelled`);
  return fail(
    functions.has(name.toUpperCase())
      ? `functions are written in capitals: ${name.toUpperCase()}`
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
