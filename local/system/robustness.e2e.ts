/** The running system against many, slow, vanishing and hostile clients, a full disk and thousands of requests. */
import { execFileSync } from 'node:child_process';
import { Agent, request as send } from 'node:http';
import { connect, type Socket } from 'node:net';
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fetchToken } from '../sign-in/token.ts';
import { eventually } from './observe.ts';
import { copyProject, freeBasePort, type ProjectCopy } from './project-copy.ts';
import { startSystem } from './running-system.ts';

const basePort = await freeBasePort();
const apiPort = basePort + 1;
const api = `http://127.0.0.1:${apiPort}`;

let copy: ProjectCopy;
let token: string;
beforeAll(async () => {
  copy = await copyProject();
  await copy.start(basePort);
  token = await fetchToken(`http://127.0.0.1:${basePort + 4}`, 'alice', []);
}, 60_000);
afterAll(() => copy.remove());

const authorization = () => ({ authorization: `Bearer ${token}` });

const list = async () => (await fetch(`${api}/items`, { headers: authorization() })).status;

const create = async (note: string) => {
  const headers = { ...authorization(), 'content-type': 'application/json' };
  const body = JSON.stringify({ title: 'x', note });
  const response = await fetch(`${api}/items`, { method: 'POST', headers, body });
  expect(response.status).toBe(201);
};

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket;
}

/** Everything that comes back until the server ends the connection. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = await open(port);
  let answer = '';
  socket.on('data', (data) => {
    answer += data;
  });
  socket.write(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}

describe('connections', () => {
  const ports = ['web', 'API', 'control', 'DynamoDB', 'sign-in'].map(
    (name, offset) => [name, basePort + offset] as const,
  );

  test.each(ports)(
    '1,000 idle ones at the %s port are held while requests are served',
    async (_, port) => {
      const sockets = await Promise.all(Array.from({ length: 1000 }, () => open(port)));
      for (let n = 0; n < 20; n++) expect(await list()).toBe(200);
      expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBeLessThan(500);
      expect(sockets.filter(({ destroyed }) => destroyed)).toEqual([]);
      for (const socket of sockets) socket.destroy();
    },
  );

  test('of clients that send a byte at a time, or read nothing, hold up nobody', async () => {
    for (let n = 0; n < 60; n++) await create('x'.repeat(4000));
    const slow = await Promise.all(Array.from({ length: 50 }, () => open(apiPort)));
    const request = `GET /items?limit=100 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`;
    for (const socket of slow.slice(0, 25)) socket.pause().write(request);
    let sent = 0;
    const trickle = setInterval(() => {
      for (const socket of slow.slice(25)) socket.write(request[sent] ?? '');
      sent++;
    }, 10);
    for (let n = 0; n < 50; n++) expect(await list()).toBe(200);
    clearInterval(trickle);
    for (const socket of slow) socket.destroy();
  });

  test('that break off at any moment leave nothing busy', async () => {
    const bytes = `POST /items HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"title":"x"}`;
    for (let cut = 1; cut <= bytes.length; cut += 7) {
      const socket = await open(apiPort);
      socket.write(bytes.slice(0, cut));
      setTimeout(() => socket.destroy(), cut % 5);
    }
    const agent = new Agent({ maxSockets: 20 });
    await Promise.all(
      Array.from({ length: 100 }, (_, n) => {
        const outgoing = send(`${api}/items`, { agent, headers: authorization() });
        outgoing.on('error', () => undefined).end();
        setTimeout(() => outgoing.destroy(), n % 20);
        return new Promise((resolve) => outgoing.once('close', resolve));
      }),
    );
    for (let n = 0; n < 20; n++) expect(await list()).toBe(200);
  });

  test.each(ports)('at the %s port smuggle no second request', async (_, port) => {
    const head = 'POST / HTTP/1.1\r\nHost: a\r\n';
    const hidden = 'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n';
    const attempts = [
      `${head}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `${head}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n${hidden}`,
      `${head}Content-Length: 0\r\nContent-Length: 5\r\n\r\n${hidden}`,
      `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`,
      `${head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `${head}Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n${hidden}`,
      `${head}Content-Length: -1\r\n\r\n${hidden}`,
    ];
    for (const attempt of attempts) {
      const answer = await exchange(port, attempt);
      const statuses = answer.match(/^HTTP\/1\.1 \d+/gm);
      expect([attempt, statuses]).toEqual([attempt, [expect.stringMatching(/ 40[03]$/)]]);
    }
  });
});

test('on a full disk it says so, reads on, and writes again when there is room', async () => {
  const port = await freeBasePort();
  const full = await copyProject();
  try {
    const running = await full.start(port);
    const runtime = full.processes().find((line) => /\bnode\b.* local\/start\.ts/.test(line)) ?? '';
    const limitFiles = (bytes: string) =>
      execFileSync('prlimit', ['--pid', `${Number.parseInt(runtime, 10)}`, `--fsize=${bytes}`]);
    // No file can grow above it: what a full disk is to whoever writes into one.
    limitFiles('400000:unlimited');
    const alice = `Bearer ${await fetchToken(`http://127.0.0.1:${port + 4}`, 'alice', [])}`;
    const call = (method: string, path: string, body?: string) =>
      fetch(`http://127.0.0.1:${port + 1}${path}`, {
        method,
        headers: { authorization: alice, 'content-type': 'application/json' },
        ...(body && { body }),
      });
    const body = JSON.stringify({ title: 'x', note: 'n'.repeat(4000) });
    const kept: string[] = [];
    const write = async () => {
      const response = await call('POST', '/items', body);
      if (response.status === 201) kept.push(((await response.json()) as { id: string }).id);
      return response.status;
    };
    const statuses = new Set<number>();
    for (let n = 0; n < 400 && !statuses.has(503); n++) statuses.add(await write());
    expect(statuses).toEqual(new Set([201, 503]));
    expect((await call('GET', `/items/${kept[0]}`)).status).toBe(200);
    const lines = running.output().split('\n');
    expect(
      lines.filter((line) => /cannot be read or written \(.*File too large\)$/.test(line)),
    ).not.toEqual([]);
    expect(running.output()).not.toMatch(/\n {4}at /);

    limitFiles('unlimited');
    await eventually(async () => expect(await write()).toBe(201));
    running.signal('SIGINT');
    expect(await running.ended).toBe(0);

    const again = await full.start(port);
    for (const id of kept)
      expect([id, (await call('GET', `/items/${id}`)).status]).toEqual([id, 200]);
    again.signal('SIGINT');
    await again.ended;
  } finally {
    await full.remove();
  }
}, 120_000);

describe('over thousands of requests', () => {
  const concurrency = 8;

  test('memory grows by what is logged about them, and processes are reused', async () => {
    v8.setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const tested = await startSystem();
    const headers = { authorization: `Bearer ${await tested.token('alice')}` };
    const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
    const url = `http://127.0.0.1:${tested.ports.api}/items/01K0000000000000000000000A`;
    const get = () =>
      new Promise<number>((resolve, reject) => {
        send(url, { agent, headers }, (response) => {
          response.resume().once('end', () => resolve(response.statusCode ?? 0));
        })
          .once('error', reject)
          .end();
      });
    const heapAfter = async (requests: number) => {
      const client = async () => {
        for (let n = 0; n < requests / concurrency; n++) expect(await get()).toBe(404);
      };
      await Promise.all(Array.from({ length: concurrency }, client));
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const requests = 2400;
    const before = await heapAfter(requests);
    const after = await heapAfter(requests);
    const processes = execFileSync('ps', ['-o', 'args=', '--ppid', String(process.pid)], {
      encoding: 'utf8',
    });
    agent.destroy();
    await tested.close();
    // Two log lines of half a kB, their timestamps, some twenty samples: 1.7 kB.
    expect((after - before) / requests).toBeLessThan(4000);
    expect(processes.match(/bootstrap\.js/g)?.length).toBeLessThanOrEqual(concurrency);
  }, 120_000);
});
