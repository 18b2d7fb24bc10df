/** What the endpoints for programs have in common: a form, an authenticated client, and OAuth's way to refuse. */
import { type Call, json, type Reply } from '../http/loopback-server.ts';
import type { Handler } from '../http/router.ts';
import { findClient, type Issuer } from './issuer.ts';
import type { Client, Pool } from './pools.ts';

/** An answer of OAuth's shape. Cognito often leaves the description out; here it says what to mend. */
export class OAuthError extends Error {
  readonly error: string;
  readonly status: number;
  constructor(error: string, description: string, status = 400) {
    super(description);
    this.error = error;
    this.status = status;
  }
}

export interface Caller {
  readonly pool: Pool;
  readonly client: Client;
  readonly form: URLSearchParams;
}

/** Turns an OAuthError into its answer. */
export function answering(handle: (call: Call) => Promise<Reply>): Handler {
  return async (call) => {
    try {
      return await handle(call);
    } catch (thrown) {
      if (!(thrown instanceof OAuthError)) throw thrown;
      return json(thrown.status, { error: thrown.error, error_description: thrown.message });
    }
  };
}

/** @throws OAuthError where the body is no form */
export async function readForm(call: Call): Promise<URLSearchParams> {
  if (!call.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    throw new OAuthError('invalid_request', 'the body must be application/x-www-form-urlencoded');
  }
  return new URLSearchParams(await call.body());
}

/** @throws OAuthError where the field is missing or empty */
export function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (!value) throw new OAuthError('invalid_request', `${name} is missing`);
  return value;
}

/** `client_secret_basic` or `client_secret_post`; a public client names only its id. */
export function authenticate(
  issuer: Issuer,
  call: Call,
  form: URLSearchParams,
  status = 400,
): Caller {
  const basic = /^Basic (.+)$/i.exec(call.headers.authorization ?? '')?.[1];
  const [basicId, ...rest] = basic ? Buffer.from(basic, 'base64').toString().split(':') : [];
  const id = basicId ?? form.get('client_id');
  const secret = (basic ? rest.join(':') : form.get('client_secret')) || undefined;
  const found = findClient(issuer.pools, id);
  const expected = found?.client.hasSecret ? issuer.state.secretOf(found.client.id) : undefined;
  if (!found || secret !== expected) {
    throw new OAuthError('invalid_client', 'there is no such client with this secret', status);
  }
  return { ...found, form };
}
