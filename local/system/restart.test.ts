/** A restart keeps the items, the sign-in's keys and secrets and who is signed in; `--fresh` forgets all of it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, type RunningSystem, startSystem } from './running-system.ts';

let dataDirectory: string;
let system: RunningSystem;
let token: string;
let refreshToken: string;
let secrets: string;
let made: Answer;

const signIn = () => system.runtime.urls.signIn;

async function browserClient() {
  const { clients } = await (await fetch(signIn())).json();
  return clients.find(({ flows }: { flows: string[] }) => flows.includes('code'));
}

async function exchange(form: Record<string, string>) {
  const body = new URLSearchParams({ client_id: (await browserClient()).id, ...form });
  return (await fetch(`${signIn()}/oauth2/token`, { method: 'POST', body })).json();
}

/** As a browser does it, which keeps the refresh token. */
async function signInAs(username: string) {
  const { id: client_id, callbackUrls } = await browserClient();
  const redirect_uri: string = callbackUrls[0];
  const query = new URLSearchParams({ response_type: 'code', client_id, redirect_uri });
  const login = await fetch(`${signIn()}/login?${query}`, {
    method: 'POST',
    body: new URLSearchParams({ username }),
    redirect: 'manual',
  });
  const code = new URL(login.headers.get('location') ?? '').searchParams.get('code') ?? '';
  return exchange({ grant_type: 'authorization_code', redirect_uri, code });
}

const refresh = () => exchange({ grant_type: 'refresh_token', refresh_token: refreshToken });

const readSecrets = async () => {
  const { secretsFile } = await (await fetch(signIn())).json();
  return JSON.stringify(JSON.parse(await readFile(secretsFile, 'utf8')).secrets);
};

const authorized = () => ({ headers: { authorization: `Bearer ${token}` } });
const get = () => system.call('GET', `/items/${made.json.id}`, authorized());

async function restart(options: { readonly fresh: boolean }) {
  const { ports } = system;
  await system.close();
  system = await startSystem({ dataDirectory, ports, ...options });
}

const creation = { body: { title: 'kept' } };
const keyed = () => ({
  ...creation,
  headers: { ...authorized().headers, 'idempotency-key': 'before the restart' },
});

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'manara-restart-'));
  system = await startSystem({ dataDirectory });
  ({ access_token: token, refresh_token: refreshToken } = await signInAs('alice'));
  secrets = await readSecrets();
  made = await system.call('POST', '/items', keyed());
  expect(made.status).toBe(201);
});
afterAll(async () => {
  await system.close();
  await rm(dataDirectory, { recursive: true, force: true });
});

describe('after a restart', () => {
  beforeAll(() => restart({ fresh: false }));

  test('the item is there, for the token of before', async () => {
    const { status, headers, json } = await get();
    expect([status, headers.get('etag'), json]).toEqual([200, made.headers.get('etag'), made.json]);
  });

  test('a retry with the key of before finds its item', async () => {
    const again = await system.call('POST', '/items', keyed());
    expect([again.status, again.json.id]).toEqual([201, made.json.id]);
  });

  test('the refresh token still gives tokens that are accepted', async () => {
    const { access_token, refresh_token = refreshToken } = await refresh();
    refreshToken = refresh_token;
    const headers = { authorization: `Bearer ${access_token}` };
    expect((await system.call('GET', '/items', { headers })).status).toBe(200);
  });

  test('machine clients keep their secrets', async () => {
    expect(await readSecrets()).toBe(secrets);
    expect((await system.call('GET', '/items', { as: 'machine' })).status).toBe(200);
  });
});

describe('after a restart with --fresh', () => {
  beforeAll(() => restart({ fresh: true }));

  test('the token and the refresh token of before are refused', async () => {
    expect((await get()).status).toBe(401);
    expect(await refresh()).toMatchObject({ error: 'invalid_grant' });
    expect(await readSecrets()).not.toBe(secrets);
  });

  test('the item is gone', async () => {
    const list = await system.call('GET', '/items', { as: 'alice' });
    expect([list.status, list.json.items]).toEqual([200, []]);
    expect((await system.call('GET', `/items/${made.json.id}`, { as: 'alice' })).status).toBe(404);
  });
});
