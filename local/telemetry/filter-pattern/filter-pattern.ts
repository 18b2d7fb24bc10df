/** What a filter pattern is, whichever of the three syntaxes it is written in. */

/** What `$.field` or `$name` selects in a matching event; undefined where there is nothing. */
export type Select = (selector: string) => unknown;

export interface FilterPattern {
  /** Undefined where the message does not match. */
  match(message: string): Select | undefined;
}

/** Names the part of a pattern that is not the syntax, or not modelled. */
export class FilterPatternError extends Error {
  override name = 'FilterPatternError';
  constructor(pattern: string, reason: string) {
    super(`Filter pattern '${pattern}': ${reason}`);
  }
}
