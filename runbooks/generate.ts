/** `npm run runbooks`: writes the generated blocks of the runbooks and of the README; a test finds those that are stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Runbook, readRunbooks } from './front-matter.ts';
import { regenerate } from './generated-blocks.ts';

const root = join(import.meta.dirname, '..');

export interface GeneratedFile {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** Every Markdown file that may hold blocks, as it is and as it ought to be. */
export function generatedFiles(): readonly GeneratedFile[] {
  const runbooks = readRunbooks();
  const read = (file: string, runbook?: Runbook): GeneratedFile => {
    const before = readFileSync(file, 'utf8');
    return { file, before, after: regenerate(before, { runbooks, runbook }) };
  };
  return [
    ...runbooks.map((runbook) => read(runbook.file, runbook)),
    read(join(import.meta.dirname, 'README.md')),
    read(join(root, 'README.md')),
  ];
}

if (import.meta.main) {
  for (const { file, before, after } of generatedFiles()) {
    if (before === after) continue;
    writeFileSync(file, after);
    console.log(`wrote ${relative(root, file)}`);
  }
}
