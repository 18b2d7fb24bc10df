import { describe, expect, test } from '@jest/globals';
import { apisFromStage } from './api.ts';
import { ask, type RawRequest, startGateway } from './testing/harness.ts';
import { type ApiSetup, apiId, stageOf } from './testing/stage.ts';

interface ProxyEvent {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly multiValueHeaders: Record<string, string[]>;
  readonly queryStringParameters: Record<string, string> | null;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
  readonly requestContext: Record<string, unknown>;
}

const eventOf = async (request: RawRequest, setup: Partial<ApiSetup> = {}): Promise<ProxyEvent> => {
  const { gateway } = await ask({ routes: [{ route: 'ANY /{proxy+}' }], ...setup }, request);
  return gateway.events[0] as unknown as ProxyEvent;
};

describe('the endpoint that was called', () => {
  test('is a custom domain at the root, without the stage', async () => {
    const { path, requestContext } = await eventOf({
      path: '/items',
      headers: { Host: 'localhost:4001' },
    });
    expect(path).toBe('/items');
    expect(requestContext).toMatchObject({
      path: '/items',
      stage: 'dev',
      domainName: 'localhost',
      domainPrefix: 'localhost',
    });
  });

  test('is the API’s own domain, which the template maps to the stage', async () => {
    const stage = stageOf({ routes: [{ route: 'GET /items' }] });
    const mapping = {
      stack: 'Api',
      logicalId: 'Mapping',
      type: 'AWS::ApiGateway::BasePathMapping',
      ref: 'mapping',
      properties: { RestApiId: apiId, DomainName: 'API.example.com' },
    };
    const ofType = (type: string) => [
      ...stage.ofType(type),
      ...(type === mapping.type ? [mapping] : []),
    ];
    const [api] = apisFromStage({ ...stage, ofType });
    const headers = { Host: 'api.example.com' };
    const setup = { routes: [{ route: 'GET /items' }] };
    const { gateway } = await ask(setup, { path: '/items', headers }, { api });
    expect(gateway.events[0]!['requestContext']).toMatchObject({
      domainName: 'api.example.com',
      domainPrefix: 'api',
      path: '/items',
    });
  });

  test('is the execute-api endpoint by its host, with the stage', async () => {
    const Host = `${apiId}.execute-api.localhost:4001`;
    const { path, requestContext, headers } = await eventOf({
      path: '/dev/items',
      headers: { Host },
    });
    expect(path).toBe('/items');
    expect(requestContext).toMatchObject({ path: '/dev/items', domainPrefix: apiId });
    expect(headers['Host']).toBe(Host);
  });

  test.each([
    ['an unknown stage', '/prod/items', `${apiId}.execute-api.localhost`, {}],
    ['no stage', '/', `${apiId}.execute-api.localhost`, {}],
    ['another API', '/dev/items', 'zzzzzzzzzz.execute-api.localhost', {}],
    [
      'a disabled endpoint',
      '/dev/items',
      `${apiId}.execute-api.localhost`,
      { disableExecuteApi: true },
    ],
    ['a domain that is not mapped', '/items', 'rebound.example', {}],
  ])('is forbidden for %s', async (_, path, Host, more) => {
    const setup = {
      routes: [{ route: 'ANY /{proxy+}' }],
      accessLogFormat: '$context.requestId',
      ...more,
    };
    const { response, gateway } = await ask(setup, { path, headers: { Host } });
    expect(response.status).toBe(403);
    expect(response.text).toBe('{"message":"Forbidden"}');
    expect(response.headers['x-amzn-errortype']).toBe('ForbiddenException');
    expect(gateway.logs).toEqual([]);
  });

  test.each([
    ['/dev', '/'],
    ['/dev/', '/'],
    ['/dev//x', '/x'],
    ['//dev/x', '/x'],
  ])('has the path %s → %s', async (path, expected) => {
    const routes = [{ route: 'ANY /' }, { route: 'ANY /x' }];
    const headers = { Host: `${apiId}.execute-api.localhost` };
    const event = await eventOf({ path, headers }, { routes });
    expect(event.path).toBe(expected);
  });
});

describe('headers', () => {
  test('of the connection stay out, whatever their case', async () => {
    const { headers } = await eventOf({
      method: 'POST',
      path: '/a',
      body: 'x',
      headers: {
        CONNECTION: 'close',
        te: 'trailers',
        'Content-MD5': 'x',
        'Max-Forwards': '1',
        'X-Own': '1',
      },
    });
    expect(Object.keys(headers)).toEqual([
      'X-Own',
      'Host',
      'X-Amzn-Trace-Id',
      'X-Forwarded-For',
      'X-Forwarded-Port',
      'X-Forwarded-Proto',
    ]);
  });

  test('that the gateway sets are not the client’s', async () => {
    const { headers, multiValueHeaders } = await eventOf({
      path: '/a',
      headers: {
        'x-forwarded-for': '1.2.3.4',
        'x-forwarded-proto': 'http',
        'X-FORWARDED-PORT': '80',
      },
    });
    expect(headers).toMatchObject({
      'X-Forwarded-For': '1.2.3.4, 127.0.0.1',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Port': '443',
    });
    for (const map of [headers, multiValueHeaders]) {
      expect(Object.keys(map).filter((name) => /forwarded/i.test(name))).toHaveLength(3);
    }
  });
});

test('no two of a thousand requests share an id', async () => {
  const gateway = await startGateway({ routes: [{ route: 'GET /a' }], tracing: true });
  for (let i = 0; i < 1000; i += 1) await gateway.send({ path: '/a' });
  await gateway.close();
  const of = (read: (context: Record<string, unknown>) => unknown) =>
    new Set(gateway.events.map((e) => read(e['requestContext'] as Record<string, unknown>))).size;
  expect(of(({ extendedRequestId }) => extendedRequestId)).toBe(1000);
  expect(of(({ requestId }) => requestId)).toBe(1000);
  expect(new Set(gateway.traceHeaders.map((h) => h.split(';')[0])).size).toBe(1000);
});

describe('the request id', () => {
  const id = '11111111-2222-4333-8444-555555555555';
  test.each([
    [id, id],
    ['mine', expect.stringMatching(/^[0-9a-f-]{36}$/)],
  ])('%s from the client becomes %s', async (offered, expected) => {
    const { requestContext } = await eventOf({
      path: '/a',
      headers: { 'x-amzn-RequestId': offered },
    });
    expect(requestContext['requestId']).toEqual(expected);
    expect(requestContext['extendedRequestId']).toMatch(/^[\w+/]{15}=$/);
  });
});

describe('the body', () => {
  const bytes = Buffer.from([0xff, 0x00, 0x41]);
  test.each([
    ['image/png', ['image/png'], bytes.toString('base64'), true],
    ['image/png; a=b', ['image/*'], bytes.toString('base64'), true],
    ['IMAGE/PNG', ['image/png'], bytes.toString('base64'), true],
    ['image/png', ['*/png'], '\ufffd\u0000A', false],
    ['image/png', [], '\ufffd\u0000A', false],
  ])('of type %s with %j', async (type, binaryMediaTypes, body, isBase64Encoded) => {
    const headers = { 'Content-Type': type };
    const event = await eventOf(
      { method: 'POST', path: '/a', body: bytes, headers },
      { binaryMediaTypes },
    );
    expect(event).toMatchObject({ body, isBase64Encoded });
  });

  test('is null where it is empty', async () => {
    const event = await eventOf(
      { method: 'POST', path: '/a', body: '' },
      { binaryMediaTypes: ['*/*'] },
    );
    expect(event).toMatchObject({ body: null, isBase64Encoded: false });
  });
});

describe('the query', () => {
  test.each([
    ['?a=1%262&b=c+d%2B', { a: '1&2', b: 'c d+' }],
    ['?a;b=1', { a: '', b: '1' }],
    ['?a=%zz&b=%C3%A9', { a: '%zz', b: 'é' }],
    ['?a=b=c', { a: 'b=c' }],
    ['?', null],
    ['?&&', null],
    ['?a=x?y/z', { a: 'x?y/z' }],
  ])('%s', async (query, expected) => {
    expect((await eventOf({ path: `/a${query}` })).queryStringParameters).toEqual(expected);
  });
});

test.each(['|', '{', '}'])(
  'a %s that is not encoded in the query is refused',
  async (character) => {
    const { response, gateway } = await ask(
      { routes: [{ route: 'GET /a' }] },
      { path: `/a?q=${character}` },
    );
    expect(response.status).toBe(400);
    expect(gateway.events).toEqual([]);
  },
);

test('X-HTTP-Method-Override replaces the method', async () => {
  const headers = { 'X-HTTP-Method-Override': 'PATCH' };
  const { gateway } = await ask(
    { routes: [{ route: 'PATCH /a' }] },
    { method: 'POST', path: '/a', headers },
  );
  expect(gateway.events[0]).toMatchObject({ httpMethod: 'PATCH' });
});
