/** The browser's endpoints: authorize, login, logout and the error page (Amazon Cognito, "Authorize endpoint", "Logout endpoint"). */
import { createHash, randomUUID } from 'node:crypto';
import type { Call, Reply } from '../http/loopback-server.ts';
import type { Routes } from '../http/router.ts';
import { findClient, grantedScope, type Issuer } from './issuer.ts';
import { errorPage, loginPage } from './pages.ts';
import { findPerson } from './people.ts';
import type { Client, Pool } from './pools.ts';

/** What a code stands for until it is exchanged. */
export interface Authorization {
  readonly pool: Pool;
  readonly client: Client;
  readonly redirectUri: string;
  readonly scope: string;
  readonly state?: string;
  readonly nonce?: string;
  readonly codeChallenge?: string;
}

interface SignedIn {
  readonly username: string;
  /** Epoch seconds. */
  readonly authTime: number;
}

export type Code = Authorization & SignedIn;

export interface Authorize {
  readonly routes: Routes;
  /** Gives what a code stands for, once. */
  redeem(code: string): Code | undefined;
}

const codeSeconds = 5 * 60;
/** Managed login keeps a browser signed in for one hour. */
const sessionSeconds = 60 * 60;

export function createAuthorize({ pools, now }: Issuer): Authorize {
  const codes = createExpiring<Code>(codeSeconds, now);
  const sessions = createExpiring<SignedIn>(sessionSeconds, now);
  const sessionKey = ({ headers }: Call) =>
    /(?:^|;\s*)cognito=([\w-]+)/.exec(headers.cookie ?? '')?.[1] ?? '';
  const cookie = (key: string, seconds: number) => ({
    'set-cookie': `cognito=${key}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}`,
  });

  const sendCode = (request: Authorization, session: SignedIn, headers: Reply['headers'] = {}) =>
    redirect(request.redirectUri, {
      headers,
      query: { code: codes.add({ ...request, ...session }), state: request.state },
    });

  return {
    redeem(code) {
      const redeemed = codes.get(code);
      codes.delete(code);
      return redeemed;
    },
    routes: {
      'GET /oauth2/authorize': (call) => {
        const request = readRequest(pools, call.url.searchParams);
        if ('status' in request) return request;
        const session = sessions.get(sessionKey(call));
        const prompt = call.url.searchParams.get('prompt');
        if (session && prompt !== 'login') return sendCode(request, session);
        if (prompt === 'none') return refuse(request, 'login_required');
        return redirect('/login', { query: Object.fromEntries(call.url.searchParams) });
      },
      'GET /login': ({ url }) => {
        const request = readRequest(pools, url.searchParams);
        return 'status' in request ? request : loginPage(request, url.search);
      },
      'POST /login': async (call) => {
        if (call.headers['sec-fetch-site'] === 'cross-site') return errorPage('access_denied');
        const request = readRequest(pools, call.url.searchParams);
        if ('status' in request) return request;
        const person = findPerson(new URLSearchParams(await call.body()).get('username'));
        if (!person) return loginPage(request, call.url.search);
        const session = { username: person.username, authTime: Math.floor(now() / 1000) };
        return sendCode(request, session, cookie(sessions.add(session), sessionSeconds));
      },
      'GET /logout': (call) => {
        const query = call.url.searchParams;
        const client = findClient(pools, query.get('client_id'))?.client;
        if (!client) return errorPage('invalid_request');
        sessions.delete(sessionKey(call));
        const headers = cookie('', 0);
        if (query.has('redirect_uri')) {
          return redirect('/login', { headers, query: Object.fromEntries(query) });
        }
        const logoutUri = query.get('logout_uri');
        if (logoutUri === null) return errorPage('invalid_request');
        return client.logoutUrls.includes(logoutUri)
          ? redirect(logoutUri, { headers })
          : errorPage('redirect_mismatch');
      },
      'GET /error': ({ url }) => errorPage(url.searchParams.get('error') ?? 'invalid_request'),
    },
  };
}

/** Checks an authorization request. Only a registered redirect URI is ever redirected to. */
function readRequest(pools: readonly Pool[], query: URLSearchParams): Authorization | Reply {
  const found = findClient(pools, query.get('client_id'));
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!found) return redirect('/error', { query: { error: 'invalid_request' } });
  if (!found.client.callbackUrls.includes(redirectUri)) {
    return redirect('/error', {
      query: { error: 'redirect_mismatch', client_id: found.client.id },
    });
  }
  const text = (name: string) => query.get(name) ?? undefined;
  const request = { ...found, redirectUri, state: text('state'), nonce: text('nonce') };
  const responseType = query.get('response_type');
  const challenge = text('code_challenge');
  const method = text('code_challenge_method');
  if (responseType !== 'code' && responseType !== 'token')
    return refuse(request, 'invalid_request');
  if (responseType === 'token' || !found.client.flows.includes('code')) {
    return refuse(request, 'unauthorized_client');
  }
  const goodChallenge = method === 'S256' && /^[\w-]{43}$/.test(challenge ?? '');
  if ((challenge !== undefined || method !== undefined) && !goodChallenge) {
    return refuse(request, 'invalid_request');
  }
  const scope = grantedScope(found.client, query.get('scope'));
  if (scope === undefined) return refuse(request, 'invalid_scope');
  return { ...request, scope, codeChallenge: challenge };
}

const refuse = (request: Pick<Authorization, 'redirectUri' | 'state'>, error: string): Reply =>
  redirect(request.redirectUri, { query: { error, state: request.state } });

function redirect(
  to: string,
  options: {
    readonly query?: Readonly<Record<string, string | undefined>>;
    readonly headers?: Reply['headers'];
  } = {},
): Reply {
  const query = new URLSearchParams(
    Object.entries(options.query ?? {}).flatMap(([key, value]) => (value ? [[key, value]] : [])),
  ).toString();
  const location = query ? `${to}${to.includes('?') ? '&' : '?'}${query}` : to;
  return { status: 302, headers: { ...options.headers, location, 'cache-control': 'no-store' } };
}

/** True where the verifier is the one that the challenge was made from (RFC 7636, S256). */
export const verifierFits = (challenge: string, verifier: string): boolean =>
  createHash('sha256').update(verifier).digest('base64url') === challenge;

/** Unguessable keys for values that end by themselves. */
function createExpiring<T>(seconds: number, now: () => number) {
  const entries = new Map<string, { readonly value: T; readonly until: number }>();
  const dropEnded = () => {
    for (const [key, { until }] of entries) if (until <= now()) entries.delete(key);
  };
  return {
    add(value: T): string {
      dropEnded();
      const key = randomUUID();
      entries.set(key, { value, until: now() + seconds * 1000 });
      return key;
    },
    get(key: string): T | undefined {
      dropEnded();
      return entries.get(key)?.value;
    },
    delete: (key: string) => entries.delete(key),
  };
}
