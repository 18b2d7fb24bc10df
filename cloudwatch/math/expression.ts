/** Metric math as a tree. Source: CloudWatch user guide, "Metric math syntax and functions". */
import { type Grammar, type Infix, PrattParser } from '../syntax/pratt-parser.ts';
import { SourceError } from '../syntax/source-error.ts';
import { type Token, tokenize } from '../syntax/tokenize.ts';

export type Expression =
  | { readonly type: 'number'; readonly value: number; readonly start: number }
  | { readonly type: 'string'; readonly value: string; readonly start: number }
  /** A metric's or expression's id, or a word such as REPEAT, AVG or DESC. */
  | { readonly type: 'name'; readonly name: string; readonly start: number }
  | { readonly type: 'list'; readonly items: readonly Expression[]; readonly start: number }
  | { readonly type: 'negate'; readonly operand: Expression; readonly start: number }
  | {
      readonly type: 'operation';
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
      readonly start: number;
    }
  | {
      readonly type: 'call';
      readonly name: string;
      readonly args: readonly Expression[];
      readonly start: number;
    };

export type Operator = '+' | '-' | '*' | '/' | '^' | Comparison | 'AND' | 'OR';
export type Comparison = '==' | '!=' | '<=' | '>=' | '<' | '>';

/** Length of an Expression in PutMetricAlarm (API reference, MetricDataQuery). */
const maxLength = 2048;

const tokenRules = [
  ['skip', /\s+/y],
  ['number', /\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?/y],
  ['string', /"[^"]*"|'[^']*'/y],
  ['name', /[A-Za-z][A-Za-z0-9_]*/y],
  ['operator', /==|!=|<=|>=|&&|\|\||[-+*/^<>]/y],
  ['mark', /[()[\],]/y],
] as const;

const powers = [
  ['OR'],
  ['AND'],
  ['==', '!=', '<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/'],
] as const;
const negatePower = powers.length + 1;
const exponentPower = powers.length + 2;
const synonyms: Readonly<Record<string, Operator>> = { '&&': 'AND', '||': 'OR' };

const operation = (power: number, rightPower = power): Infix<Expression> => ({
  power,
  join: (left, token, parser) => ({
    type: 'operation',
    operator: (synonyms[token.text] ?? token.text) as Operator,
    left,
    right: parser.expression(rightPower),
    start: token.start,
  }),
});

const infixes: ReadonlyMap<string, Infix<Expression>> = new Map([
  ...powers.flatMap((operators, index) =>
    operators.map((operator) => [operator, operation(index + 1)] as const),
  ),
  ['&&', operation(2)],
  ['||', operation(1)],
  ['^', operation(exponentPower, exponentPower - 1)],
]);

const grammar: Grammar<Expression> = {
  infix: ({ text }) => infixes.get(text),
  prefix: (token, parser) => {
    const { kind, text, start } = token;
    if (kind === 'number') return { type: 'number', value: Number(text), start };
    if (kind === 'string') return { type: 'string', value: text.slice(1, -1), start };
    if (kind === 'name' && !infixes.has(text)) return nameOrCall(token, parser);
    if (text === '-') return { type: 'negate', operand: parser.expression(negatePower), start };
    if (text === '[') {
      return { type: 'list', items: parser.list(']', () => parser.expression()), start };
    }
    if (text === '(') {
      const inner = parser.expression();
      parser.expect(')');
      return inner;
    }
    return parser.fail(kind === 'end' ? 'a value is missing' : `'${text}' is not expected`, token);
  },
};

function nameOrCall({ text, start }: Token, parser: PrattParser<Expression>): Expression {
  return parser.take('(')
    ? { type: 'call', name: text, args: parser.list(')', () => parser.expression()), start }
    : { type: 'name', name: text, start };
}

/** @throws SourceError with the position */
export function parseExpression(source: string): Expression {
  if (source.length > maxLength) {
    throw new SourceError(source, maxLength, `an expression ends after ${maxLength} characters:`);
  }
  if (/^\s*SELECT\b/i.test(source)) {
    throw new SourceError(source, 0, 'Metrics Insights (SELECT) is not modelled:');
  }
  const parser = new PrattParser(source, tokenize(source, tokenRules), grammar);
  const expression = parser.expression();
  parser.end();
  return expression;
}

/** The expression as text again, with every operation in parentheses. */
export function printExpression(node: Expression): string {
  switch (node.type) {
    case 'number':
      return String(node.value);
    case 'string':
      return `"${node.value}"`;
    case 'name':
      return node.name;
    case 'list':
      return `[${node.items.map(printExpression).join(', ')}]`;
    case 'negate':
      return `-${printExpression(node.operand)}`;
    case 'call':
      return `${node.name}(${node.args.map(printExpression).join(', ')})`;
    case 'operation': {
      return `${operandText(node.left)} ${node.operator} ${operandText(node.right)}`;
    }
  }
}

const operandText = (node: Expression) =>
  node.type === 'operation' ? `(${printExpression(node)})` : printExpression(node);

/** The parts that a node is made of. */
export function childrenOf(node: Expression): readonly Expression[] {
  switch (node.type) {
    case 'list':
      return node.items;
    case 'negate':
      return [node.operand];
    case 'operation':
      return [node.left, node.right];
    case 'call':
      return node.args;
    default:
      return [];
  }
}
