/** The README of this folder is pasted by strangers: every command in it is run here, and every table compared. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runCli } from './cli.ts';
import { allRules } from './lint/rules/all-rules.ts';
import { readingTable } from './readings.ts';

const read = (file: string) => readFileSync(file, 'utf8');
const readme = read('cloudwatch/README.md');
const walkthrough = 'cloudwatch/fixtures/walkthrough';
const prefix = 'npm run --silent cloudwatch -- ';

const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, text]) => text as string,
  );

/** Arguments as a shell splits them; single quotes only. */
const split = (line: string) =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? (plain as string));

/** What a terminal shows: both streams as they come. */
async function show(line: string) {
  let shown = '';
  const write = (text: string) => {
    shown += text;
  };
  const code = await runCli(split(line), { out: write, error: write, color: false });
  return { code, shown };
}

const examples = blocks('console').map((text) => {
  const [, line = '', output = '', code] =
    /^\$ (.*?)\n(.*?)(?:\$ echo \$\?\n(\d)\n)?$/s.exec(text) ?? [];
  return { line, output, code: Number(code ?? 0) };
});

describe('the README', () => {
  test('shows every command', () => {
    const commands = new Set(examples.map(({ line }) => line.slice(prefix.length).split(' ')[0]));
    expect([...commands].sort()).toEqual(['coverage', 'lint', 'query', 'test']);
    expect(JSON.parse(read('package.json')).scripts.cloudwatch).toBe('node cloudwatch/cli.ts');
  });

  test.each(examples)('shows what is printed by: $line', async ({ line, output, code }) => {
    expect(line.startsWith(prefix)).toBe(true);
    expect(await show(line.slice(prefix.length))).toEqual({ code, shown: output });
  });

  test('shows the scenario that its command runs', () => {
    expect(blocks('yaml')).toEqual([read(`${walkthrough}/bookshop.scenario.yaml`)]);
  });

  test('tells the truth of the last line of the second scenario file', async () => {
    const lines = read(`${walkthrough}/tickets.scenario.yaml`).trimEnd().split('\n');
    const shorter = join(mkdtempSync(join(tmpdir(), 'readme-')), 'shorter.yaml');
    writeFileSync(shorter, lines.slice(0, -1).join('\n'));
    const { shown } = await show(`coverage ${walkthrough}/tickets.sam.yaml --scenario ${shorter}`);
    expect(shown).toContain('19 of 20 mutants killed');
    expect(shown).toContain('survives: evaluation periods 1 → 2');
  });

  test('lists every lint rule', () => {
    for (const { id, level, what } of allRules) {
      expect(readme).toContain(`| \`${id}\` | ${level} | ${what} |`);
    }
  });

  test('lists every reading with its source', () => {
    for (const [name, { values, source }] of Object.entries(readingTable)) {
      const choices = values.map((value) => `\`${value}\``).join(', ');
      expect(readme).toContain(`| \`${name}\` | ${choices} | ${source} |`);
    }
  });
});
