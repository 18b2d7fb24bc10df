/**
 * The OpenID Connect issuer that stands in for the template's Cognito user pools.
 *
 * Its own small issuer on `jose`, after trying `oidc-provider`: that one loads in 150 ms, which is fine, but it has one
 * issuer per instance, no `/logout?logout_uri=`, JWT access tokens only for RFC 8707 resources (with an `aud`, which
 * Cognito's have not) and its own error shapes and consent steps. Bent to Cognito's paths, claims and answers it would
 * have been more code than this, all of it configuration of behaviour that is not wanted.
 */
import { json, type LoopbackServer, listenOnLoopback } from '../http/loopback-server.ts';
import { createRouter } from '../http/router.ts';
import type { Stage } from '../template/resource.ts';
import { createAuthorize } from './authorize.ts';
import { createGrants } from './grants.ts';
import type { Issuer } from './issuer.ts';
import { type Pool, readPools } from './pools.ts';
import { openSignInState } from './sign-in-state.ts';
import { createTokenEndpoint } from './token-endpoint.ts';
import { createTokens, type Verdict } from './tokens.ts';
import { createUserInfo } from './user-info.ts';

export interface SignInOptions {
  readonly stage: Stage;
  /** 4004; 0 takes a free one. */
  readonly port: number;
  /** `http://127.0.0.1:4000`, `http://localhost:4000`: they are added to the template's callback and logout URLs. */
  readonly siteOrigins: readonly string[];
  /** Where `sign-in.json` lies (under `.local/`). */
  readonly directory: string;
  /** Real time, ms since the epoch. */
  readonly now?: () => number;
}

export interface SignIn extends LoopbackServer {
  /**
   * Checks an access or ID token of a user pool: signature, issuer, expiry. `claims.token_use` tells which it is.
   * @param userPoolArn what an authorizer's ProviderARNs hold
   */
  verifyToken(userPoolArn: string, token: string): Promise<Verdict>;
}

/** What `GET /` answers, for tools: which clients there are, and the file with the secrets of those that have one. */
export interface SignInDescription {
  readonly secretsFile: string;
  readonly clients: readonly {
    readonly issuer: string;
    readonly id: string;
    readonly name: string;
    readonly flows: readonly string[];
    readonly scopes: readonly string[];
    readonly callbackUrls: readonly string[];
  }[];
}

/** Endpoints that a page of another origin may call, as with Cognito; none of them looks at a cookie. */
const corsPaths = /^\/oauth2\/(token|revoke|userInfo)$|\/\.well-known\//;
const preflight = {
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'authorization, content-type',
};

/** @throws an Error of one line: port in use, damaged state, something in the template that is not emulated. */
export async function createSignIn(options: SignInOptions): Promise<SignIn> {
  const { stage, port, siteOrigins, directory, now = Date.now } = options;
  const pools = readPools(stage, siteOrigins);
  const state = await openSignInState(directory);
  for (const client of pools.flatMap((pool) => pool.clients)) {
    if (client.hasSecret) state.secretOf(client.id);
  }
  let origin = '';
  const issuerOf = (pool: Pool) => `${origin}/${pool.id}`;
  const tokens = await createTokens(state.key, issuerOf, now);
  const issuer: Issuer = { pools, state, tokens, now, issuerOf };
  const authorize = createAuthorize(issuer);
  const route = createRouter({
    ...authorize.routes,
    ...createTokenEndpoint(issuer, createGrants(issuer, authorize.redeem)),
    'GET /oauth2/userInfo': createUserInfo(issuer),
    ...wellKnown(issuer, () => origin),
    'GET /': () => json(200, describe(issuer)),
  });
  const server = await listenOnLoopback('sign-in', port, async (call) => {
    if (!corsPaths.test(call.url.pathname)) return route(call);
    const reply =
      call.method === 'OPTIONS' ? { status: 200, headers: preflight } : await route(call);
    return { ...reply, headers: { ...reply.headers, 'access-control-allow-origin': '*' } };
  });
  origin = server.url;

  return {
    ...server,
    verifyToken: async (userPoolArn, token) => {
      const pool = pools.find(({ arn }) => arn === userPoolArn);
      return pool ? tokens.verify(pool, token) : { error: 'invalid' };
    },
  };
}

function wellKnown({ pools, tokens, issuerOf }: Issuer, origin: () => string) {
  return Object.fromEntries(
    pools.flatMap((pool) => [
      [`GET /${pool.id}/.well-known/jwks.json`, () => json(200, tokens.jwks)],
      [
        `GET /${pool.id}/.well-known/openid-configuration`,
        () =>
          json(200, {
            authorization_endpoint: `${origin()}/oauth2/authorize`,
            end_session_endpoint: `${origin()}/logout`,
            id_token_signing_alg_values_supported: ['RS256'],
            issuer: issuerOf(pool),
            jwks_uri: `${issuerOf(pool)}/.well-known/jwks.json`,
            response_types_supported: ['code'],
            revocation_endpoint: `${origin()}/oauth2/revoke`,
            scopes_supported: ['openid', 'email', 'phone', 'profile'],
            subject_types_supported: ['public'],
            token_endpoint: `${origin()}/oauth2/token`,
            token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
            userinfo_endpoint: `${origin()}/oauth2/userInfo`,
          }),
      ],
    ]),
  );
}

const describe = ({ pools, state, issuerOf }: Issuer): SignInDescription => ({
  secretsFile: state.file,
  clients: pools.flatMap((pool) =>
    pool.clients.map(({ id, name, flows, scopes, callbackUrls }) => ({
      issuer: issuerOf(pool),
      ...{ id, name, flows, scopes, callbackUrls },
    })),
  ),
});
