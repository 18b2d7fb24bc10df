/**
 * CloudWatch Logs filter patterns, for metric filters and for searching.
 * Source: CloudWatch Logs user guide, "Filter pattern syntax for metric filters, subscription filters, filter log events".
 */
import { type FilterPattern, FilterPatternError } from './filter-pattern.ts';
import { parseJsonPattern } from './json-pattern.ts';
import { parseSpaceDelimited } from './space-delimited.ts';
import { parseTerms } from './terms.ts';

/**
 * Reads `ERROR -ARGUMENTS`, `?a ?b`, `%regex%`, `{ $.status = 429 }` or `[ip, status = 4*, ...]`; the empty pattern
 * matches all.
 * @throws FilterPatternError naming what is wrong
 */
export function parseFilterPattern(pattern: string): FilterPattern {
  const text = pattern.trim();
  if (pattern.length > 1024) {
    throw new FilterPatternError(`${text.slice(0, 20)}…`, 'it may have 1,024 characters at most');
  }
  if (!/^[{[]/.test(text)) return parseTerms(text);
  const regexes = text.replace(/"(?:[^"\\]|\\.)*"/g, '').match(/%[^%]*%/g) ?? [];
  if (regexes.length > 2) {
    throw new FilterPatternError(text, 'it may have two regular expressions at most');
  }
  return text.startsWith('{') ? parseJsonPattern(text) : parseSpaceDelimited(text);
}
