import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, generateKeyPair, importJWK, jwtVerify, SignJWT } from 'jose';
import { stageOf } from '../template/stage-of.ts';
import { createSignIn, type SignIn } from './sign-in.ts';
import { fetchToken } from './token.ts';

const site = 'http://127.0.0.1:4000';
const poolId = 'eu-west-1_Pool';
const poolArn = `arn:local:${poolId}`;
const verifier = 'a-verifier-of-at-least-forty-three-characters-0123456789';
const challenge = createHash('sha256').update(verifier).digest('base64url');

const ofPool = { UserPoolId: poolId };
const browser = {
  ...ofPool,
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['openid', 'email', 'items/read', 'items/write'],
  CallbackURLs: ['https://app.example.com/callback'],
  LogoutURLs: ['https://app.example.com/'],
  AccessTokenValidity: 10,
  TokenValidityUnits: { AccessToken: 'minutes' },
};

const template = (client: Record<string, unknown> = {}, pool: Record<string, unknown> = {}) =>
  stageOf([
    { type: 'AWS::Cognito::UserPool', ref: poolId, properties: pool },
    { type: 'AWS::Cognito::UserPool', ref: 'eu-west-1_Other' },
    {
      type: 'AWS::Cognito::UserPoolResourceServer',
      properties: {
        ...ofPool,
        Identifier: 'items',
        Scopes: ['read', 'write', 'ephemeral'].map((ScopeName) => ({ ScopeName })),
      },
    },
    { type: 'AWS::Cognito::UserPoolClient', ref: 'web', properties: { ...browser, ...client } },
    { type: 'AWS::Cognito::UserPoolClient', ref: 'other', properties: browser },
    {
      type: 'AWS::Cognito::UserPoolClient',
      ref: 'load',
      properties: {
        ...ofPool,
        ClientName: 'load-1',
        GenerateSecret: true,
        AllowedOAuthFlows: ['client_credentials'],
        AllowedOAuthScopes: ['items/read', 'items/ephemeral'],
      },
    },
    {
      type: 'AWS::Cognito::UserPoolClient',
      ref: 'careless',
      properties: { ...browser, AllowedOAuthFlows: ['client_credentials'] },
    },
  ]);

const directory = mkdtempSync(join(tmpdir(), 'sign-in-'));
const running: SignIn[] = [];
let clock = Date.now();

async function start(stage = template(), port = 0, folder = directory): Promise<SignIn> {
  const options = { stage, port, directory: folder, siteOrigins: [site], now: () => clock };
  const signIn = await createSignIn(options);
  running.push(signIn);
  return signIn;
}

const get = (signIn: SignIn, path: string, headers: Record<string, string> = {}) =>
  fetch(signIn.url + path, { redirect: 'manual', headers });

const post = (
  signIn: SignIn,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
) =>
  fetch(signIn.url + path, {
    method: 'POST',
    redirect: 'manual',
    headers,
    body: new URLSearchParams(form),
  });

const request = (changes: Record<string, string | undefined> = {}) =>
  new URLSearchParams(
    Object.entries({
      response_type: 'code',
      client_id: 'web',
      redirect_uri: `${site}/callback`,
      scope: 'openid email items/read',
      state: 'xyz',
      nonce: 'n1',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...changes,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

const locationOf = (response: Response) => new URL(response.headers.get('location') ?? '', site);

/** Signs a person in and gives the redirect back to the client. */
async function logIn(signIn: SignIn, username: string, changes: Record<string, string> = {}) {
  const response = await post(signIn, `/login?${request(changes)}`, { username });
  return { to: locationOf(response), cookie: response.headers.get('set-cookie') ?? '' };
}

const exchange = async (signIn: SignIn, form: Record<string, string>) => {
  const response = await post(signIn, '/oauth2/token', { client_id: 'web', ...form });
  return { status: response.status, ...(await response.json()) };
};

const redeem = (signIn: SignIn, code: string, form: Record<string, string> = {}) =>
  exchange(signIn, {
    grant_type: 'authorization_code',
    redirect_uri: `${site}/callback`,
    code_verifier: verifier,
    code,
    ...form,
  });

async function tokensOf(signIn: SignIn, username: string) {
  const { to } = await logIn(signIn, username);
  return redeem(signIn, to.searchParams.get('code') ?? '');
}

afterAll(async () => {
  await Promise.all(running.map((signIn) => signIn.close()));
  rmSync(directory, { recursive: true });
});
afterEach(() => {
  clock = Date.now();
});

let signIn: SignIn;
beforeAll(async () => {
  signIn = await start();
});

describe('signing in with a browser', () => {
  test('offers alice and bob and returns a code with the state', async () => {
    const first = await get(signIn, `/oauth2/authorize?${request()}`);
    expect(first.status).toBe(302);
    const page = await (
      await fetch(new URL(locationOf(first).pathname + locationOf(first).search, signIn.url))
    ).text();
    expect(page).toMatch(/value="alice"[\s\S]*value="bob"/);
    const { to } = await logIn(signIn, 'alice');
    expect(to.origin + to.pathname).toBe(`${site}/callback`);
    expect(to.searchParams.get('state')).toBe('xyz');
  });

  test('gives an access token with the claims of Cognito', async () => {
    const answer = await tokensOf(signIn, 'alice');
    expect(answer).toMatchObject({ status: 200, token_type: 'Bearer', expires_in: 600 });
    const claims = decodeJwt(answer.access_token);
    expect(Object.keys(claims).sort()).toEqual([
      'auth_time',
      'client_id',
      'event_id',
      'exp',
      'iat',
      'iss',
      'jti',
      'origin_jti',
      'scope',
      'sub',
      'token_use',
      'username',
      'version',
    ]);
    expect(claims).toMatchObject({
      token_use: 'access',
      client_id: 'web',
      username: 'alice',
      scope: 'openid email items/read',
      iss: `${signIn.url}/${poolId}`,
      version: 2,
    });
    expect(claims.sub).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(claims.exp! - claims.iat!).toBe(600);
  });

  test('gives an ID token that fits the access token, the client and the nonce', async () => {
    const { id_token, access_token } = await tokensOf(signIn, 'bob');
    const half = createHash('sha256').update(access_token).digest().subarray(0, 16);
    expect(decodeJwt(id_token)).toMatchObject({
      token_use: 'id',
      aud: 'web',
      nonce: 'n1',
      email: 'bob@example.com',
      'cognito:username': 'bob',
      at_hash: half.toString('base64url'),
      sub: decodeJwt(access_token).sub,
    });
    expect(decodeJwt(id_token)).not.toHaveProperty('name');
  });

  test('tells two people apart, with the same sub each time', async () => {
    const sub = async (who: string) => decodeJwt((await tokensOf(signIn, who)).access_token).sub;
    const [alice, again, bob] = [await sub('alice'), await sub('alice'), await sub('bob')];
    expect(alice).toBe(again);
    expect(alice).not.toBe(bob);
  });

  test('remembers the browser for an hour and forgets it at logout', async () => {
    const { cookie } = await logIn(signIn, 'alice');
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax/);
    const session = { cookie: cookie.split(';')[0]! };
    const authorize = async (headers: Record<string, string>, prompt?: string) =>
      locationOf(await get(signIn, `/oauth2/authorize?${request({ prompt })}`, headers));
    expect((await authorize(session)).searchParams.has('code')).toBe(true);
    expect((await authorize(session, 'login')).pathname).toBe('/login');
    expect((await authorize({}, 'none')).searchParams.get('error')).toBe('login_required');
    const logout = await get(signIn, `/logout?client_id=web&logout_uri=${site}/`, session);
    expect(logout.headers.get('location')).toBe(`${site}/`);
    expect(logout.headers.get('set-cookie')).toMatch(/^cognito=; .*Max-Age=0/);
    expect((await authorize(session)).pathname).toBe('/login');
    const other = { cookie: (await logIn(signIn, 'alice')).cookie.split(';')[0]! };
    clock += 3_599_000;
    expect((await authorize(other)).searchParams.has('code')).toBe(true);
    clock += 1_000;
    expect((await authorize(other)).pathname).toBe('/login');
    const foreign = await get(signIn, '/logout?client_id=web&logout_uri=https://evil.example.com/');
    expect([foreign.status, foreign.headers.has('location')]).toEqual([400, false]);
    const again = locationOf(await get(signIn, `/logout?${request()}`));
    expect([again.pathname, again.searchParams.get('client_id')]).toEqual(['/login', 'web']);
  });

  test('leaves out the ID token where openid was not asked for', async () => {
    const { to } = await logIn(signIn, 'alice', { scope: 'items/read' });
    const answer = await redeem(signIn, to.searchParams.get('code')!);
    expect(answer).not.toHaveProperty('id_token');
    expect(decodeJwt(answer.access_token)['scope']).toBe('items/read');
  });

  test('does not put what it is asked into the page as HTML', async () => {
    const page = await get(signIn, `/login?${request({ state: '"><script>alert(1)</script>' })}`);
    expect(await page.text()).not.toContain('<script>');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  test('refuses a login form from another site', async () => {
    const form = { username: 'alice' };
    const response = await post(signIn, `/login?${request()}`, form, {
      'sec-fetch-site': 'cross-site',
    });
    expect(response.status).toBe(400);
    expect(response.headers.has('location')).toBe(false);
  });
});

describe('a bad authorization request', () => {
  test.each([
    [{ redirect_uri: 'https://evil.example.com/callback' }, 'redirect_mismatch'],
    [{ redirect_uri: `${site}/callback/` }, 'redirect_mismatch'],
    [{ redirect_uri: undefined }, 'redirect_mismatch'],
    [{ client_id: 'nobody' }, 'invalid_request'],
  ])('never redirects away: %j', async (changes, error) => {
    const to = locationOf(await get(signIn, `/oauth2/authorize?${request(changes)}`));
    expect([to.pathname, to.searchParams.get('error')]).toEqual(['/error', error]);
    const page = await get(signIn, `/error?error=${error}`);
    expect(page.status).toBe(400);
    expect(await page.text()).toContain(error);
  });

  test.each([
    [{ response_type: undefined }, 'invalid_request'],
    [{ response_type: 'token' }, 'unauthorized_client'],
    [{ code_challenge_method: undefined }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge: undefined }, 'invalid_request'],
    [{ code_challenge: 'short' }, 'invalid_request'],
    [{ scope: 'items/ephemeral' }, 'invalid_scope'],
    [{ scope: 'nonsense' }, 'invalid_scope'],
    [{ client_id: 'load', redirect_uri: `${site}/`, scope: undefined }, 'unauthorized_client'],
  ])('is told to the client: %j', async (changes, error) => {
    const to = locationOf(await get(signIn, `/oauth2/authorize?${request(changes)}`));
    expect([to.origin, to.searchParams.get('error'), to.searchParams.get('state')]).toEqual([
      site,
      error,
      'xyz',
    ]);
  });

  test('is refused by the form as well', async () => {
    const changed = request({ redirect_uri: 'https://evil.example.com/' });
    const to = locationOf(await post(signIn, `/login?${changed}`, { username: 'alice' }));
    expect(to.searchParams.get('error')).toBe('redirect_mismatch');
  });
});

describe('the token endpoint', () => {
  const code = async () => (await logIn(signIn, 'alice')).to.searchParams.get('code') ?? '';

  test.each([
    ['a wrong verifier', { code_verifier: 'x'.repeat(43) }],
    ['no verifier', { code_verifier: '' }],
    ['another redirect_uri', { redirect_uri: `${site}/` }],
    ['an unknown code', { code: 'nonsense' }],
    ['the id of another client', { client_id: 'other' }],
  ])('refuses a code with %s', async (_, form) => {
    expect(await redeem(signIn, await code(), form)).toMatchObject({
      status: 400,
      error: 'invalid_grant',
    });
  });

  test('takes a code once, and not after five minutes', async () => {
    const used = await code();
    expect((await redeem(signIn, used)).status).toBe(200);
    expect((await redeem(signIn, used)).error).toBe('invalid_grant');
    const late = await code();
    clock += 5 * 60_000;
    expect((await redeem(signIn, late)).error).toBe('invalid_grant');
  });

  test.each([
    [{}, 'invalid_request'],
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
    [{ grant_type: 'toString' }, 'unsupported_grant_type'],
    [{ grant_type: 'authorization_code', client_id: 'nobody' }, 'invalid_client'],
    [
      { grant_type: 'authorization_code', client_secret: 'public clients have none' },
      'invalid_client',
    ],
    [{ grant_type: 'authorization_code' }, 'invalid_request'],
    [{ grant_type: 'refresh_token' }, 'invalid_request'],
    [{ grant_type: 'refresh_token', refresh_token: 'nonsense' }, 'invalid_grant'],
    [{ grant_type: 'client_credentials' }, 'unauthorized_client'],
    [{ grant_type: 'client_credentials', client_id: 'careless' }, 'unauthorized_client'],
    [{ grant_type: 'client_credentials', client_id: 'load' }, 'invalid_client'],
    [
      { grant_type: 'client_credentials', client_id: 'load', client_secret: 'wrong' },
      'invalid_client',
    ],
  ])('answers %j with %s', async (form, error) => {
    expect(await exchange(signIn, form)).toMatchObject({ status: 400, error });
  });

  test('wants a form', async () => {
    const response = await fetch(`${signIn.url}/oauth2/token`, { method: 'POST', body: '{}' });
    expect(await response.json()).toMatchObject({ error: 'invalid_request' });
  });

  test('may be called by a page of another origin', async () => {
    const preflight = await fetch(`${signIn.url}/oauth2/token`, { method: 'OPTIONS' });
    expect(preflight.status).toBe(200);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    const refused = await post(signIn, '/oauth2/token', {});
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
    expect((await get(signIn, '/login')).headers.has('access-control-allow-origin')).toBe(false);
  });
});

describe('a refresh token', () => {
  const refresh = (server: SignIn, refresh_token: string, form: Record<string, string> = {}) =>
    exchange(server, { grant_type: 'refresh_token', refresh_token, ...form });

  test('renews the tokens and stays the same', async () => {
    const first = await tokensOf(signIn, 'alice');
    clock += 60_000;
    const renewed = await refresh(signIn, first.refresh_token);
    expect(renewed).not.toHaveProperty('refresh_token');
    const [before, after] = [decodeJwt(first.access_token), decodeJwt(renewed.access_token)];
    expect(after.jti).not.toBe(before.jti);
    expect(after.exp! - before.exp!).toBe(60);
    for (const claim of ['origin_jti', 'auth_time', 'event_id', 'sub', 'scope']) {
      expect(after[claim]).toBe(before[claim]);
    }
  });

  test('belongs to its client and ends after its time', async () => {
    const { refresh_token } = await tokensOf(signIn, 'alice');
    expect((await refresh(signIn, refresh_token, { client_id: 'other' })).error).toBe(
      'invalid_grant',
    );
    clock += 30 * 86_400_000 - 60_000;
    expect((await refresh(signIn, refresh_token)).status).toBe(200);
    clock += 60_000;
    expect((await refresh(signIn, refresh_token)).error).toBe('invalid_grant');
  });

  test('can be revoked, with all that was made of it', async () => {
    const { refresh_token, access_token } = await tokensOf(signIn, 'bob');
    const info = () => get(signIn, '/oauth2/userInfo', { authorization: `Bearer ${access_token}` });
    expect(await (await info()).json()).toEqual({
      sub: decodeJwt(access_token).sub,
      username: 'bob',
      email: 'bob@example.com',
      email_verified: 'true',
    });
    const revoke = (form: Record<string, string>) =>
      post(signIn, '/oauth2/revoke', { client_id: 'web', ...form });
    expect((await revoke({})).status).toBe(400);
    expect(await (await revoke({ token: access_token })).json()).toMatchObject({
      error: 'unsupported_token_type',
    });
    expect((await revoke({ token: refresh_token, client_id: 'nobody' })).status).toBe(401);
    expect((await revoke({ token: refresh_token, client_id: 'other' })).status).toBe(200);
    expect((await refresh(signIn, refresh_token)).status).toBe(200);
    expect((await revoke({ token: refresh_token })).status).toBe(200);
    expect((await refresh(signIn, refresh_token)).error).toBe('invalid_grant');
    expect((await info()).status).toBe(401);
    // API Gateway's authorizer does not see a revocation until the token is over.
    expect(await signIn.verifyToken(poolArn, access_token)).toHaveProperty('claims');
  });
});

describe('userInfo', () => {
  const ask = (headers: Record<string, string>) => get(signIn, '/oauth2/userInfo', headers);

  test('wants an access token with openid', async () => {
    const { id_token } = await tokensOf(signIn, 'alice');
    const { to } = await logIn(signIn, 'alice', { scope: 'items/read' });
    const { access_token } = await redeem(signIn, to.searchParams.get('code')!);
    expect((await ask({})).status).toBe(400);
    for (const token of [id_token, access_token, 'nonsense']) {
      const answer = await ask({ authorization: `Bearer ${token}` });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
  });
});

describe('a machine client', () => {
  const secret = (): string => {
    const { secrets } = JSON.parse(readFileSync(join(directory, 'sign-in.json'), 'utf8'));
    return secrets['load'];
  };

  test('gets a token with its own id as sub and no username', async () => {
    const form = { grant_type: 'client_credentials' };
    const basic = `Basic ${Buffer.from(`load:${secret()}`).toString('base64')}`;
    const answer = await (
      await post(signIn, '/oauth2/token', form, { authorization: basic })
    ).json();
    expect(Object.keys(answer).sort()).toEqual(['access_token', 'expires_in', 'token_type']);
    expect(answer.expires_in).toBe(3600);
    const claims = decodeJwt(answer.access_token);
    expect(claims).toMatchObject({
      sub: 'load',
      client_id: 'load',
      scope: 'items/read items/ephemeral',
    });
    expect(claims).not.toHaveProperty('username');
    expect(await signIn.verifyToken(poolArn, answer.access_token)).toMatchObject({
      claims: { token_use: 'access' },
    });
  });

  test('gets only the scopes that it has', async () => {
    const form = { grant_type: 'client_credentials', client_id: 'load', client_secret: secret() };
    const narrow = await exchange(signIn, { ...form, scope: 'items/ephemeral' });
    expect(decodeJwt(narrow.access_token)['scope']).toBe('items/ephemeral');
    expect(await exchange(signIn, { ...form, scope: 'items/write' })).toMatchObject({
      error: 'invalid_scope',
    });
  });
});

describe('verifyToken', () => {
  test('takes access and ID tokens of the pool, also those made before a restart', async () => {
    const first = await start();
    const { access_token, id_token, refresh_token } = await tokensOf(first, 'alice');
    const port = Number(new URL(first.url).port);
    await first.close();
    const second = await start(template(), port);
    expect(await second.verifyToken(poolArn, access_token)).toMatchObject({
      claims: { token_use: 'access' },
    });
    expect(await second.verifyToken(poolArn, id_token)).toMatchObject({
      claims: { token_use: 'id' },
    });
    const renewed = await exchange(second, { grant_type: 'refresh_token', refresh_token });
    expect(renewed.status).toBe(200);
  });

  test('tells expired from invalid', async () => {
    const { access_token } = await tokensOf(signIn, 'alice');
    clock += 599_000;
    expect(await signIn.verifyToken(poolArn, access_token)).toHaveProperty('claims');
    clock += 2_000;
    expect(await signIn.verifyToken(poolArn, access_token)).toEqual({ error: 'expired' });
  });

  test('refuses what this pool has not signed', async () => {
    const { access_token } = await tokensOf(signIn, 'alice');
    const [header, payload, signature] = access_token.split('.');
    const raised = Buffer.from(
      JSON.stringify({ ...decodeJwt(access_token), scope: 'items/write' }),
    ).toString('base64url');
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    const { privateKey } = await generateKeyPair('RS256');
    const foreign = await new SignJWT(decodeJwt(access_token))
      .setProtectedHeader({ alg: 'RS256' })
      .sign(privateKey);
    const shared = Buffer.from(
      await (await get(signIn, `/${poolId}/.well-known/jwks.json`)).text(),
    );
    const confused = await new SignJWT(decodeJwt(access_token))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(shared);
    const own = JSON.parse(readFileSync(join(directory, 'sign-in.json'), 'utf8')).key;
    const unknown = await new SignJWT(decodeJwt(access_token))
      .setProtectedHeader({ alg: 'RS256', kid: 'unknown' })
      .sign(await importJWK(own, 'RS256'));
    const forged = [
      `${header}.${raised}.${signature}`,
      `${unsigned}.${payload}.`,
      foreign,
      unknown,
      confused,
      'nonsense',
      '',
    ];
    for (const token of forged) {
      expect(await signIn.verifyToken(poolArn, token)).toEqual({ error: 'invalid' });
    }
    expect(await signIn.verifyToken('arn:local:eu-west-1_Other', access_token)).toEqual({
      error: 'invalid',
    });
    expect(await signIn.verifyToken('arn:local:unknown', access_token)).toEqual({
      error: 'invalid',
    });
  });

  test('agrees with the published keys', async () => {
    const discovery = await (
      await get(signIn, `/${poolId}/.well-known/openid-configuration`)
    ).json();
    expect(discovery).toMatchObject({
      issuer: `${signIn.url}/${poolId}`,
      token_endpoint: `${signIn.url}/oauth2/token`,
      end_session_endpoint: `${signIn.url}/logout`,
    });
    const jwks = await (await fetch(discovery.jwks_uri)).json();
    expect(Object.keys(jwks.keys[0]).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    const { access_token } = await tokensOf(signIn, 'alice');
    await jwtVerify(access_token, createLocalJWKSet(jwks), { issuer: discovery.issuer });
  });
});

describe('npm run token', () => {
  test('gets tokens for people and machines from the running issuer', async () => {
    const claims = async (who: string, scopes: string[] = []) =>
      decodeJwt(await fetchToken(signIn.url, who, scopes));
    expect(await claims('bob')).toMatchObject({ username: 'bob', scope: 'items/read items/write' });
    expect(await claims('alice', ['items/read'])).toMatchObject({ scope: 'items/read' });
    expect(await claims('machine')).toMatchObject({
      sub: 'load',
      scope: 'items/read items/ephemeral',
    });
    expect(await claims('load-1', ['items/ephemeral'])).toMatchObject({ scope: 'items/ephemeral' });
  });

  test('says in one line what to do', async () => {
    await expect(fetchToken(signIn.url, 'alice', ['items/ephemeral'])).rejects.toThrow(
      /^[^\n]*invalid_scope$/,
    );
    await expect(fetchToken(signIn.url, 'carol', [])).rejects.toThrow(
      /^[^\n]*Usage: npm run token[^\n]*$/,
    );
    await expect(fetchToken('http://127.0.0.1:9', 'alice', [])).rejects.toThrow(
      /^[^\n]*npm start[^\n]*$/,
    );
  });

  const command = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, 'token.ts'), ...args], {
      encoding: 'utf8',
    });

  test.each([
    ['carol', /^carol is none of alice, bob, machine: [^\n]*\. No sign-in answers [^\n]*\n$/],
    ['machine', /^No sign-in answers [^\n]*\n$/],
  ])('says of %s what can be said where nothing runs', (who, sentence) => {
    expect(command(who, '--port', '9')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(sentence),
    });
  });

  test.each([
    [['--nonsense'], "Unknown option '--nonsense'\n"],
    [['--port', '-1'], "Option '--port' argument is ambiguous.\n"],
  ])('refuses %j in one sentence', (args, stderr) => {
    expect(command('alice', ...args)).toMatchObject({ status: 1, stderr });
  });
});

describe('starting', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>, RegExp]>([
    [
      'the implicit flow',
      { AllowedOAuthFlows: ['implicit'] },
      {},
      /UserPoolClient web: AllowedOAuthFlows: implicit is not emulated/,
    ],
    [
      'rotated refresh tokens',
      { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 } },
      {},
      /UserPoolClient web: RefreshTokenRotation is not emulated/,
    ],
    [
      'a trigger',
      {},
      { LambdaConfig: { PreTokenGeneration: 'arn' } },
      /UserPool eu-west-1_Pool: LambdaConfig is not emulated/,
    ],
    [
      'an undeclared scope',
      { AllowedOAuthScopes: ['items/admin'] },
      {},
      /web: no resource server .* items\/admin$/,
    ],
  ])('refuses a template with %s', async (_, client, pool, message) => {
    await expect(start(template(client, pool))).rejects.toThrow(message);
  });

  test('says in one line that the port is taken or the state is damaged', async () => {
    const port = Number(new URL(signIn.url).port);
    await expect(start(template(), port)).rejects.toThrow(/^Port \d+ \(sign-in\) is in use[^\n]*$/);
    const broken = mkdtempSync(join(directory, 'broken-'));
    writeFileSync(join(broken, 'sign-in.json'), '{"key":');
    await expect(start(template(), 0, broken)).rejects.toThrow(
      /sign-in\.json is damaged[^\n]*--fresh$/,
    );
  });

  test('keeps its key and secrets to the user alone', () => {
    expect(statSync(join(directory, 'sign-in.json')).mode & 0o777).toBe(0o600);
  });

  test('marks no origin where the client has revocation off', async () => {
    const irrevocable = await start(template({ EnableTokenRevocation: false }));
    const { access_token, refresh_token } = await tokensOf(irrevocable, 'alice');
    expect(decodeJwt(access_token)).not.toHaveProperty('origin_jti');
    const form = { client_id: 'web', token: refresh_token };
    const answer = await post(irrevocable, '/oauth2/revoke', form);
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
  });

  test('uses the sub as user name where people sign in by e-mail', async () => {
    const byEmail = await start(template({}, { UsernameAttributes: ['email'] }));
    const claims = decodeJwt((await tokensOf(byEmail, 'alice')).access_token);
    expect(claims['username']).toBe(claims.sub);
  });
});
