import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from '@jest/globals';

test('the client puts an answer together from whatever pieces it arrives in', async () => {
  const asked: string[] = [];
  const answers = ['{"text":"Grüße"}', '{"status":"OK"}'].map((body) => {
    const length = Buffer.byteLength(body);
    return Buffer.from(
      `HTTP/1.1 200 OK\r\nLambda-Runtime-Trace-Id: Root=1: 2\r\ncontent-length: ${length}\r\n\r\n${body}`,
    );
  });
  const server = createServer({ noDelay: true }, (socket) => {
    socket.unref();
    socket.on('data', async (bytes) => {
      asked.push(String(bytes));
      for (const byte of answers.shift() ?? []) {
        socket.write(Buffer.of(byte));
        await new Promise(setImmediate);
      }
    });
  });
  server.unref();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env['AWS_LAMBDA_RUNTIME_API'] = address;
  const { next, postResponse } = await import(
    new URL('./runtime/runtime-client.js', import.meta.url).href
  );
  expect(await next()).toEqual({
    headers: { 'lambda-runtime-trace-id': 'Root=1: 2', 'content-length': '18' },
    body: '{"text":"Grüße"}',
  });
  expect((await postResponse('id', '"ü"')).body).toBe('{"status":"OK"}');
  expect(asked).toEqual([
    expect.stringMatching(/^GET \/2018-06-01\/runtime\/invocation\/next HTTP\/1.1\r\nhost: /),
    `POST /2018-06-01/runtime/invocation/id/response HTTP/1.1\r\nhost: ${address}\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\n"ü"`,
  ]);
});
