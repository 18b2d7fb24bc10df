/** Access tokens of the machine clients, by client credentials. */
import type { LoadClient } from './run-settings.ts';

export interface AccessToken {
  readonly value: string;
  /** ms since the epoch. */
  readonly expiresAt: number;
}

/** The part of k6's http that is needed; `body` and status as k6 gives them. */
export interface FormPoster {
  post(
    url: string,
    form: Record<string, string>,
    params: { readonly tags: Record<string, string>; readonly responseType: 'text' },
  ): { readonly status: number; readonly body: unknown; readonly error: string };
}

export class SignInError extends Error {
  override name = 'SignInError';
}

/**
 * All scopes of the client are asked for, so what it makes is ephemeral.
 * @throws SignInError of one line
 */
export function fetchAccessToken(
  http: FormPoster,
  signInUrl: string,
  client: LoadClient,
  nowMs: number,
): AccessToken {
  const { status, body, error } = http.post(
    `${signInUrl}/oauth2/token`,
    { grant_type: 'client_credentials', client_id: client.id, client_secret: client.secret },
    { tags: { name: 'token' }, responseType: 'text' },
  );
  const answer = parse(body);
  if (status !== 200 || !answer.access_token) {
    const reason = status === 0 ? error : `${status} ${answer.error ?? ''}`.trim();
    throw new SignInError(`${signInUrl} gave client ${client.id} no token: ${reason}`);
  }
  return { value: answer.access_token, expiresAt: nowMs + (answer.expires_in ?? 0) * 1000 };
}

function parse(body: unknown): { access_token?: string; expires_in?: number; error?: string } {
  try {
    return JSON.parse(String(body)) ?? {};
  } catch {
    return {};
  }
}

/** Renewed this long before the end, at the latest; spread, so that virtual users do not all renew at once. */
const marginMs = { least: 60_000, spread: 240_000 };

/**
 * Gives a token that is good for another minute.
 * @param first the token that setup fetched for this client: asking for one costs money, so virtual users share it
 */
export function renewingToken(
  first: AccessToken,
  renew: () => AccessToken,
  now: () => number,
  random: () => number = Math.random,
): () => string {
  let token = first;
  let margin = marginMs.least + random() * marginMs.spread;
  // A life shorter than the margin must not renew before every request.
  const due = () => token.expiresAt - Math.min(margin, (token.expiresAt - fetchedAt) / 2);
  let fetchedAt = now();
  return () => {
    if (now() >= due()) {
      token = renew();
      fetchedAt = now();
      margin = marginMs.least + random() * marginMs.spread;
    }
    return token.value;
  };
}
