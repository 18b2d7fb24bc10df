/** Makes and checks JSON web tokens with the claims of Amazon Cognito ("Understanding the access token", "… the ID token"). */
import { createHash, randomUUID } from 'node:crypto';
import {
  decodeProtectedHeader,
  errors,
  importJWK,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import { findPerson, type Person } from './people.ts';
import type { Client, Pool } from './pools.ts';
import type { Grant } from './sign-in-state.ts';

export type Verdict =
  | { readonly claims: Readonly<Record<string, unknown>> }
  | { readonly error: 'invalid' | 'expired' };

export interface Tokens {
  readonly jwks: { readonly keys: readonly JWK[] };
  /** Access and ID token of a person; the ID token only where the scope has `openid`. */
  ofPerson(
    pool: Pool,
    client: Client,
    grant: Grant,
    nonce?: string,
  ): Promise<{ access_token: string; id_token?: string }>;
  /** Access token of a machine: its `sub` is the client id, and it has no `username`. */
  ofMachine(pool: Pool, client: Client, scope: string): Promise<string>;
  /** Signature, issuer, expiry and `token_use`; revocation is not seen, as in API Gateway's authorizer. */
  verify(pool: Pool, token: string): Promise<Verdict>;
}

/** Amazon Cognito, "Scopes": the attributes each scope opens; `openid` alone opens all of them. */
const attributesOfScope: Readonly<Record<string, readonly string[]>> = {
  email: ['email', 'email_verified'],
  profile: ['name'],
};

/** The standard attributes of a person that the scopes of a token open. */
export function attributes(person: Person, scope: string): Record<string, unknown> {
  const all: Record<string, unknown> = {
    email: person.email,
    email_verified: true,
    name: person.name,
  };
  const scopes = scope.split(' ');
  const named = scopes.filter((name) => attributesOfScope[name]);
  const open = named.length > 0 ? named : Object.keys(attributesOfScope);
  return Object.fromEntries(
    open.flatMap((name) => attributesOfScope[name] ?? []).map((key) => [key, all[key]]),
  );
}

const maxSound = 1000;

export const usernameOf = (pool: Pool, person: Person): string =>
  pool.usernameIsSub ? person.sub : person.username;

export async function createTokens(
  key: JWK,
  issuerOf: (pool: Pool) => string,
  now: () => number,
): Promise<Tokens> {
  const { kid = '', kty, n, e } = key;
  const publicJwk = { kid, kty, n, e, alg: 'RS256', use: 'sig' } as JWK;
  const [privateKey, publicKey] = await Promise.all([
    importJWK(key, 'RS256'),
    importJWK(publicJwk, 'RS256'),
  ]);

  const sign = (pool: Pool, lifetime: number, claims: JWTPayload) => {
    const iat = Math.floor(now() / 1000);
    const issued = { iss: issuerOf(pool), iat, exp: iat + lifetime, jti: randomUUID() };
    return new SignJWT({ auth_time: iat, ...claims, ...issued })
      .setProtectedHeader({ kid, alg: 'RS256' })
      .sign(privateKey);
  };

  /** Signatures found sound: to check one costs more than all else that the gateway does for a request. */
  const sound = new Map<string, JWTPayload>();

  return {
    jwks: { keys: [publicJwk] },
    async ofPerson(pool, client, grant, nonce) {
      const person = findPerson(grant.username);
      if (!person) throw new Error(`there is no person ${grant.username}`);
      const shared = {
        sub: person.sub,
        event_id: grant.eventId,
        auth_time: grant.authTime,
        ...(client.revocable && { origin_jti: grant.originJti }),
      };
      const access_token = await sign(pool, client.validity.access, {
        ...shared,
        token_use: 'access',
        client_id: client.id,
        scope: grant.scope,
        version: 2,
        username: usernameOf(pool, person),
      });
      if (!grant.scope.split(' ').includes('openid')) return { access_token };
      const half = createHash('sha256').update(access_token).digest().subarray(0, 16);
      const id_token = await sign(pool, client.validity.id, {
        ...shared,
        ...attributes(person, grant.scope),
        token_use: 'id',
        aud: client.id,
        at_hash: half.toString('base64url'),
        'cognito:username': usernameOf(pool, person),
        ...(nonce && { nonce }),
      });
      return { access_token, id_token };
    },
    ofMachine: (pool, client, scope) =>
      sign(pool, client.validity.access, {
        sub: client.id,
        token_use: 'access',
        client_id: client.id,
        scope,
        version: 2,
      }),
    async verify(pool, token) {
      const key = `${pool.id} ${token}`;
      const known = sound.get(key);
      if (known && (known.exp ?? 0) > Math.floor(now() / 1000)) return { claims: known };
      try {
        if (decodeProtectedHeader(token).kid !== kid) return { error: 'invalid' };
        const { payload } = await jwtVerify(token, publicKey, {
          issuer: issuerOf(pool),
          algorithms: ['RS256'],
          requiredClaims: ['exp', 'token_use'],
          currentDate: new Date(now()),
        });
        if (sound.size >= maxSound) sound.clear();
        sound.set(key, payload);
        return { claims: payload };
      } catch (error) {
        return { error: error instanceof errors.JWTExpired ? 'expired' : 'invalid' };
      }
    },
  };
}
