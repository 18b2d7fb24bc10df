/** How a value of an event is compared with one of a pattern, for JSON and space-delimited patterns. */
import { FilterPatternError } from './filter-pattern.ts';

/** Readings that AWS's pages leave open. */
export const readings = {
  /** Whether `$.status = 429` matches the text `"429"`. No: an alarm must not rest on a guess; quote it in the pattern. */
  numbersMatchNumericText: false,
  /** Whether `$.a != "x"` matches an event without `a`. No: the page asks for NOT EXISTS to find those. */
  missingIsUnequal: false,
};

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

export type Comparison = (value: unknown) => boolean;

/** The right side of a comparison as tokens have it: `"text"`, `%regex%`, `4*`, `1e-3`, `word`. */
export function compareWith(pattern: string, operator: Operator, right: string): Comparison {
  const number = numberOf(right);
  if (operator !== '=' && operator !== '!=') {
    if (number === undefined) {
      throw new FilterPatternError(
        pattern,
        `${operator} compares with a number, not with ${right}`,
      );
    }
    return (value) => inOrder(operator, numeric(value), number);
  }
  const equal = equalTo(pattern, right, number);
  if (operator === '=') return (value) => isValue(value) && equal(value);
  return (value) =>
    value === undefined ? readings.missingIsUnequal : isValue(value) && !equal(value);
}

function equalTo(pattern: string, right: string, number: number | undefined): Comparison {
  if (right.startsWith('%')) {
    const regex = regexOf(pattern, right);
    return (value) => regex.test(String(value));
  }
  if (number !== undefined) return (value) => numeric(value) === number;
  const text = right.startsWith('"') ? right.slice(1, -1).replace(/\\(["\\])/g, '$1') : right;
  if (!text.includes('*')) return (value) => value === text;
  const wildcard = new RegExp(`^${text.split('*').map(quote).join('.*')}$`, 's');
  return (value) => wildcard.test(String(value));
}

const inOrder = (operator: Operator, left: number, right: number) =>
  (operator.startsWith('<') ? left < right : left > right) ||
  (operator.endsWith('=') && left === right);

/** NaN, which no comparison holds for, where the value is no number. */
function numeric(value: unknown): number {
  if (typeof value === 'number') return value;
  return readings.numbersMatchNumericText && typeof value === 'string'
    ? (numberOf(value) ?? Number.NaN)
    : Number.NaN;
}

/** The number that a text is, in the pattern syntax's notation. */
export const numberOf = (text: string): number | undefined =>
  /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;

/** "Value nodes can be strings or numbers." */
const isValue = (value: unknown) => typeof value === 'string' || typeof value === 'number';

const quote = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** `%…%`: a small set of operators without parentheses ("Supported regular expressions (regex) syntax"). */
export function regexOf(pattern: string, delimited: string): RegExp {
  const source = delimited.slice(1, -1);
  const foreign = /[^\w\s:#=@/;,\-^$?[\]{}|\\*+.]/.exec(source)?.[0];
  if (foreign) {
    throw new FilterPatternError(pattern, `the regular expression must not have '${foreign}'`);
  }
  try {
    // There, but not in JavaScript, the least number may be left out.
    return new RegExp(source.replace(/\{,(?=\d+\})/g, '{0,'));
  } catch {
    throw new FilterPatternError(pattern, `${delimited} is no regular expression`);
  }
}
