import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { deployCode } from './deploy-code.ts';
import { functionModel, stopAll } from './testing/lambda-with.ts';

afterEach(stopAll);

test('each function has a copy of its code of its own', () => {
  const [a, b] = [functionModel('1', { name: 'a' }), functionModel('2', { name: 'b' })];
  const { directory, taskRootOf } = deployCode([a, b]);
  const codes = [a, b].map((fn) => readFileSync(join(taskRootOf(fn), 'index.js'), 'utf8'));
  expect(codes).toEqual(['1', '2']);
  rmSync(directory, { recursive: true });
});

test('the copies of a runtime that is dead are removed, those of a living one are not', () => {
  const dead = join(tmpdir(), `lambda-${spawnSync('/bin/sh', ['-c', ':']).pid}-x`);
  const living = join(tmpdir(), `lambda-${process.pid}-x`);
  for (const folder of [dead, living]) mkdirSync(folder);
  const { directory } = deployCode([]);
  expect([existsSync(dead), existsSync(living)]).toEqual([false, true]);
  for (const folder of [living, directory]) rmSync(folder, { recursive: true });
});

test('code that cannot be read is one clear line', () => {
  const fn = functionModel('', { codeDirectory: '/nowhere/at/all' });
  expect(() => deployCode([fn])).toThrow(/^The code of a function cannot be read: .*nowhere/);
});
