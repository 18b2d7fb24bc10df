/** Splits a text into tokens by a table of patterns: the first that matches wins. */
import { SourceError } from './source-error.ts';

export interface Token {
  readonly kind: string;
  readonly text: string;
  /** 0-based offsets into the source; `end` is excluded. */
  readonly start: number;
  readonly end: number;
}

/** A name and a sticky (`y`) pattern. Tokens named `skip` (blanks, comments) are left out. */
export type TokenRule = readonly [kind: string, pattern: RegExp];

/** The tokens of the text and a last one of kind `end`. @throws SourceError at the first character that fits no rule */
export function tokenize(source: string, rules: readonly TokenRule[]): readonly Token[] {
  const tokens: Token[] = [];
  let start = 0;
  while (start < source.length) {
    const token = matchAt(source, start, rules);
    if (token.kind !== 'skip') tokens.push(token);
    start = token.end;
  }
  return [...tokens, { kind: 'end', text: '', start, end: start }];
}

function matchAt(source: string, start: number, rules: readonly TokenRule[]): Token {
  for (const [kind, pattern] of rules) {
    pattern.lastIndex = start;
    const text = pattern.exec(source)?.[0];
    if (text) return { kind, text, start, end: start + text.length };
  }
  throw new SourceError(source, start, `'${source[start]}' is not expected`);
}
