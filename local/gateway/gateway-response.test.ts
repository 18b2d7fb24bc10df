import { describe, expect, jest, test } from '@jest/globals';
import { ask } from './testing/harness.ts';
import type { ApiSetup } from './testing/stage.ts';

const nope = async (gatewayResponses: ApiSetup['gatewayResponses'], request = {}, more = {}) => {
  const setup = { routes: [{ route: 'GET /items' }], gatewayResponses, ...more };
  return (await ask(setup, { path: '/nope', ...request })).response;
};

describe('a gateway response', () => {
  test('of its own type wins whole over the family’s', async () => {
    const response = await nope({
      MISSING_AUTHENTICATION_TOKEN: { statusCode: 404, headers: { 'X-Own': "'1'" } },
      DEFAULT_4XX: { statusCode: 418, headers: { 'X-Family': "'1'" }, template: 'family' },
    });
    expect(response.status).toBe(404);
    expect(response.text).toBe('{"message":"Missing Authentication Token"}');
    expect(response.headers).toMatchObject({
      'x-own': '1',
      'x-amzn-errortype': 'MissingAuthenticationTokenException',
    });
    expect(response.headers['x-family']).toBeUndefined();
  });

  test('for an unknown route with a bearer token comes from the family', async () => {
    const responses = {
      MISSING_AUTHENTICATION_TOKEN: { statusCode: 404 },
      DEFAULT_4XX: { template: 'family' },
    };
    const response = await nope(responses, { headers: { Authorization: 'Bearer x' } });
    expect([response.status, response.text]).toEqual([403, 'family']);
  });

  test('takes plain variables, of the stage and the request too, and no Velocity', async () => {
    const template =
      '#if(true)$context.error.responseType ${context.stage} $stageVariables.v $method.request.header.X-In $method.request.querystring.q [$context.nothing] $context.requestId.x#end';
    const response = await nope(
      { DEFAULT_4XX: { template } },
      { path: '/nope?q=2', headers: { 'X-In': '1' } },
      { stageVariables: { v: 'var' } },
    );
    expect(response.text).toBe('#if(true)MISSING_AUTHENTICATION_TOKEN dev var 1 2 [] #end');
  });

  test('leaves out a header that a client would break', async () => {
    const headers = {
      'X-Q': 'method.request.querystring.q',
      'X-R': 'method.request.querystring.r',
    };
    const response = await nope(
      { DEFAULT_4XX: { headers } },
      { path: '/nope?q=a%0d%0aSet-Cookie:b&r=ok' },
    );
    expect(response.status).toBe(403);
    expect(response.headers).toMatchObject({ 'x-r': 'ok' });
    expect(response.headers).not.toHaveProperty('x-q');
  });

  test('can replace the request id of the answer', async () => {
    const headers = { 'X-AMZN-RequestId': 'context.extendedRequestId' };
    const { headerLines } = await nope({ DEFAULT_4XX: { headers } });
    const ids = headerLines.filter(([name]) => /requestid|apigw-id/i.test(name));
    expect(ids.map(([name]) => name)).toEqual(['x-amz-apigw-id', 'X-AMZN-RequestId']);
    expect(ids[0]![1]).toBe(ids[1]![1]);
  });

  test('leaves the framing of the message to the gateway', async () => {
    const headers = { 'Content-Length': "'5'", 'transfer-encoding': "'chunked'" };
    const response = await nope({ DEFAULT_4XX: { headers } });
    expect(response.headers['content-length']).toBe('42');
    expect(response.headers).not.toHaveProperty('transfer-encoding');
  });

  test('takes Authorization, Host and User-Agent of a request in any spelling', async () => {
    const headers = { 'X-UA': 'method.request.header.user-agent' };
    const request = { headers: { 'USER-AGENT': 'me' } };
    expect((await nope({ DEFAULT_4XX: { headers } }, request)).headers['x-ua']).toBe('me');
  });

  test('takes path parameters of the method that refuses', async () => {
    const { response } = await ask(
      {
        routes: [{ route: 'GET /a/{id}', auth: 'COGNITO' }],
        gatewayResponses: { UNAUTHORIZED: { headers: { 'X-Id': 'method.request.path.id' } } },
      },
      { path: '/a/7' },
    );
    expect([response.status, response.headers['x-id']]).toEqual([401, '7']);
  });

  test('to an error of the gateway’s own says nothing of it to the client', async () => {
    const said = jest.spyOn(console, 'error').mockImplementation(() => {});
    const invoke = () => {
      throw new Error('a mistake');
    };
    const { response } = await ask({ routes: [{ route: 'GET /a' }] }, { path: '/a' }, { invoke });
    expect([response.status, response.text]).toEqual([500, '{"message": "Internal server error"}']);
    expect(said.mock.calls).toEqual([['gateway: a mistake']]);
    said.mockRestore();
  });

  test('does not look into what an object inherits', async () => {
    const response = await nope({
      DEFAULT_4XX: { template: '[$context.constructor.name][$context.error]' },
    });
    expect(response.text).toBe('[][]');
  });

  test('has the content type that its header gives', async () => {
    const headers = {
      'Content-Type': "'application/problem+json'",
      'x-request-id': 'context.extendedRequestId',
    };
    const response = await nope({ DEFAULT_4XX: { headers, template: '{}' } });
    expect(response.headerLines.filter(([name]) => /^content-type$/i.test(name))).toEqual([
      ['Content-Type', 'application/problem+json'],
    ]);
    expect(response.headers['x-request-id']).toBe(response.headers['x-amz-apigw-id']);
  });

  test.each([
    ['REQUEST_TOO_LARGE', 413, { method: 'POST', path: '/items', body: 'x'.repeat(6_500_000) }],
  ])('customizes %s made by the execution', async (type, status, request) => {
    const setup = {
      routes: [{ route: 'POST /items' }],
      gatewayResponses: { [type]: { template: 'custom' } },
    };
    const { response } = await ask(setup, request);
    expect([response.status, response.text]).toEqual([status, 'custom']);
  });
});
