/** What a handler writes to standard output and standard error while it runs, line by line. For tests. */
import { jest } from '@jest/globals';

export interface Captured<Result> {
  readonly result: Result;
  readonly lines: readonly string[];
}

export async function captureLines<Result>(
  run: () => Result | Promise<Result>,
): Promise<Captured<Result>> {
  let text = '';
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      text += chunk;
      return true;
    }),
  );
  try {
    const result = await run();
    return { result, lines: text.split('\n').filter((line) => line !== '') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
