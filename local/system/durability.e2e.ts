/** Everything is killed during writes, twenty times: what was acknowledged is there after the restart, and nothing twice. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fetchToken } from '../sign-in/token.ts';
import { freeBasePort } from './project-copy.ts';

const rounds = 20;
const writers = 8;
const basePort = await freeBasePort();
const api = `http://127.0.0.1:${basePort + 1}`;
const title = (round: number, writer: number, n: number) => `round ${round}, ${writer}.${n}`;

let directory: string;
let system: ChildProcess;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'manara-durability-'));
});
afterAll(async () => {
  killAll(system);
  await rm(directory, { recursive: true, force: true });
});

function start(): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'serve.ts');
  const child = spawn(process.execPath, [script, directory, String(basePort)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.stdout.once('data', () => resolve(child));
    child.once('exit', (code) => reject(new Error(`The system ended with ${code}`)));
  });
}

/** The runtime and every function's process with it: no part has a chance to finish. */
function killAll(child: ChildProcess): void {
  const pids = descendants(child.pid ?? 0);
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
}

function descendants(root: number): readonly number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const found = [root];
  for (const pid of found) found.push(...rows.filter(([, ppid]) => ppid === pid).map(([id]) => id));
  return found;
}

async function write(headers: Record<string, string>, key: string): Promise<boolean> {
  const response = await fetch(`${api}/items`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ title: key }),
  }).catch(() => undefined);
  return response?.status === 201;
}

async function titles(headers: Record<string, string>): Promise<readonly string[]> {
  const all: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const response = await fetch(`${api}/items?limit=100${query}`, { headers });
    expect(response.status).toBe(200);
    const page = (await response.json()) as {
      items: readonly { title: string }[];
      nextCursor: string | null;
    };
    all.push(...page.items.map((item) => item.title));
    cursor = page.nextCursor ?? null;
  }
  return all;
}

describe('durability', () => {
  test(`keeps every acknowledged write through ${rounds} kills, each once`, async () => {
    const acknowledged = new Set<string>();
    const unsure = new Set<string>();
    for (let round = 1; round <= rounds; round++) {
      system = await start();
      const token = await fetchToken(`http://127.0.0.1:${basePort + 4}`, 'alice', []);
      const headers = { authorization: `Bearer ${token}` };

      // A client that got no answer retries with its key: it must find its item, or make it, but never a second.
      for (const key of unsure) {
        expect(await write(headers, key)).toBe(true);
        acknowledged.add(key);
        unsure.delete(key);
      }
      const found = await titles(headers);
      expect(new Set(found)).toEqual(acknowledged);
      expect(found).toHaveLength(acknowledged.size);

      let killed = false;
      const writing = Array.from({ length: writers }, async (_, writer) => {
        for (let n = 1; !killed; n++) {
          const key = title(round, writer, n);
          if (await write(headers, key)) acknowledged.add(key);
          else unsure.add(key);
        }
      });
      await new Promise((resolve) => setTimeout(resolve, 400 + 37 * round));
      const gone = new Promise((resolve) => system.once('exit', resolve));
      killAll(system);
      killed = true;
      await Promise.all([...writing, gone]);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(acknowledged.size).toBeGreaterThan(rounds * writers);
  }, 300_000);
});
