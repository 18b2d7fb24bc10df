/** A text in one of the small languages (metric math, alarm rules, queries) that cannot be read, and where. */
export class SourceError extends Error {
  override name = 'SourceError';
  readonly source: string;
  /** 0-based offset into the source. */
  readonly position: number;
  readonly problem: string;

  constructor(source: string, position: number, problem: string) {
    const { line, column } = placeOf(source, position);
    super(`${problem} at ${source.includes('\n') ? `line ${line}, ` : ''}column ${column}`);
    this.source = source;
    this.position = position;
    this.problem = problem;
  }

  /** The line of the source with a caret under the place; long lines are cut around it. */
  excerpt(width = 80): string {
    const { text, column } = placeOf(this.source, this.position);
    const from = Math.max(0, Math.min(column - 1 - (width >> 1), text.length - width));
    return `${text.slice(from, from + width)}\n${' '.repeat(column - 1 - from)}^`;
  }
}

function placeOf(source: string, position: number) {
  const before = source.slice(0, position).split('\n');
  const line = before.length;
  return { line, column: before.at(-1)!.length + 1, text: source.split('\n')[line - 1]! };
}
