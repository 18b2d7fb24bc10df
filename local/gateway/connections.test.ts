/** The server against hostile, broken and vanishing clients, over raw sockets. */
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { GatewayOptions } from './gateway.ts';
import { type Harness, startGateway } from './testing/harness.ts';
import type { ApiSetup } from './testing/stage.ts';

let gateway: Harness;
const start = async (setup: Partial<ApiSetup> = {}, options: Partial<GatewayOptions> = {}) => {
  gateway = await startGateway(
    {
      routes: [{ route: 'ANY /{proxy+}' }],
      accessLogFormat: '$context.requestId $context.status',
      ...setup,
    },
    options,
  );
};
afterEach(() => gateway.close());

const open = async (): Promise<Socket> => {
  const socket = connect(gateway.port, '127.0.0.1');
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
};

/** Everything that comes back until the server ends the connection, or until `enough` is in it. */
const exchange = async (bytes: string | Buffer, enough?: string): Promise<string> => {
  const socket = await open();
  let answer = '';
  const done = new Promise((resolve) => {
    socket.on('close', resolve);
    socket.on('data', (data) => {
      answer += data;
      if (enough && answer.includes(enough)) resolve(undefined);
    });
  });
  socket.write(bytes);
  await done;
  socket.destroy();
  return answer;
};

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
};

const host = 'Host: 127.0.0.1\r\n';
const evil = `GET /evil HTTP/1.1\r\n${host}\r\n`;

describe('request smuggling', () => {
  test.each([
    [
      'a length and a transfer coding',
      `POST /a HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'the same the other way round',
      `POST /a HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`,
    ],
    ['two lengths', `POST /a HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
    ['a list of lengths', `POST /a HTTP/1.1\r\n${host}Content-Length: 1, 1\r\n\r\na`],
    ['a length with a sign', `POST /a HTTP/1.1\r\n${host}Content-Length: +1\r\n\r\na`],
    ['a folded header line', `GET /a HTTP/1.1\r\n${host}X-A: b\r\n c\r\n\r\n`],
    [
      'a folded transfer coding',
      `POST /a HTTP/1.1\r\n${host}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'a transfer coding under another',
      `POST /a HTTP/1.1\r\n${host}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'two transfer codings',
      `POST /a HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`,
    ],
    [
      'an unknown transfer coding',
      `POST /a HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'a transfer coding in HTTP/1.0',
      `POST /a HTTP/1.0\r\n${host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'a chunk size that is no number',
      `POST /a HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`,
    ],
    [
      'a chunk size with a prefix',
      `POST /a HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n`,
    ],
    [
      'a line feed in a chunk extension',
      `POST /a HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n5;a\nb\r\nhello\r\n0\r\n\r\n`,
    ],
    ['a space before the colon', `POST /a HTTP/1.1\r\n${host}Content-Length : 5\r\n\r\nhello`],
    ['bare line feeds', `GET /a HTTP/1.1\n${host}\n\n`],
    ['a bare carriage return', `GET /a HTTP/1.1\r\n${host}X-A: b\rX-B: c\r\n\r\n`],
    ['a NUL in a header', `GET /a HTTP/1.1\r\n${host}X-A: b\0c\r\n\r\n`],
    ['two hosts', `GET /a HTTP/1.1\r\n${host}Host: other\r\n\r\n`],
    ['no host', 'GET /a HTTP/1.1\r\n\r\n'],
    ['a space in the path', `GET /a b HTTP/1.1\r\n${host}\r\n`],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01'],
  ])('refuses %s with 400 and ends the connection', async (_, bytes) => {
    await start();
    const answer = await exchange(bytes + evil);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(gateway.events).toEqual([]);
  });

  test('answers what came before garbage on the same connection, in order, then 400', async () => {
    await start({
      routes: [{ route: 'GET /a', fn: { sleepsMs: 30, returns: { body: 'first' } } }],
    });
    const answer = await exchange(`GET /a HTTP/1.1\r\n${host}\r\nGARBAGE\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*firstHTTP\/1\.1 400 /);
  });

  test('answers an offer to upgrade as any request, and ends the connection: nobody waits for what follows', async () => {
    await start();
    const offer = 'Connection: Upgrade\r\nUpgrade: h2c\r\n';
    const answer = await exchange(
      `GET /a HTTP/1.1\r\n${host}${offer}\r\nGET /b HTTP/1.1\r\n${host}\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\nConnection: close\r\n/);
    expect(gateway.events).toHaveLength(1);
  });

  test('answers pipelined requests in their order', async () => {
    await start({
      routes: [
        { route: 'GET /slow', fn: { sleepsMs: 30, returns: { body: 'one,' } } },
        { route: 'GET /fast', fn: { returns: { body: 'two.' } } },
      ],
    });
    const answer = await exchange(
      `GET /slow HTTP/1.1\r\n${host}\r\nGET /fast HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    );
    expect(answer.replace(/HTTP[\s\S]*?\r\n\r\n/g, '')).toBe('one,two.');
  });
});

describe('names that JavaScript takes for its own', () => {
  test('arrive in the event as headers and query parameters', async () => {
    await start();
    const response = await gateway.send({
      path: '/__proto__?__proto__=p&constructor=c',
      headers: [
        ['__proto__', 'x'],
        ['constructor', 'y'],
        ['toString', 'z'],
      ],
    });
    expect(response.status).toBe(200);
    const [event] = gateway.events as [{ headers: object; queryStringParameters: object }];
    expect(Object.entries(event.headers)).toEqual(
      expect.arrayContaining([
        ['__proto__', 'x'],
        ['constructor', 'y'],
        ['toString', 'z'],
      ]),
    );
    expect(Object.entries(event.queryStringParameters)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('clients that vanish', () => {
  test('in the middle of the body: logged and counted, no function invoked', async () => {
    await start();
    const socket = await open();
    socket.write(`POST /a HTTP/1.1\r\n${host}Content-Length: 1000\r\n\r\nhalf`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.destroy();
    await until(() => gateway.logs.length > 0);
    expect(gateway.logs[0]!.message).toMatch(/ 400$/);
    expect(gateway.metrics.find(({ metric }) => metric.name === '4XXError')!.sample.value).toBe(1);
    expect(gateway.events).toEqual([]);
  });

  test('before the answer: the function ends, and the request is logged and counted', async () => {
    await start({ routes: [{ route: 'GET /a', fn: { sleepsMs: 50 } }] });
    const socket = await open();
    socket.write(`GET /a HTTP/1.1\r\n${host}\r\n`);
    await until(() => gateway.events.length === 1);
    socket.destroy();
    await until(() => gateway.logs.length > 0);
    expect(gateway.finished).toBe(1);
    expect(gateway.logs[0]!.message).toMatch(/ 200$/);
    expect(gateway.metrics.filter(({ metric }) => metric.name === 'Count')).toHaveLength(2);
  });

  test('in the middle of the answer: the next client is served', async () => {
    await start({ routes: [{ route: 'GET /a', fn: { answersBytes: 6_000_000 } }] });
    const socket = await open();
    socket.once('data', () => socket.destroy());
    socket.write(`GET /a HTTP/1.1\r\n${host}\r\n`);
    await new Promise((resolve) => socket.once('close', resolve));
    const response = await gateway.send({ path: '/a' });
    expect(response.status).toBe(200);
    expect(gateway.logs).toHaveLength(2);
  });
});

describe('slow clients', () => {
  test('are cut off when their headers do not come', async () => {
    await start({}, { limits: { headersMs: 50 } });
    expect(await exchange(`GET /a HTTP/1.1\r\n${host}`)).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('are cut off when their body does not come', async () => {
    await start({}, { limits: { headersMs: 40, requestMs: 60 } });
    const answer = await exchange(`POST /a HTTP/1.1\r\n${host}Content-Length: 10\r\n\r\nabc`);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(gateway.events).toEqual([]);
  });
});

test('a thousand idle connections leave room for a request, and none keeps the gateway from closing', async () => {
  await start({}, { limits: { closeMs: 100 } });
  const idle = await Promise.all(Array.from({ length: 1000 }, open));
  expect((await gateway.send({ path: '/a' })).status).toBe(200);
  const closed = Promise.all(
    idle.map((socket) => new Promise((resolve) => socket.once('close', resolve))),
  );
  await gateway.close();
  await closed;
  await start();
});

test('closing lets a request in progress finish and refuses new connections', async () => {
  await start({ routes: [{ route: 'GET /a', fn: { sleepsMs: 60 } }] });
  const response = gateway.send({ path: '/a' });
  await until(() => gateway.events.length === 1);
  const closing = gateway.close();
  await expect(gateway.send({ path: '/a' })).rejects.toThrow('ECONNREFUSED');
  expect((await response).status).toBe(200);
  await closing;
  await start();
});

test('closing does not wait for a connection that is kept alive after its last answer', async () => {
  await start(
    { routes: [{ route: 'GET /a', fn: { sleepsMs: 30 } }] },
    { limits: { closeMs: 60_000 } },
  );
  const socket = await open();
  socket.write(`GET /a HTTP/1.1\r\n${host}\r\n`);
  let answer = '';
  socket.on('data', (data) => {
    answer += data;
  });
  await until(() => gateway.events.length === 1);
  await gateway.close();
  await until(() => socket.destroyed || socket.readableEnded);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  await start();
});

test.each(['GET', 'POST'])('a connection serves one %s after the other', async (method) => {
  await start();
  const one = `${method} /a HTTP/1.1\r\n${host}Content-Length: 2\r\n\r\nhi`;
  const socket = await open();
  let answers = '';
  socket.on('data', (data) => {
    answers += data;
  });
  for (const count of [1, 2, 3]) {
    socket.write(one);
    await until(() => gateway.finished === count);
  }
  await until(() => answers.split('HTTP/1.1 200').length === 4);
  expect(answers).not.toContain('close');
  socket.destroy();
});

test('a port in use is an error of its own', async () => {
  await start();
  const { port } = gateway;
  const first = gateway;
  const { createHttpServer } = await import('./server.ts');
  const { defaultLimits } = await import('./limits.ts');
  const second = createHttpServer(async () => {}, defaultLimits);
  await expect(second.listen(port)).rejects.toThrow(`Port ${port} (API) is in use`);
  gateway = first;
});

test('telemetry that cannot be written costs one line, and no answer', async () => {
  const said = jest.spyOn(console, 'error').mockImplementation(() => {});
  const full = () => {
    throw new Error('ENOSPC: no space left on device');
  };
  const telemetry = { metrics: { put: full }, logs: { write: full }, traces: { segment: full } };
  await start({ methodSettings: { '*/*': { LoggingLevel: 'INFO' } } }, { telemetry });
  expect((await gateway.send({ path: '/a' })).status).toBe(200);
  expect(said.mock.calls).toEqual([
    ['gateway: telemetry of a request is lost: ENOSPC: no space left on device'],
  ]);
  said.mockRestore();
});

describe('sizes', () => {
  test('a body that announces too much is refused before it is sent', async () => {
    await start();
    const answer = await exchange(
      `POST /a HTTP/1.1\r\n${host}Content-Length: 99999999\r\nExpect: 100-continue\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('a body within the limit is asked for', async () => {
    await start();
    const head = `POST /a HTTP/1.1\r\n${host}Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`;
    const answer = await exchange(`${head}hi`);
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    expect(gateway.events[0]!['body']).toBe('hi');
    expect(gateway.events[0]!['headers']).not.toHaveProperty('Expect');
  });

  test('chunks without end are refused, whatever was announced', async () => {
    await start({}, { limits: { body: 1000, discard: 5000 } });
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
    const answer = await exchange(
      `POST /a HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(10)}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*HTTP content length exceeded 1000 bytes\.$/);
    expect(gateway.logs).toEqual([]);
  });

  test('a chunked body within the limit arrives whole', async () => {
    await start();
    const body = '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n';
    await exchange(
      `POST /a HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${body}`,
    );
    expect(gateway.events[0]!['body']).toBe('abcde');
  });

  test('thousands of header lines cost none of them', async () => {
    await start();
    const lines = 'a:b\r\n'.repeat(3000);
    const answer = await exchange(
      `POST /a HTTP/1.1\r\n${host}${lines}Connection: close\r\nContent-Length: 2\r\n\r\nhi`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(gateway.events[0]!['body']).toBe('hi');
  });

  test.each([
    [414, `/${'a'.repeat(10_241)}`, {}],
    [431, '/a', { 'X-Big': 'x'.repeat(21_000) }],
    [431, '/a', { 'X-Big': 'x'.repeat(60_000) }],
  ])('%i for %.10s… and its headers', async (status, path, headers) => {
    await start();
    expect((await gateway.send({ path, headers })).status).toBe(status);
    expect(gateway.logs).toEqual([]);
  });
});
