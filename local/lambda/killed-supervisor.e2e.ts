import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { isAlive, until } from './testing/lambda-with.ts';

const program = fileURLToPath(new URL('./testing/supervisor.ts', import.meta.url));

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a supervisor that ends by %s leaves no process and no copy of the code behind',
  async (signal) => {
    const supervisor = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = await once(supervisor.stdout, 'data');
    const { states, taskRoot } = JSON.parse(String(output));
    const pids = states.map(({ pid }: { pid: number }) => pid);
    expect(states.map(({ state }: { state: string }) => state).sort()).toEqual([
      'busy',
      'busy',
      'frozen',
    ]);
    expect(pids.every(isAlive)).toBe(true);
    expect(existsSync(taskRoot)).toBe(true);
    supervisor.kill(signal);
    await once(supervisor, 'exit');
    await until(() => !pids.some(isAlive) && !existsSync(taskRoot));
  },
);
