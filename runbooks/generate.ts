/** `npm run runbooks`: writes the generated blocks of the runbooks and of the README; a test finds those that are stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
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

function main(): void {
  parseArgs();
  const files = generatedFiles();
  const stale = files.filter(({ before, after }) => before !== after);
  for (const { file, after } of stale) {
    writeFileSync(file, after);
    console.log(`wrote ${relative(root, file)}`);
  }
  console.log(`${stale.length} of ${files.length} files had stale blocks`);
}

if (import.meta.main) {
  try {
    main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}
