/** What the endpoints of sign-in share. */
import type { Client, Pool } from './pools.ts';
import type { SignInState } from './sign-in-state.ts';
import type { Tokens } from './tokens.ts';

export interface Issuer {
  readonly pools: readonly Pool[];
  readonly state: SignInState;
  readonly tokens: Tokens;
  /** Real time, ms since the epoch. */
  readonly now: () => number;
  readonly issuerOf: (pool: Pool) => string;
}

/** Client ids are unique among pools, so `/oauth2/…` needs no pool in its path. */
export const findClient = (pools: readonly Pool[], id: string | null | undefined) =>
  pools
    .flatMap((pool) => pool.clients.map((client) => ({ pool, client })))
    .find(({ client }) => client.id === id);

/**
 * The scopes to grant: what was asked for, or all that the client has. Nothing where one of them is not the client's.
 * The developer guide says in one place that such a scope is ignored and in another that it is `invalid_scope`; the
 * hosted endpoints answer the latter.
 */
export function grantedScope(client: Client, asked: string | null): string | undefined {
  const wanted = asked?.split(/[ +]+/).filter(Boolean) ?? [];
  if (wanted.length === 0) return client.scopes.join(' ');
  return wanted.every((scope) => client.scopes.includes(scope))
    ? [...new Set(wanted)].join(' ')
    : undefined;
}
