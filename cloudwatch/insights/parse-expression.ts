/** The expressions of Logs Insights, on the parser that the three small languages share. */
import { type Grammar, type Infix, PrattParser } from '../syntax/pratt-parser.ts';
import { type Token, type TokenRule, tokenize } from '../syntax/tokenize.ts';
import { parsePeriod } from './period.ts';
import type { Expression, FieldPath, Pattern } from './query.ts';

/** `/` opens a regular expression only where one can stand; elsewhere it divides. */
const beforeRegex = String.raw`(?<=(?:\blike|=~|\bparse\s+(?:\x60[^\x60]*\x60|[@\w.]+))\s*)`;
const segment = String.raw`(?:\x60[^\x60]+\x60|[@\w]+)`;

const rules: readonly TokenRule[] = [
  ['skip', /(?:\s+|#[^\n]*)+/y],
  ['regex', new RegExp(String.raw`${beforeRegex}\/(?:\\.|[^/\\\n])*\/`, 'iy')],
  ['string', /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/sy],
  ['number', /\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])/iy],
  ['period', /\d+[a-z]+\b/iy],
  ['name', new RegExp(String.raw`${segment}(?:\.${segment}|(?<!\bin)\[\d+\])*`, 'iy')],
  ['operator', /!=|<=|>=|=~|[-+*/%^=<>!(),|[\]]/y],
];

export type Parser = PrattParser<Expression>;

/** @throws SourceError */
export const openParser = (text: string): Parser =>
  new PrattParser(text, tokenize(text, rules), grammar);

/** Operators by how tightly they bind; `not` stands between `and` and the comparisons. */
const powers: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['not'],
  ['=', '!=', '<', '<=', '>', '>=', 'like', '=~', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
  ['^'],
];
const powerOf = (operator: string) =>
  powers.findIndex((row) => row.includes(operator.toLowerCase())) + 1;
const tightest = powers.length + 1;

const grammar: Grammar<Expression> = {
  prefix(token, parser) {
    const { kind, text, start } = token;
    if (kind === 'string') return { kind: 'literal', value: unquote(text), start };
    if (kind === 'number') return { kind: 'literal', value: Number(text), start };
    if (kind === 'period') {
      const period = parsePeriod(text);
      // A field's name may begin with a digit, too.
      return period
        ? { kind: 'period', period, start }
        : { kind: 'field', path: fieldPath(text), start };
    }
    if (text === '(') {
      const inner = parser.expression();
      parser.expect(')');
      return inner;
    }
    if (text === '-') return operation('-', [parser.expression(tightest)], start);
    if (text === '!' || isWord(token, 'not')) {
      return operation('not', [parser.expression(powerOf('not'))], start);
    }
    if (kind !== 'name') {
      return parser.fail(
        kind === 'end' ? 'the query ends too early' : `'${text}' is not expected`,
        token,
      );
    }
    return parser.token.text === '('
      ? call(token, parser)
      : { kind: 'field', path: fieldPath(text), start };
  },
  infix(token) {
    const text = token.text.toLowerCase();
    if (token.kind === 'name' ? !wordOperators.has(text) : token.kind !== 'operator')
      return undefined;
    if (text === 'not') return { power: powerOf('in'), join: joinNegated };
    const special = { like: joinLike, '=~': joinLike, in: joinIn }[text];
    if (special) return { power: powerOf('in'), join: special };
    const power = powerOf(text);
    return power ? { power, join: joinOperation } : undefined;
  },
};

const wordOperators = new Set(['or', 'and', 'not', 'like', 'in']);
const isWord = (token: Token, word: string) =>
  token.kind === 'name' && token.text.toLowerCase() === word;

type Join = Infix<Expression>['join'];

const joinOperation: Join = (left, operator, parser) => {
  const text = operator.text.toLowerCase();
  // `^` groups to the right: 2 ^ 3 ^ 2 is 2 ^ 9.
  const right = parser.expression(powerOf(text) - (text === '^' ? 1 : 0));
  return operation(text, [left, right], left.start);
};

const joinNegated: Join = (left, _, parser) => {
  const operator = parser.advance();
  if (isWord(operator, 'like'))
    return { ...joinLike(left, operator, parser), negated: true } as Expression;
  if (isWord(operator, 'in'))
    return { ...joinIn(left, operator, parser), negated: true } as Expression;
  return parser.fail("'like' or 'in' is expected after 'not'", operator);
};

const joinLike: Join = (subject, operator, parser) => {
  const pattern = readPattern(parser, operator.text);
  return {
    kind: 'like',
    subject,
    pattern,
    negated: false,
    start: subject.start,
  };
};

const joinIn: Join = (subject, _, parser) => {
  parser.expect('[');
  const items = parser.list(']', () => parser.expression());
  return {
    kind: 'in',
    subject,
    items,
    negated: false,
    start: subject.start,
  };
};

/** What stands after `like`, `=~` or `parse`. */
export function readPattern(parser: Parser, after: string): Pattern {
  const token = parser.advance();
  if (token.kind === 'string')
    return { kind: 'text', source: unquote(token.text), start: token.start };
  if (token.kind !== 'regex')
    parser.fail(`a text or a /regular expression/ is expected after '${after}'`, token);
  return {
    kind: 'regex',
    source: token.text.slice(1, -1).replaceAll('\\/', '/'),
    start: token.start,
  };
}

function call(name: Token, parser: Parser): Expression {
  parser.expect('(');
  const list = parser.list(')', (): Expression => {
    const { start } = parser.token;
    if (parser.token.text !== '*' || parser.following.text !== ')') return parser.expression();
    parser.advance();
    return { kind: 'star', start };
  });
  return {
    kind: 'call',
    name: name.text.toLowerCase(),
    arguments: list,
    start: name.start,
  };
}

const operation = (
  operator: string,
  operands: readonly Expression[],
  start: number,
): Expression => ({
  kind: 'operation',
  operator,
  operands,
  start,
});

/** ``a.`b.c`[0]`` has the segments a, b.c and 0. */
export function fieldPath(text: string): FieldPath {
  const segments = [...text.matchAll(/`([^`]+)`|\[(\d+)\]|([^.`[\]]+)/g)].map(
    ([, quoted, index, plain]) => quoted ?? index ?? (plain as string),
  );
  return { name: segments.join('.'), segments };
}

const unquote = (text: string) => text.slice(1, -1).replace(/\\(["'\\])/g, '$1');
