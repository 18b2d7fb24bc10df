import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createKeeper } from './keeper.ts';
import { isAlive, until } from './testing/lambda-with.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'kept-'));

const sleeper = () =>
  spawn('/bin/sleep', ['60'], { detached: true, stdio: 'ignore' }).pid as number;

test('what is still watched at the end is killed, what was released is not', async () => {
  const directory = folder();
  const keeper = createKeeper(directory);
  const [kept, released] = [sleeper(), sleeper()];
  keeper.watch(kept);
  keeper.watch(released);
  keeper.release(released);
  await keeper.close();
  await until(() => !isAlive(kept));
  expect(isAlive(released)).toBe(true);
  expect(existsSync(directory)).toBe(false);
  process.kill(released, 'SIGKILL');
});

test('a keeper that is killed is replaced and knows whom to watch', async () => {
  if (process.platform !== 'linux') return; // finding the shell needs /proc
  const directory = folder();
  const keeper = createKeeper(directory);
  const kept = sleeper();
  keeper.watch(kept);
  const shell = () =>
    readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(directory));
  const first = await until(shell);
  process.kill(Number(first), 'SIGKILL');
  await until(() => shell() !== undefined && shell() !== first);
  await keeper.close();
  await until(() => !isAlive(kept));
  expect(existsSync(directory)).toBe(false);
});
