/** The expressions of Logs Insights, on the parser that the three small languages share. */
import { binaryOperators, type Grammar, PrattParser } from '../syntax/pratt-parser.ts';
import { parsePeriod } from './period.ts';
import type { Expression, FieldPath, Of } from './query.ts';

/** `/` opens a regular expression only where one can stand; elsewhere it divides. */
const beforeRegex = String.raw`(?<=(?:\blike|=~|\bparse\s+(?:\x60[^\x60]*\x60|[@\w.]+))\s*)`;
const segment = String.raw`(?:\x60[^\x60]+\x60|[@\w]+)`;

const operation = (name: string, operands: readonly Expression[], start: number): Expression => ({
  kind: 'operation',
  name,
  operands,
  start,
});

const operators = binaryOperators<Expression>(
  [['or'], ['and'], ['=', '!=', '<', '<=', '>', '>='], ['+', '-'], ['*', '/', '%'], ['^']],
  (left, { text }, right) => operation(text.toLowerCase(), [left, right], left.start),
);
/** Between `and` and the comparisons. */
const notPower = 2.5;
const tightest = 7;

/** Comparisons whose right side is no expression; `not` stands before their words. */
const matchers = {
  like: (parser) => [readPattern(parser, 'like')],
  '=~': (parser) => [readPattern(parser, '=~')],
  in: (parser) => {
    parser.expect('[');
    return parser.list(']', () => parser.expression());
  },
} satisfies Record<string, (parser: Parser) => readonly Expression[]>;

const isMatcher = (text: string): text is keyof typeof matchers => Object.hasOwn(matchers, text);

for (const text of [...Object.keys(matchers), 'not']) {
  operators.set(text, {
    power: operators.get('=')!.power,
    join(left, operator, parser) {
      const isNegated = text === 'not';
      const word = isNegated ? parser.advance() : operator;
      const name = word.text.toLowerCase();
      if (!isMatcher(name) || (isNegated && name === '=~')) {
        return parser.fail("'like' or 'in' is expected after 'not'", word);
      }
      const operands = [left, ...matchers[name](parser)];
      return operation(isNegated ? `not ${name}` : name, operands, left.start);
    },
  });
}

const grammar: Grammar<Expression> = {
  tokens: [
    ['skip', /(?:\s+|#[^\n]*)+/y],
    ['regex', new RegExp(String.raw`${beforeRegex}\/(?:\\.|[^/\\\n])*\/`, 'iy')],
    ['string', /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/sy],
    ['number', /\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])/iy],
    ['period', /\d+[a-z]+\b/iy],
    ['name', new RegExp(String.raw`${segment}(?:\.${segment}|(?<!\bin)\[\d+\])*`, 'iy')],
    ['operator', /!=|<=|>=|=~|[-+*/%^=<>!(),|[\]]/y],
  ],
  infix: ({ text }) => operators.get(text.toLowerCase()),
  prefix(token, parser) {
    const { kind, text, start } = token;
    if (kind === 'string') return { kind: 'literal', value: unquote(text), start };
    if (kind === 'number') return { kind: 'literal', value: Number(text), start };
    if (text === '(') return parser.enclosed();
    if (text === '-') return operation('negate', [parser.expression(tightest)], start);
    if (text === '!' || text.toLowerCase() === 'not') {
      return operation('not', [parser.expression(notPower)], start);
    }
    const period = kind === 'period' && parsePeriod(text);
    if (period) return { kind: 'period', period, start };
    // A field's name may begin with a digit, too.
    if (kind !== 'name' && kind !== 'period') {
      const problem = kind === 'end' ? 'the query ends too early' : `'${text}' is not expected`;
      return parser.fail(problem, token);
    }
    if (kind === 'period' || !parser.take('(')) {
      return { kind: 'field', path: fieldPath(text), start };
    }
    const operands = parser.list(')', () => star(parser) ?? parser.expression());
    return { kind: 'call', name: text.toLowerCase(), operands, start };
  },
};

function star(parser: Parser): Expression | undefined {
  if (parser.token.text !== '*' || parser.following.text !== ')') return undefined;
  return { kind: 'star', start: parser.advance().start };
}

export type Parser = PrattParser<Expression>;

/** @throws SourceError */
export const openParser = (text: string): Parser => new PrattParser(text, grammar);

/** What stands after `like`, `=~` or `parse`. */
export function readPattern(parser: Parser, after: string): Of<'pattern'> {
  const { kind, text, start } = parser.advance();
  if (kind === 'string') return { kind: 'pattern', isRegex: false, source: unquote(text), start };
  if (kind !== 'regex') {
    parser.fail(`a text or a /regular expression/ is expected after '${after}'`, { start });
  }
  const source = text.slice(1, -1).replaceAll('\\/', '/');
  return { kind: 'pattern', isRegex: true, source, start };
}

/** ``a.`b.c`[0]`` has the segments a, b.c and 0. */
export function fieldPath(text: string): FieldPath {
  const segments = [...text.matchAll(/`([^`]+)`|\[(\d+)\]|([^.`[\]]+)/g)].map(
    ([, quoted, index, plain]) => quoted ?? index ?? plain!,
  );
  return { name: segments.join('.'), segments };
}

export const unquote = (text: string) => text.slice(1, -1).replace(/\\(["'\\])/g, '$1');
