/** The endpoints that programs call: token, revoke, userInfo (Amazon Cognito, "Token endpoint", "Revoke endpoint", "UserInfo endpoint"). */
import { randomUUID, timingSafeEqual } from 'node:crypto';
import { type Call, json, type Reply } from '../http/loopback-server.ts';
import type { Handler, Routes } from '../http/router.ts';
import { type Authorize, verifierFits } from './authorize.ts';
import { findClient, grantedScope, type Issuer } from './issuer.ts';
import { people } from './people.ts';
import type { Client, Pool } from './pools.ts';
import { attributes, usernameOf } from './tokens.ts';

/** An answer of OAuth's shape. Cognito often leaves the description out; here it says what to mend. */
class OAuthError extends Error {
  readonly error: string;
  readonly status: number;
  constructor(error: string, description: string, status = 400) {
    super(description);
    this.error = error;
    this.status = status;
  }
}

interface Caller {
  readonly pool: Pool;
  readonly client: Client;
  readonly form: URLSearchParams;
}

export function createTokenEndpoint(issuer: Issuer, redeem: Authorize['redeem']): Routes {
  const { state, tokens } = issuer;
  const seconds = () => Math.floor(issuer.now() / 1000);
  const bearer = (client: Client, fields: object) =>
    json(200, { ...fields, token_type: 'Bearer', expires_in: client.validity.access });

  const grants: Readonly<Record<string, (caller: Caller) => Promise<Reply>>> = {
    async authorization_code({ pool, client, form }) {
      if (!client.flows.includes('code')) throw forbiddenFlow('the authorization code flow');
      const code = redeem(required(form, 'code'));
      const redirectUri = required(form, 'redirect_uri');
      if (code?.client.id !== client.id || code.redirectUri !== redirectUri) {
        throw new OAuthError('invalid_grant', 'the code is unknown, used, over, or not for this');
      }
      const { codeChallenge, nonce, scope, username, authTime } = code;
      if (codeChallenge && !verifierFits(codeChallenge, form.get('code_verifier') ?? '')) {
        throw new OAuthError('invalid_grant', 'the code_verifier does not fit the code_challenge');
      }
      const grant = {
        originJti: randomUUID(),
        eventId: randomUUID(),
        clientId: client.id,
        username,
        scope,
        authTime,
        expiresAt: seconds() + client.validity.refresh,
      };
      const refresh_token = state.addRefreshToken(grant, seconds());
      return bearer(client, {
        ...(await tokens.ofPerson(pool, client, grant, nonce)),
        refresh_token,
      });
    },

    async refresh_token({ pool, client, form }) {
      if (!client.flows.includes('code')) throw forbiddenFlow('refreshing tokens');
      const presented = required(form, 'refresh_token');
      const grant = state.findGrant(presented, seconds());
      if (grant?.clientId !== client.id || grant.revoked) {
        throw new OAuthError('invalid_grant', 'the refresh token is unknown, revoked or over');
      }
      const renewed = await tokens.ofPerson(pool, client, grant);
      if (client.rotationGrace === undefined) return bearer(client, renewed);
      // The new one lives as long as the old one would have: rotation does not prolong a sign-in.
      const refresh_token = state.addRefreshToken(grant, seconds());
      state.endRefreshToken(presented, seconds() + client.rotationGrace);
      return bearer(client, { ...renewed, refresh_token });
    },

    async client_credentials({ pool, client, form }) {
      if (!client.flows.includes('client_credentials') || !client.hasSecret) {
        throw forbiddenFlow('the client credentials flow');
      }
      const scope = grantedScope(client, form.get('scope'));
      if (scope === undefined) throw new OAuthError('invalid_scope', 'the client lacks a scope');
      return bearer(client, { access_token: await tokens.ofMachine(pool, client, scope) });
    },
  };

  return {
    'POST /oauth2/token': answering(async (call) => {
      const form = await readForm(call);
      const grant = Object.hasOwn(grants, required(form, 'grant_type'))
        ? grants[required(form, 'grant_type')]
        : undefined;
      if (!grant) throw new OAuthError('unsupported_grant_type', 'the grant_type is not supported');
      return grant(authenticate(issuer, call, form));
    }),

    'POST /oauth2/revoke': answering(async (call) => {
      const form = await readForm(call);
      const { client } = authenticate(issuer, call, form, 401);
      const token = required(form, 'token');
      if (!client.revocable) {
        throw new OAuthError('invalid_request', 'the client has EnableTokenRevocation off');
      }
      if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) {
        throw new OAuthError('unsupported_token_type', 'only refresh tokens can be revoked');
      }
      const grant = state.findGrant(token, seconds());
      if (grant?.clientId === client.id) state.revoke(grant);
      return { status: 200 };
    }),

    'GET /oauth2/userInfo': async ({ headers }) => {
      const token = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
      if (!token) {
        return challenge(400, 'invalid_request', 'Bad OAuth2 request at UserInfo Endpoint');
      }
      for (const pool of issuer.pools) {
        const verdict = await tokens.verify(pool, token);
        const claims = 'claims' in verdict ? verdict.claims : {};
        const person = people.find((one) => usernameOf(pool, one) === claims['username']);
        const revoked = state.grantOf(String(claims['origin_jti']))?.revoked;
        if (!person || revoked) continue;
        // An ID token has no scope, so it does not pass either.
        if (!String(claims['scope']).split(' ').includes('openid')) continue;
        const shown = attributes(person, String(claims['scope']));
        return json(200, {
          sub: person.sub,
          username: usernameOf(pool, person),
          ...shown,
          ...('email_verified' in shown && { email_verified: 'true' }),
        });
      }
      const reason =
        'Access token is expired, disabled, or deleted, or the user has globally signed out.';
      return challenge(401, 'invalid_token', reason);
    },
  };
}

const forbiddenFlow = (flow: string) =>
  new OAuthError('unauthorized_client', `the template does not allow ${flow} to this client`);

const challenge = (status: number, error: string, description: string): Reply => ({
  ...json(status, { error, error_description: description }),
  headers: { 'www-authenticate': `error="${error}", error_description="${description}"` },
});

function answering(handle: (call: Call) => Promise<Reply>): Handler {
  return async (call) => {
    try {
      return await handle(call);
    } catch (thrown) {
      if (!(thrown instanceof OAuthError)) throw thrown;
      return json(thrown.status, { error: thrown.error, error_description: thrown.message });
    }
  };
}

async function readForm(call: Call): Promise<URLSearchParams> {
  if (!call.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    throw new OAuthError('invalid_request', 'the body must be application/x-www-form-urlencoded');
  }
  return new URLSearchParams(await call.body());
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (!value) throw new OAuthError('invalid_request', `${name} is missing`);
  return value;
}

/** `client_secret_basic` or `client_secret_post`; a public client names only its id. */
function authenticate(issuer: Issuer, call: Call, form: URLSearchParams, status = 400): Caller {
  const basic = /^Basic (.+)$/i.exec(call.headers.authorization ?? '')?.[1];
  const [basicId, ...rest] = basic ? Buffer.from(basic, 'base64').toString().split(':') : [];
  const id = basicId ?? form.get('client_id');
  const secret = (basic ? rest.join(':') : form.get('client_secret')) || undefined;
  const found = findClient(issuer.pools, id);
  const expected = found?.client.hasSecret ? issuer.state.secretOf(found.client.id) : undefined;
  if (!found || !sameSecret(expected, secret)) {
    throw new OAuthError('invalid_client', 'there is no such client with this secret', status);
  }
  return { ...found, form };
}

function sameSecret(expected: string | undefined, given: string | undefined): boolean {
  if (expected === undefined || given === undefined) return expected === given;
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}
