/**
 * CloudWatch Logs filter patterns, for metric filters and for searching.
 * Source: CloudWatch Logs user guide, "Filter pattern syntax for metric filters, subscription filters, filter log events".
 */
import type { FilterPattern } from './filter-pattern.ts';
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
  if (text.startsWith('{')) return parseJsonPattern(text);
  if (text.startsWith('[')) return parseSpaceDelimited(text);
  return parseTerms(text);
}
