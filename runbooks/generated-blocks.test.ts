import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readRunbooks } from './front-matter.ts';
import { regenerate } from './generated-blocks.ts';

const runbooks = readRunbooks();
const runbook = runbooks.find(({ alarm }) => alarm === 'api-latency-burn');
const blank = (name: string) =>
  `before\n<!-- generated: ${name} -->\nold\n<!-- /generated -->\nafter\n`;

describe('generated blocks', () => {
  test('are replaced between their markers, and only there', () => {
    const text = regenerate(blank('slo'), { runbooks, runbook });
    expect(text).toMatch(
      /^before\n<!-- generated: slo -->\n\n[\s\S]*\n\n<!-- \/generated -->\nafter\n$/,
    );
    expect(text).not.toContain('old');
    expect(text).toContain('14.4 times what is allowed');
    expect(regenerate(text, { runbooks, runbook })).toBe(text);
  });

  test('hold each query of the runbook as it is saved', () => {
    const text = regenerate(blank('queries'), { runbooks, runbook });
    for (const { id, query } of runbook?.queries ?? []) {
      expect(text).toContain(`manara-<stage>/api-latency-burn/${id}`);
      expect(text).toContain(`\`\`\`\n${query.trim()}\n\`\`\``);
    }
  });

  test.each([
    ['a name that nobody generates', 'sla', runbook],
    ['a block of a runbook elsewhere', 'queries', undefined],
    [
      'objectives of an alarm that watches none',
      'slo',
      runbooks.find(({ alarm }) => alarm === 'log-volume'),
    ],
  ])('%s is refused in one line', (_, name, page) => {
    expect(() => regenerate(blank(name), { runbooks, runbook: page })).toThrow(/^[^\n]+$/);
  });
});

test.each([
  ['--nonsense', /^Unknown option '--nonsense'\n$/],
  ['nonsense', /^Unexpected argument 'nonsense'.*\n$/],
])('npm run runbooks refuses %s', (argument, sentence) => {
  const command = join(import.meta.dirname, 'generate.ts');
  const run = spawnSync(process.execPath, [command, argument], { encoding: 'utf8' });
  expect(run).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(sentence) });
});
