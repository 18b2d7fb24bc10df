import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { json, listenOnLoopback } from './loopback-server.ts';

/** What the server says to bytes as they are. */
async function said(bytes: string): Promise<string> {
  const server = await listenOnLoopback('test', 0, async (call) =>
    json(200, { path: call.url.pathname, host: call.url.host, length: (await call.body()).length }),
  );
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => {
    answer += data;
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(bytes);
  await closed;
  await server.close();
  return answer;
}

const end = 'Connection: close\r\n\r\n';

test.each([
  ['/a/b?c=d', 'HTTP/1.1 200', '"path":"/a/b","host":"localhost:4002"'],
  ['//elsewhere/a', 'HTTP/1.1 200', '"path":"//elsewhere/a","host":"localhost:4002"'],
  ['http://elsewhere/a', 'HTTP/1.1 400', 'The request target is not a path'],
])('the target %s is answered with %s: %s', async (target, status, text) => {
  const answer = await said(`GET ${target} HTTP/1.1\r\nHost: localhost:4002\r\n${end}`);
  expect(answer).toMatch(new RegExp(`^${status} `));
  expect(answer).toContain(text);
});

test.each(['elsewhere.example', 'localhost.example', ''])(
  'the host %j is refused',
  async (host) => {
    expect(await said(`GET / HTTP/1.1\r\nHost: ${host}\r\n${end}`)).toMatch(/^HTTP\/1\.1 403 /);
  },
);

test('a body above 1 MB is refused in words', async () => {
  const answer = await said(
    `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000001\r\n${end}${'x'.repeat(1_000_001)}`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*The body is above 1 MB/);
});

test('what follows a refused body is not taken for a request', async () => {
  const body = 'x'.repeat(1_000_001);
  const answer = await said(
    `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n${body}`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*Connection: close/i);
});
