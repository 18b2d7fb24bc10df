/** The load tests with the real k6 against the running system: what holds, what breaks, and every way to end too early. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { freeBasePort } from '../system/project-copy.ts';
import {
  type LoadRun,
  losingMetric,
  missingK6,
  type OwnSystem,
  startLoad,
  startOwnSystem,
} from './load-runs.ts';

jest.setTimeout(90_000);

const missing = missingK6();
const root = join(import.meta.dirname, '../..');

/** Five ports each: the system, one that loses metrics before it, one to be killed, one that the runner starts. */
const ports = {
  system: await freeBasePort(),
  losing: await freeBasePort(),
  killed: await freeBasePort(),
  started: await freeBasePort(),
};

const ended = async (run: LoadRun) => ({ exitCode: await run.exitCode, text: run.output() });
const load = (...argv: readonly string[]) => ended(startLoad(argv));
const on = (port: number) => ['--port', String(port)];

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 100));
}

const reports = (text: string) => {
  const [, directory = ''] = /Reports: (\S+)\/report\.html/.exec(text) ?? [];
  return (name: string) => readFileSync(join(root, directory, name), 'utf8');
};

if (missing) {
  test('k6 is there, at least in CI', () => {
    if (process.env['CI']) throw new Error(missing);
    console.warn(missing);
  });
}

(missing ? describe.skip : describe)('npm run load', () => {
  let system: OwnSystem;
  beforeAll(async () => {
    system = await startOwnSystem(ports.system);
  });
  afterAll(() => system.close());

  const control = (path: string, init?: RequestInit) =>
    fetch(`http://127.0.0.1:${ports.system + 2}${path}`, init);
  const requestsSeen = async (port: number) => {
    const url = `http://127.0.0.1:${port + 2}/api/logs?logGroup=${encodeURIComponent('/manara/dev/access')}`;
    const answer = await fetch(url).catch(() => undefined);
    return answer?.ok ? ((await answer.json()).events.length as number) : 0;
  };

  test('smoke: nothing fails, both sides agree, nothing is left behind', async () => {
    const { exitCode, text } = await load('smoke', ...on(ports.system));
    expect(text).toMatch(/\nHELD: every objective\n/);
    expect(exitCode).toBe(0);
    expect(text).toMatch(/requests +(\d+) +\1 +agree/);
    expect(text).not.toMatch(/DISAGREE|Unexpected answers/);
    expect(text).toMatch(/Clean-up: \d+ items deleted, none left/);
  });

  test('smoke: the reports hold charts, thresholds and numbers', async () => {
    const { text } = await load('smoke', ...on(ports.system), '--duration', '5s');
    const report = reports(text);
    expect(report('report.html')).toMatch(/<section id="verdict">.*≥ 100 %.*<div id="root">/s);
    expect(report('junit.xml')).toMatch(/failures="0"/);
    const { verdict, k6 } = JSON.parse(report('report.json'));
    expect(verdict.exitCode).toBe(0);
    expect(k6.metrics['checks{scenario:load}'].values.fails).toBe(0);
  });

  test('one sample in a hundred that the metrics lose is reported', async () => {
    const losing = await losingMetric(ports.system, ports.losing, 'Count', 0.01);
    try {
      const { exitCode, text } = await load('smoke', ...on(ports.losing), '--duration', '10s');
      expect(text).toMatch(/requests +\d+ +\d+ +DISAGREE: the service misses \d+ \(\d\.\d\d %\)/);
      expect(text).toContain('read runbooks/telemetry-broken.md');
      // What the run before sent may lie on either side of the minute.
      expect(text).toMatch(/get-item invocations +\d+ +\d+ +agree/);
      expect(exitCode).toBe(1);
    } finally {
      losing.close();
    }
  });

  test('a table that fails breaks availability, and the verdict names the runbook', async () => {
    const fault = { kind: 'table-errors', rate: 1, durationSeconds: 120 };
    const body = JSON.stringify(fault);
    const headers = { 'content-type': 'application/json' };
    const { id } = await (await control('/api/faults', { method: 'POST', headers, body })).json();
    const { exitCode, text } = await load('average', ...on(ports.system), '--rate', '20');
    await control(`/api/faults/${id}`, { method: 'DELETE' });
    expect(exitCode).toBe(99);
    expect(text).toMatch(/availability .*BROKEN: read runbooks\/api-availability-burn\.md/);
    expect(text).toMatch(/GET \/items: 503, expected 200; .*trace 1-[\da-f]{8}-[\da-f]{24}/);
    expect(text).toMatch(/\nBROKEN: availability/);
    expect(reports(text)('junit.xml')).toMatch(/name="availability"><failure /);
  });

  test('sign-in that fails ends the run before it begins', async () => {
    const url = (offset: number) => `http://127.0.0.1:${ports.system + offset}`;
    const argv = ['smoke', '--target', url(1), '--sign-in', url(4)];
    const { exitCode, text } = await ended(startLoad(argv, { LOAD_CLIENTS: 'nobody:nothing' }));
    expect(text).toMatch(/NOTHING MEASURED: .* gave client nobody no token: 400 invalid_client/);
    expect(exitCode).toBe(108);
  });

  test('a target that goes away ends the run, with the runbook for it', async () => {
    const lost = await startOwnSystem(ports.killed);
    const run = startLoad(['average', ...on(ports.killed), '--rate', '20']);
    await until(async () => (await requestsSeen(ports.killed)) > 150);
    lost.kill();
    const { exitCode, text } = await ended(run);
    await lost.close();
    expect(exitCode).toBe(99);
    expect(text).toMatch(
      /availability .*BROKEN: \d+ requests got no answer.*runbooks\/api-unreachable\.md/,
    );
    expect(text).toMatch(/Both sides were not compared: the service does not answer any more/);
    expect(text).toMatch(/what is left expires within a day/);
  });

  test('Ctrl-C: the runtime that was started for the run stays until everything is cleaned up', async () => {
    const run = startLoad(['average', ...on(ports.started), '--rate', '20']);
    await until(async () => (await requestsSeen(ports.started)) > 50);
    run.child.kill('SIGINT');
    const { exitCode, text } = await ended(run);
    expect(text).toMatch(/No local runtime on port \d+: starting one/);
    expect(text).toMatch(/\nSTOPPED before the end/);
    expect(text).toMatch(/Clean-up: \d+ items deleted, none left/);
    expect(text).not.toMatch(/DISAGREE/);
    expect(exitCode).toBe(105);
    await expect(fetch(`http://127.0.0.1:${ports.started + 1}`)).rejects.toThrow();
  });
});
