/**
 * Input that cannot be used (exit code 2): says the file, the place in it, what is wrong and what to do.
 * Everything in this folder that reads a file throws it and nothing else for bad input.
 */
export class InputError extends Error {
  override name = 'InputError';
  readonly file: string;
  /** 1-based, where the place is known. */
  readonly line: number | undefined;
  readonly problem: string;
  readonly fix: string | undefined;

  constructor(
    file: string,
    problem: string,
    { line, fix }: { readonly line?: number | undefined; readonly fix?: string | undefined } = {},
  ) {
    super(`${file}${line === undefined ? '' : `:${line}`}: ${problem}${fix ? `; ${fix}` : ''}`);
    this.file = file;
    this.line = line;
    this.problem = problem;
    this.fix = fix;
  }
}
