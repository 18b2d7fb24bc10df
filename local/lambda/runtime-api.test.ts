import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { maxResponseBytes, oversize } from './invocation.ts';
import { createRuntimeApi, type RuntimeApi, type RuntimeListener } from './runtime-api.ts';
import { traceOf } from './trace-header.ts';

/** A bare runtime client against the API; `heard` is what reaches the environment. */
let api: RuntimeApi;
let heard: unknown[][];

beforeEach(async () => {
  heard = [];
  const hear =
    (what: string) =>
    (...args: unknown[]) =>
      void heard.push([what, ...args]);
  const listener: RuntimeListener = {
    next: hear('next'),
    answering: hear('answering'),
    answer: hear('answer'),
    initError: hear('initError'),
  };
  api = await createRuntimeApi(listener);
});

afterEach(() => api.close());

const call = async (method: string, path: string, body?: string, headers = {}) => {
  const url = `http://${api.address}/2018-06-01/runtime/${path}`;
  const response = await fetch(url, {
    method,
    headers: { connection: 'close', ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
};

const event = {
  requestId: '8476a536-e9f4-11e8-9739-2dfe598c3fcd',
  functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:f:live',
  trace: traceOf('PassThrough', 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1', 0),
  payload: '{"text":"Grüße"}',
};

async function next() {
  const answer = call('GET', 'invocation/next');
  while (heard.at(-1)?.[0] !== 'next') await new Promise((resolve) => setTimeout(resolve, 1));
  api.deliver(event, 1_542_409_706_888);
  return answer;
}

const failed = (payload: string, errorType: string) => ({ status: 'error', payload, errorType });

const path = (what: string, id = event.requestId) => `invocation/${id}/${what}`;

describe('next', () => {
  test('waits for the event and has all its headers', async () => {
    const { status, headers, body } = await next();
    expect(status).toBe(200);
    expect(body).toEqual({ text: 'Grüße' });
    expect(Object.fromEntries(headers)).toMatchObject({
      'lambda-runtime-aws-request-id': event.requestId,
      'lambda-runtime-deadline-ms': '1542409706888',
      'lambda-runtime-invoked-function-arn': event.functionArn,
      'lambda-runtime-trace-id': event.trace.header,
    });
    expect(headers.has('lambda-local-fault')).toBe(false);
  });

  test('is refused while an invocation runs', async () => {
    await next();
    const { status, body } = await call('GET', 'invocation/next');
    expect([status, body]).toEqual([
      403,
      expect.objectContaining({ errorType: 'InvalidStateTransition' }),
    ]);
  });
});

describe('an outcome', () => {
  test('is accepted', async () => {
    await next();
    const { status, body } = await call('POST', path('response'), '{"n":"ü"}');
    expect([status, body]).toEqual([202, { status: 'OK' }]);
    expect(heard.slice(-2)).toEqual([
      ['answering'],
      ['answer', { status: 'success', payload: '{"n":"ü"}' }],
    ]);
  });

  test('that is an error carries its type from the header', async () => {
    await next();
    const payload = '{"errorMessage":"m","errorType":"E","stackTrace":[]}';
    const headers = { 'Lambda-Runtime-Function-Error-Type': 'Runtime.Boom' };
    expect((await call('POST', path('error'), payload, headers)).status).toBe(202);
    expect(heard.at(-1)).toEqual(['answer', failed(payload, 'Runtime.Boom')]);
  });

  test.each([
    ['{"errorType":"Function.Boom"}', 'Function.Boom'],
    ['{"errorType":"E"}', 'Runtime.Unknown'],
    ['no JSON', 'Runtime.Unknown'],
  ])('without that header, of the body %s, has the type %s', async (payload, errorType) => {
    await next();
    await call('POST', path('error'), payload);
    expect(heard.at(-1)).toEqual(['answer', failed(payload, errorType)]);
  });

  test.each(['response', 'error'])('for another request id (%s) is refused', async (what) => {
    await next();
    const { status, body } = await call('POST', path(what, 'bogus'), '{}');
    expect([status, body]).toEqual([
      400,
      { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' },
    ]);
  });

  test.each(['response', 'error'])('sent twice (%s) is refused', async (what) => {
    await next();
    await call('POST', path('response'), '{}');
    expect((await call('POST', path(what), '{}')).status).toBe(403);
    expect(heard.filter(([kind]) => kind === 'answer')).toHaveLength(1);
  });

  test('for another request id is told so also when there is nothing to answer', async () => {
    await next();
    await call('POST', path('response'), '{}');
    expect((await call('POST', path('response', 'bogus'), '{}')).status).toBe(400);
  });

  test('that breaks off is none: the runtime may send it again', async () => {
    await next();
    const [host, port] = api.address.split(':');
    const socket = connect(Number(port), host);
    const url = `/2018-06-01/runtime/${path('response')}`;
    socket.write(`POST ${url} HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf`);
    while (heard.at(-1)?.[0] !== 'answering') await new Promise((go) => setTimeout(go, 1));
    socket.destroy();
    await once(socket, 'close');
    expect((await call('POST', path('response'), '{}')).status).toBe(202);
  });

  test('before any event is refused', async () => {
    expect((await call('POST', path('response'), '{}')).status).toBe(400);
  });

  test('may echo the id of the delivery, and is refused with another', async () => {
    const { headers } = await next();
    const id = headers.get('lambda-runtime-invocation-id')!;
    const respond = (echo: string) =>
      call('POST', path('response'), '{}', { 'Lambda-Runtime-Invocation-Id': echo });
    const { status, body } = await respond('of an earlier delivery');
    expect([status, body.errorType]).toEqual([400, 'InvalidInvocationId']);
    expect((await respond(id)).status).toBe(202);
  });

  test('of the largest size is accepted, one byte more is not', async () => {
    await next();
    await call('POST', path('response'), 'x'.repeat(maxResponseBytes));
    expect(heard.at(-1)).toMatchObject(['answer', { status: 'success' }]);
    await next();
    const { status, body } = await call('POST', path('response'), 'x'.repeat(maxResponseBytes + 1));
    expect([status, body]).toEqual([
      413,
      {
        errorType: 'RequestEntityTooLarge',
        errorMessage: 'Exceeded maximum allowed payload size (6291556 bytes).',
      },
    ]);
    expect(heard.at(-1)).toEqual(['answer', oversize]);
  });
});

describe('an init error', () => {
  test('is accepted before the first event', async () => {
    const payload = '{"errorType":"Runtime.ImportModuleError","errorMessage":"m"}';
    expect((await call('POST', 'init/error', payload)).status).toBe(202);
    expect(heard).toEqual([['initError', failed(payload, 'Runtime.ImportModuleError')]]);
  });

  test('is refused after it, until another process starts', async () => {
    await next();
    expect((await call('POST', 'init/error', '{}')).status).toBe(403);
    api.reset();
    expect((await call('POST', 'init/error', '{}')).status).toBe(202);
  });
});

test('what is not part of the API is refused', async () => {
  expect((await call('GET', 'invocation/last')).status).toBe(404);
  expect((await call('PUT', path('response'), '{}')).status).toBe(404);
});
