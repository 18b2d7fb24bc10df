import { describe, expect, jest, test } from '@jest/globals';
import { ask } from './testing/harness.ts';
import type { RouteSetup } from './testing/stage.ts';

const answer = async (fn: RouteSetup['fn'], more = {}, headers = {}, method = 'GET') => {
  const { response } = await ask(
    { routes: [{ route: 'ANY /a', fn }], ...more },
    { method, path: '/a', headers },
  );
  return response;
};

describe('a function’s answer is malformed', () => {
  test.each([
    ['a list', []],
    ['a number', 7],
    ['an unknown member', { statusCode: 200, cookies: [] }],
    ['a body that is an object', { body: {} }],
    ['a body that is a number', { body: 1 }],
    ['a status of 0', { statusCode: 0 }],
    ['a status of 99', { statusCode: 99 }],
    ['an informational status', { statusCode: 101 }],
    ['a status of 600', { statusCode: 600 }],
    ['a fraction as status', { statusCode: 200.5 }],
    ['a status with blanks', { statusCode: ' 200' }],
    ['an empty status', { statusCode: '' }],
    ['a boolean status', { statusCode: true }],
    ['headers that are a list', { headers: ['a'] }],
    ['a header that is an object', { headers: { a: {} } }],
    ['a header that ends the line', { headers: { a: 'b\r\nSet-Cookie: c' } }],
    ['a header with letters outside Latin-1', { headers: { a: 'منارة' } }],
    ['a header name with a blank', { headers: { 'a b': 'c' } }],
    ['a header name with a colon', { headers: { 'a:': 'c' } }],
    ['an object among multi-value headers', { multiValueHeaders: { a: [{}] } }],
    ['a flag that is text', { isBase64Encoded: 'true' }],
  ])('for %s', async (_, returns) => {
    const response = await answer({ returns });
    expect(response.status).toBe(502);
    expect(response.text).toBe('{"message": "Internal server error"}');
    expect(response.headers['x-amzn-trace-id']).toBeUndefined();
  });
});

describe('a function’s answer passes', () => {
  test.each([
    ['a status in text', { statusCode: '418' }, 418],
    ['a null status', { statusCode: null }, 200],
    ['null members', { headers: null, multiValueHeaders: null, body: null }, 200],
  ])('with %s', async (_, returns, status) => {
    expect((await answer({ returns })).status).toBe(status);
  });

  test('with the spelling of multiValueHeaders for a name in both maps', async () => {
    const returns = { multiValueHeaders: { 'x-MULTI': ['a'] }, headers: { 'X-Multi': 'b' } };
    const { headerLines } = await answer({ returns });
    expect(headerLines.filter(([name]) => /multi/i.test(name))).toEqual([
      ['x-MULTI', 'a'],
      ['x-MULTI', 'b'],
    ]);
  });

  test('with every Set-Cookie and the spelling of names', async () => {
    const multiValueHeaders = { 'set-COOKIE': ['a=1', 'b=2'] };
    const { headerLines } = await answer({
      returns: { multiValueHeaders, headers: { 'X-Num': 5 } },
    });
    expect(headerLines).toEqual(
      expect.arrayContaining([
        ['set-COOKIE', 'a=1'],
        ['set-COOKIE', 'b=2'],
        ['X-Num', '5'],
      ]),
    );
  });

  test('with the true length, whatever the function says', async () => {
    const response = await answer({ returns: { body: 'é', headers: { 'Content-Length': '99' } } });
    expect([response.headers['content-length'], response.text]).toEqual(['2', 'é']);
  });

  test('with ids of the gateway, not of the function', async () => {
    const headers = {
      'X-Amzn-RequestId': 'mine',
      'X-Amzn-Trace-Id': 'mine',
      'X-Amz-Apigw-Id': 'mine',
    };
    const response = await answer({ returns: { headers } });
    expect(response.headers['x-amz-apigw-id']).toMatch(/^[\w+/]{15}=$/);
    expect(response.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers['x-amzn-remapped-x-amzn-requestid']).toBe('mine');
    expect(response.headers['x-amzn-trace-id']).toMatch(/^Root=/);
  });

  test.each([
    ['HEAD', 200, '5'],
    ['GET', 304, undefined],
    ['GET', 204, undefined],
  ])('without a body for %s and %i', async (method, statusCode, length) => {
    const response = await answer({ returns: { statusCode, body: 'hello' } }, {}, {}, method);
    expect([response.text, response.headers['content-length']]).toEqual(['', length]);
    expect(response.headers['content-type']).toBe('application/json');
  });
});

describe('binary bodies', () => {
  const returns = { body: Buffer.from('hi').toString('base64'), isBase64Encoded: true };
  test.each([
    ['*/*', 'text/html', 'hi'],
    ['*/*', undefined, 'hi'],
    ['image/*', 'image/webp;q=0.9, */*', 'hi'],
    ['image/png', 'text/html, image/png', 'aGk='],
    ['image/png', undefined, 'aGk='],
    ['image/*', 'image/*', 'hi'],
    ['*/png', 'image/png', 'aGk='],
  ])('API %s, Accept %s', async (type, accept, text) => {
    const headers = accept ? { Accept: accept } : {};
    expect((await answer({ returns }, { binaryMediaTypes: [type] }, headers)).text).toBe(text);
  });

  test.each(['not base64!', 'abc', 'ab=c'])('that are no base64 are 500: %s', async (body) => {
    const bad = { body, isBase64Encoded: true };
    const response = await answer({ returns: bad }, { binaryMediaTypes: ['*/*'] });
    expect(response.status).toBe(500);
  });
});

describe('Lambda', () => {
  test.each([
    [413, 413, '{"message": "Request Too Long"}'],
    [404, 500, '{"message": "Internal server error"}'],
    [500, 500, '{"message": "Internal server error"}'],
  ])('answering %i is %i', async (invokeStatus, status, text) => {
    const response = await answer({ invokeStatus });
    expect([response.status, response.text]).toEqual([status, text]);
  });

  test('answering in time leaves no timer behind', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    await answer({ returns: {} });
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  test('that cannot be reached is 504', async () => {
    const response = await answer({ unreachable: 'connection refused' });
    expect([response.status, response.text]).toEqual([
      504,
      '{"message": "Network error communicating with endpoint"}',
    ]);
  });

  test('answers with the trace of the request', async () => {
    const response = await answer(
      { returns: {} },
      {},
      { 'X-Amzn-Trace-Id': 'Root=1-5759e988-bd862e3fe1be46a994272793' },
    );
    expect(response.headers['x-amzn-trace-id']).toMatch(
      /^Root=1-5759e988-bd862e3fe1be46a994272793;Parent=[0-9a-f]{16};Sampled=0$/,
    );
  });

  test('is not invoked through a mapping that AWS accepts and cannot do', async () => {
    const requestParameters = { 'integration.request.header.Transfer-Encoding': "'x'" };
    const { response, gateway } = await ask(
      { routes: [{ route: 'GET /a', requestParameters }] },
      { path: '/a' },
    );
    expect(response.status).toBe(500);
    expect(gateway.events).toEqual([]);
  });
});
