/** Where resources stand in their file, for messages. */
import { readFileSync } from 'node:fs';

/** 1-based line of `"LogicalId":` or `LogicalId:`; undefined where the file is not on disk or does not show it. */
export const resourceLine = (file: string, logicalId: string) => resourceLines(file).get(logicalId);

/** The lines of all keys of a file, each where it stands first. */
export function resourceLines(file: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [index, line] of readLines(file).entries()) {
    const [, key] = /^\s*["']?([A-Za-z0-9]+)["']?\s*:/.exec(line) ?? [];
    if (key && !found.has(key)) found.set(key, index + 1);
  }
  return found;
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}
