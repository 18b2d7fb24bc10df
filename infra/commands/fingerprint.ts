/** One hash over the content of files: what has the same fingerprint needs no new build. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const isTest = /\.(test|e2e|mutants)\.ts$/;

/**
 * @param root folder that the patterns start from
 * @param patterns glob patterns of files; tests are left out
 */
export function fingerprint(root: string, patterns: readonly string[]): string {
  const hash = createHash('sha256');
  const entries = globSync([...patterns], { cwd: root, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !isTest.test(entry.name));
  for (const file of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
    const content = readFileSync(file);
    hash.update(`${file.slice(root.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
