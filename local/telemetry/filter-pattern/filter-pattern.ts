/** What a filter pattern is, whichever of the three syntaxes it is written in. */

/** What a matching message holds, for the selectors of the same pattern. */
export type Fields = object;

export interface FilterPattern {
  /** Undefined where the message does not match. */
  match(message: string): Fields | undefined;
  /**
   * What `$.field` or `$name` stands for; it gives undefined where a message has nothing there.
   * @throws FilterPatternError where messages of this pattern can have no such field
   */
  selector(text: string): (fields: Fields) => unknown;
}

/** Names the part of a pattern that is not the syntax, or not modelled. */
export class FilterPatternError extends Error {
  override name = 'FilterPatternError';
  constructor(pattern: string, reason: string) {
    super(`Filter pattern '${pattern}': ${reason}`);
  }
}
