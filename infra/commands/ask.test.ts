import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const script = `
  import { ask } from '${join(import.meta.dirname, 'ask.ts')}';
  console.log(JSON.stringify(await ask('Go on?')));
`;

/** The question as a command asks it, with this on standard input. */
function asked(input: string) {
  const options = { input, encoding: 'utf8' } as const;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], options);
}

test.each([
  ['yes\n', 'yes'],
  ['', ''],
])('the answer to %j is %j, and the command goes on', (input, answer) => {
  const { stdout, stderr, status } = asked(input);
  expect({ said: stdout, stderr, status }).toEqual({
    said: `Go on? ${JSON.stringify(answer)}\n`,
    stderr: '',
    status: 0,
  });
});
