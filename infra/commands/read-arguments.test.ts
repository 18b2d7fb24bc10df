import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const refused = (command: string, ...args: readonly string[]) => {
  const file = join(import.meta.dirname, `${command}.ts`);
  const { stdout, stderr, status } = spawnSync(process.execPath, [file, ...args], {
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
};

test.each([
  ['alarms-live'],
  ['build'],
  ['catalogue'],
  ['deploy'],
  ['destroy'],
  ['diff'],
  ['nag'],
  ['synth'],
])('%s refuses an option that it does not know in one sentence', (command) => {
  expect(refused(command, '--nonsense')).toEqual({
    stdout: '',
    stderr: "Unknown option '--nonsense'\n",
    status: 2,
  });
});

test.each([['build'], ['catalogue'], ['nag']])('%s takes no argument at all', (command) => {
  expect(refused(command, 'nonsense')).toEqual({
    stdout: '',
    stderr: "Unexpected argument 'nonsense'\n",
    status: 2,
  });
});
