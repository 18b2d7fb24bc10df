import { globSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fingerprint } from './fingerprint.ts';
import { sources } from './synth.ts';

let folder: string;
const now = () => fingerprint(folder, ['src/**/*.ts', 'lock.json']);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'manara-fingerprint-'));
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'src/a.ts'), 'one');
});

afterEach(() => rmSync(folder, { recursive: true }));

test('stays while nothing changes, also when a test does', () => {
  const before = now();
  writeFileSync(join(folder, 'src/a.test.ts'), 'test');
  writeFileSync(join(folder, 'src/a.ts'), 'one');
  expect(now()).toBe(before);
});

test.each([
  ['a file’s content', () => writeFileSync(join(folder, 'src/a.ts'), 'two')],
  ['a file’s name', () => renameSync(join(folder, 'src/a.ts'), join(folder, 'src/b.ts'))],
  ['a new file', () => writeFileSync(join(folder, 'lock.json'), '{}')],
])('changes with %s', (_, change) => {
  const before = now();
  change();
  expect(now()).not.toBe(before);
});

test('a synthesis starts from every file that a template is made of', () => {
  const root = join(import.meta.dirname, '../..');
  const read = globSync(sources, { cwd: root });
  const needed = globSync(['infra/web/*.js', 'infra/**/*.ts', 'runbooks/*.{ts,md}'], { cwd: root });
  expect(needed.length).toBeGreaterThan(50);
  expect(needed.filter((file) => !read.includes(file))).toEqual([]);
});
