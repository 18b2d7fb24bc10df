/** Patterns for unstructured text: `ERROR ARGUMENTS` (all), `?ERROR ?WARN` (any), `-EXIT` (none), `"a phrase"`, `%regex%`. */
import { regexOf } from './comparison.ts';
import { type FilterPattern, FilterPatternError } from './filter-pattern.ts';

const token = /\s*([?-]?)("(?:[^"\\]|\\.)*"|%[^%]*%|[^\s"%]+)(?=\s|$)/y;

/**
 * Case counts, and a term matches anywhere, inside a word too: "ERROR" is found in "ERRORCODE".
 * Beside other terms those with a question mark are ignored, as the user guide says.
 */
export function parseTerms(pattern: string): FilterPattern {
  const terms: Record<string, ((message: string) => boolean)[]> = { '': [], '?': [], '-': [] };
  token.lastIndex = 0;
  while (token.lastIndex < pattern.length) {
    const at = token.lastIndex;
    const [, sign = '', term = ''] = token.exec(pattern) ?? [];
    if (!term) {
      throw new FilterPatternError(pattern, `put '${pattern.slice(at).trim()}' in double quotes`);
    }
    terms[sign]?.push(matcherOf(pattern, term));
  }
  const { '': all = [], '?': any = [], '-': none = [] } = terms;
  const onlyAny = any.length > 0 && all.length + none.length === 0;
  return {
    match: (message) =>
      all.every((found) => found(message)) &&
      !none.some((found) => found(message)) &&
      (!onlyAny || any.some((found) => found(message)))
        ? {}
        : undefined,
    selector(text) {
      throw new FilterPatternError(pattern, `terms have no fields, so there is no ${text}`);
    },
  };
}

function matcherOf(pattern: string, term: string): (message: string) => boolean {
  if (term.startsWith('%')) {
    const regex = regexOf(pattern, term);
    return (message) => regex.test(message);
  }
  if (!term.startsWith('"') && !/^\w+$/.test(term)) {
    throw new FilterPatternError(
      pattern,
      `put ${term} in double quotes: it has other signs than letters, digits and _`,
    );
  }
  const text = term.startsWith('"') ? term.slice(1, -1).replace(/\\(.)/g, '$1') : term;
  const wanted = text.trim() === '' ? '' : text;
  return (message) => message.includes(wanted);
}
