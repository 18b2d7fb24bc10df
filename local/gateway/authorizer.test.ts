import { describe, expect, test } from '@jest/globals';
import { apisFromStage } from './api.ts';
import type { ApiModel } from './api-model.ts';
import { ask, token } from './testing/harness.ts';
import { type RouteSetup, stageOf } from './testing/stage.ts';

const now = Math.floor(Date.now() / 1000);
const id = { token_use: 'id', exp: now + 60, aud: 'client' };
const access = { token_use: 'access', exp: now + 60, scope: 'items/read items/write' };

const call = (route: Partial<RouteSetup>, Authorization: string, more = {}) =>
  ask(
    {
      routes: [{ route: 'GET /a', auth: 'COGNITO', ...route }],
      accessLogFormat:
        '$context.requestId|$context.authorizer.error|$context.authorizer.claims.sub|$context.authorizer.claims.cognito:groups',
      ...more,
    },
    { path: '/a', headers: { Authorization } },
  );

/** The API of one method behind an authorizer with some properties changed. */
const withAuthorizer = (properties: object): ApiModel => {
  const stage = stageOf({ routes: [{ route: 'GET /a', auth: 'COGNITO' }] });
  const resources = stage.resources.map((r) => ({
    ...r,
    properties: { ...r.properties, ...(r.ref === 'authorizer' && properties) },
  }));
  const find = (ref: string) => resources.find((r) => r.ref === ref);
  return apisFromStage({ ...stage, resources, find })[0]!;
};

describe('the Cognito authorizer', () => {
  test.each([
    ['an ID token without scopes', {}, id, 200],
    ['an access token without scopes', {}, access, 401],
    ['an access token with one of the scopes', { scopes: ['x', 'items/read'] }, access, 200],
    ['an access token without the scope', { scopes: ['items/admin'] }, access, 403],
    ['a scope that only begins alike', { scopes: ['items/rea'] }, access, 403],
    ['an ID token with scopes', { scopes: ['items/read'] }, id, 401],
    ['an expired token', {}, { ...id, exp: now - 1 }, 401],
  ])('answers %s', async (_, route, claims, status) => {
    const { response, gateway } = await call(route, `Bearer ${token(claims)}`);
    expect(response.status).toBe(status);
    expect(gateway.events).toHaveLength(status === 200 ? 1 : 0);
  });

  test('says that a token has expired', async () => {
    const { response, gateway } = await call({}, token({ ...id, exp: now - 1 }));
    expect(response.text).toBe('{"message":"The incoming token has expired"}');
    expect(gateway.logs[0]!.message).toContain('|The incoming token has expired|-|-');
  });

  test.each(['', 'Bearer', 'Bearer ', 'a.b', 'Basic dTpw', `Token ${token(id)}`, `${token(id)}.x`])(
    'refuses %j without asking the pool',
    async (authorization) => {
      const { response } = await call({}, authorization);
      expect(response.status).toBe(401);
      expect(response.text).toBe('{"message":"Unauthorized"}');
    },
  );

  test('refuses a method ARN above 1,600 bytes with 414, where there is an authorizer', async () => {
    const routes = [{ route: 'GET /a/{id}', auth: 'COGNITO' as const }, { route: 'GET /b/{id}' }];
    const status = async (path: string) =>
      (await ask({ routes }, { path, headers: { Authorization: token(id) } })).response.status;
    // arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/dev/GET/a/ has 67 bytes.
    expect(await status(`/a/${'x'.repeat(1533)}`)).toBe(200);
    expect(await status(`/a/${'x'.repeat(1534)}`)).toBe(414);
    expect(await status(`/b/${'x'.repeat(1534)}`)).toBe(200);
  });

  test.each(['authorization', 'AUTHORIZATION', 'X-Token'])(
    'finds its token in %s, whatever the spelling of the identity source',
    async (name) => {
      const api = withAuthorizer({ IdentitySource: `method.request.header.${name}` });
      const headers = { [name.toLowerCase()]: token(id) };
      const { response } = await ask(
        { routes: [{ route: 'GET /a' }] },
        { path: '/a', headers },
        { api },
      );
      expect(response.status).toBe(200);
    },
  );

  test.each([
    ['cli.nt', 'client', 200],
    ['cli.nt', 'another', 401],
    ['.*', undefined, 401],
  ])(
    'with the identity validation expression %s answers the audience %s with %i',
    async (IdentityValidationExpression, aud, status) => {
      const api = withAuthorizer({ IdentityValidationExpression });
      const headers = { Authorization: token({ ...id, aud }) };
      const { response } = await ask(
        { routes: [{ route: 'GET /a' }] },
        { path: '/a', headers },
        { api },
      );
      expect(response.status).toBe(status);
    },
  );

  test('that cannot be asked is 500', async () => {
    const setup = { routes: [{ route: 'GET /a', auth: 'COGNITO' as const }] };
    const headers = { Authorization: token(id) };
    const verifyToken = () => Promise.reject(new Error('no keys'));
    const { response } = await ask(setup, { path: '/a', headers }, { verifyToken });
    expect(response.status).toBe(500);
    expect(response.headers['x-amzn-errortype']).toBe('AuthorizerConfigurationException');
    expect(response.text).not.toContain('no keys');
  });

  test('is asked before the validator', async () => {
    const route = { validator: 'params', required: ['querystring.q'] } as const;
    expect((await call(route, 'nonsense')).response.status).toBe(401);
    expect((await call(route, token(id))).response.status).toBe(400);
  });

  test('hands claims on as text', async () => {
    const claims = {
      ...id,
      sub: 's',
      'cognito:groups': ['a', 'b'],
      iat: 0,
      email_verified: true,
      auth_time: 5,
    };
    const { gateway } = await call({}, token(claims));
    const context = gateway.events[0]!['requestContext'] as { authorizer: { claims: object } };
    expect(context.authorizer.claims).toMatchObject({
      'cognito:groups': 'a,b',
      iat: 'Thu Jan 01 00:00:00 UTC 1970',
      email_verified: 'true',
      auth_time: '5',
    });
    expect(gateway.logs[0]!.message).toMatch(/\|-\|s\|a,b$/);
  });
});

describe('an AWS_IAM method', () => {
  test.each([
    ['nothing', {}, 403, 'MissingAuthenticationTokenException'],
    ['a bearer token', { Authorization: 'Bearer x' }, 403, 'IncompleteSignatureException'],
    [
      'a signature, which cannot be checked here',
      { Authorization: 'AWS4-HMAC-SHA256 Credential=a' },
      500,
      'AuthorizerConfigurationException',
    ],
  ])('refuses %s', async (_, headers, status, errorType) => {
    const setup = { routes: [{ route: 'GET /a', auth: 'AWS_IAM' as const }] };
    const { response, gateway } = await ask(setup, { path: '/a', headers });
    expect([response.status, response.headers['x-amzn-errortype']]).toEqual([status, errorType]);
    expect(gateway.events).toEqual([]);
  });

  test.each([{}, { Authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c' }])(
    'is told apart from an unknown route, where no signature helps: %j',
    async (headers) => {
      const { response } = await ask({ routes: [] }, { path: '/nope', headers });
      expect(response.text).toBe('{"message":"Missing Authentication Token"}');
    },
  );

  test('never repeats a bearer token in its answer', async () => {
    const setup = { routes: [{ route: 'GET /a' }] };
    const headers = { Authorization: 'Bearer secret-token' };
    const { response } = await ask(setup, { path: '/nope', headers });
    expect(response.text).not.toContain('secret-token');
  });
});
