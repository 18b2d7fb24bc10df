/** The command as it is typed, as far as it gets without k6. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const script = join(import.meta.dirname, 'run.ts');
let folder: string;
let K6_BIN: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'load-run-'));
  K6_BIN = join(folder, 'k6');
  writeFileSync(K6_BIN, "#!/bin/sh\necho 'k6 v2.2.0'\n");
  chmodSync(K6_BIN, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(argv: readonly string[], env: NodeJS.ProcessEnv = { K6_BIN }) {
  const { PATH } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...argv], {
    encoding: 'utf8',
    env: { PATH, ...env },
  });
  return { status, stdout, stderr };
}

describe('npm run load', () => {
  test('stands in for npm’s shell, which would answer Ctrl-C with an exit code of its own', () => {
    const { scripts } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
    );
    expect(scripts.load).toBe('exec node load/run.ts');
  });

  test('help says what there is', () => {
    expect(run(['--help'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('breakpoint'),
    });
  });

  test.each([
    [['nonsense'], {}, 'there is no profile nonsense: smoke, average'],
    [['smoke'], { K6_BIN: '/nowhere/k6' }, 'There is no k6 at /nowhere/k6: get k6 v2'],
    [
      ['smoke', '--target', 'nonsense'],
      {},
      'There is no target nonsense: name local, a URL, or a stage',
    ],
    [['smoke', '--target', 'https://api.example.com'], {}, 'A URL needs --sign-in <url>'],
  ])('%j %j: one line, and nothing is run', (argv, env, line) => {
    const { status, stdout, stderr } = run(argv, { K6_BIN, ...env });
    expect(stderr).toContain(line);
    expect(stderr).not.toMatch(/\n +at /);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  test('what costs money says how much, and waits for --yes', () => {
    const argv = ['soak', '--target', 'https://api.example.com', '--sign-in', 'https://s'];
    const { status, stdout, stderr } = run(argv, { K6_BIN, LOAD_CLIENTS: 'one:two' });
    expect(stdout).toMatch(
      /^soak on .* makes about 540,\d+ requests and 61 tokens, \$\d\.\d\d at list price\.$/m,
    );
    expect(stderr).toBe('Nothing was run: confirm it with --yes\n');
    expect(status).toBe(2);
  });
});
