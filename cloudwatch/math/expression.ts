/** Metric math as a tree. Source: CloudWatch user guide, "Metric math syntax and functions". */
import { binaryOperators, type Grammar, PrattParser } from '../syntax/pratt-parser.ts';
import { SourceError } from '../syntax/source-error.ts';

export type Expression = { readonly start: number } & (
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  /** A metric's or expression's id, or a word such as REPEAT, AVG or DESC. */
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'list'; readonly items: readonly Expression[] }
  | { readonly type: 'negate'; readonly operand: Expression }
  | {
      readonly type: 'operation';
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expression[] }
);

export type Operator = '+' | '-' | '*' | '/' | '^' | Comparison | 'AND' | 'OR';
export type Comparison = '==' | '!=' | '<=' | '>=' | '<' | '>';

/** Length of an Expression in PutMetricAlarm (API reference, MetricDataQuery). */
const maxLength = 2048;

const synonyms: Readonly<Record<string, Operator>> = { '&&': 'AND', '||': 'OR' };
const operators = binaryOperators<Expression>(
  [['OR', '||'], ['AND', '&&'], ['==', '!=', '<=', '>=', '<', '>'], ['+', '-'], ['*', '/'], ['^']],
  (left, { text, start }, right) => {
    const operator = (synonyms[text] ?? text) as Operator;
    return { type: 'operation', operator, left, right, start };
  },
);
/** Between `*` and `^`: -2 ^ 2 is -4. */
const negatePower = 5.5;

const grammar: Grammar<Expression> = {
  tokens: [
    ['skip', /\s+/y],
    ['number', /\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?/y],
    ['string', /"[^"]*"|'[^']*'/y],
    ['name', /[A-Za-z][A-Za-z0-9_]*/y],
    ['operator', /==|!=|<=|>=|&&|\|\||[-+*/^<>]/y],
    ['mark', /[()[\],]/y],
  ],
  infix: ({ text }) => operators.get(text),
  prefix: (token, parser) => {
    const { kind, text, start } = token;
    const list = (close: string) => parser.list(close, () => parser.expression());
    if (kind === 'number') return { type: 'number', value: Number(text), start };
    if (kind === 'string') return { type: 'string', value: text.slice(1, -1), start };
    if (kind === 'name' && !operators.has(text)) {
      return parser.take('(')
        ? { type: 'call', name: text, args: list(')'), start }
        : { type: 'name', name: text, start };
    }
    if (text === '-') return { type: 'negate', operand: parser.expression(negatePower), start };
    if (text === '[') return { type: 'list', items: list(']'), start };
    if (text === '(') return parser.enclosed();
    return parser.fail(kind === 'end' ? 'a value is missing' : `'${text}' is not expected`, token);
  },
};

/** @throws SourceError with the position */
export function parseExpression(source: string): Expression {
  if (source.length > maxLength) {
    throw new SourceError(source, maxLength, `an expression ends after ${maxLength} characters:`);
  }
  return new PrattParser(source, grammar).whole();
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
