/** Where a resource stands in its file, for messages. */
import { readFileSync } from 'node:fs';

/** 1-based line of `"LogicalId":` or `LogicalId:`; undefined where the file is not on disk or does not show it. */
export function resourceLine(file: string, logicalId: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const line = text
    .split('\n')
    .findIndex((each) => new RegExp(`^\\s*(?:"${logicalId}"|${logicalId})\\s*:`).test(each));
  return line < 0 ? undefined : line + 1;
}
