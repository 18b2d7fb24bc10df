import { describe, expect, test } from '@jest/globals';
import { type AccessToken, fetchAccessToken, renewingToken, SignInError } from './access-tokens.ts';

const client = { id: 'abc', secret: 's3cret' };
const answering = (status: number, body: unknown, error = '') => {
  const forms: Record<string, string>[] = [];
  return {
    forms,
    post: (_: string, form: Record<string, string>) => {
      forms.push(form);
      return { status, body: typeof body === 'string' ? body : JSON.stringify(body), error };
    },
  };
};

describe('fetchAccessToken', () => {
  test('asks by client credentials, for all scopes', () => {
    const http = answering(200, { access_token: 't', expires_in: 60 });
    expect(fetchAccessToken(http, 'http://s', client, 1000)).toEqual({
      value: 't',
      expiresAt: 61_000,
    });
    expect(http.forms).toEqual([
      { grant_type: 'client_credentials', client_id: 'abc', client_secret: 's3cret' },
    ]);
  });

  test.each([
    [400, { error: 'invalid_client' }, /^http:\/\/s gave client abc no token: 400 invalid_client$/],
    [502, '<html>', /no token: 502$/],
    [200, {}, /no token: 200$/],
  ])('%i %j is one line without the secret', (status, body, message) => {
    const ask = () => fetchAccessToken(answering(status, body), 'http://s', client, 0);
    expect(ask).toThrow(SignInError);
    expect(ask).toThrow(message);
    expect(ask).not.toThrow(/s3cret/);
  });

  test('says why no answer came', () => {
    const http = answering(0, null, 'dial: connection refused');
    expect(() => fetchAccessToken(http, 'http://s', client, 0)).toThrow(
      /dial: connection refused$/,
    );
  });
});

describe('renewingToken', () => {
  const hour = 3600_000;
  const made = (lifeMs: number, random: () => number) => {
    let now = 0;
    let renewals = 0;
    const token = (): AccessToken => ({ value: `t${renewals}`, expiresAt: now + lifeMs });
    const current = renewingToken(
      token(),
      () => {
        renewals += 1;
        return token();
      },
      () => now,
      random,
    );
    return (at: number) => {
      now = at;
      return current();
    };
  };

  test('keeps a token, and renews it before it expires', () => {
    const at = made(hour, () => 0);
    expect(at(hour - 60_001)).toBe('t0');
    expect(at(hour - 60_000)).toBe('t1');
    expect(at(hour)).toBe('t1');
    expect(at(2 * hour - 120_000)).toBe('t2');
  });

  test('spreads renewals over minutes', () => {
    const at = made(hour, () => 0.5);
    expect(at(hour - 180_001)).toBe('t0');
    expect(at(hour - 180_000)).toBe('t1');
  });

  test('a token that lives shorter than the margin is used for half its life', () => {
    const at = made(60_000, () => 0);
    expect(at(29_999)).toBe('t0');
    expect(at(30_000)).toBe('t1');
    expect(at(59_000)).toBe('t1');
  });
});
