import { describe, expect, test } from '@jest/globals';
import { problems } from '../../services/contract/problems.ts';
import { type ApiRequest, createApiClient } from './api-client.ts';
import { Problem } from './problem.ts';

interface Sent {
  readonly url: string;
  readonly init: RequestInit & { readonly headers: Record<string, string> };
}

type Scripted = Response | Error;

/** A client to which the given answers come one after the other; the last one comes for ever. */
function clientWith(...script: readonly Scripted[]) {
  const sent: Sent[] = [];
  const waits: number[] = [];
  const renewals: string[] = [];
  const send = createApiClient({
    baseUrl: 'https://api.example.com',
    session: {
      token: async () => 'first',
      renewed: async (refused) => {
        renewals.push(refused);
        return 'second';
      },
    },
    gate: { opened: async () => {}, closeFor: (ms) => void waits.push(ms) },
    fetch: async (url, init) => {
      sent.push({ url: String(url), init: init as Sent['init'] });
      const answer = script[Math.min(sent.length, script.length) - 1]!;
      if (answer instanceof Error) throw answer;
      return answer.clone();
    },
  });
  return { send, sent, waits, renewals };
}

const read: ApiRequest = { method: 'GET', path: '/items' };
const write: ApiRequest = { method: 'PUT', path: '/items/1', body: { title: 'a' } };

const problem = (status: number, type: string, headers: Record<string, string> = {}) =>
  Response.json(
    { type: `urn:manara:problem:${type}`, requestId: 'from-body' },
    { status, headers: { 'x-request-id': 'from-header', ...headers } },
  );

const ok = Response.json({ items: [] }, { headers: { etag: '"1-a"' } });

describe('a request', () => {
  test('carries the token, and the answer its body and tag', async () => {
    const { send, sent } = clientWith(ok);
    expect(await send(read)).toEqual({ body: { items: [] }, tag: '"1-a"' });
    expect(sent[0]).toMatchObject({
      url: 'https://api.example.com/items',
      init: { method: 'GET', headers: { authorization: 'Bearer first' } },
    });
    expect(sent[0]?.init.headers).not.toHaveProperty('content-type');
  });

  test('carries JSON and the headers that it was given', async () => {
    const { send, sent } = clientWith(ok);
    await send({ ...write, headers: { 'if-match': '"1"' } });
    expect(sent[0]?.init).toMatchObject({
      body: '{"title":"a"}',
      headers: { 'content-type': 'application/json', 'if-match': '"1"' },
    });
  });

  test('with a refused token is sent again with a renewed one, even where it writes', async () => {
    const { send, sent, renewals } = clientWith(problem(401, 'token-refused'), ok);
    await send(write);
    expect(renewals).toEqual(['first']);
    expect(sent[1]?.init.headers['authorization']).toBe('Bearer second');
  });

  test('whose renewed token is refused as well is a problem', async () => {
    const { send, sent } = clientWith(problem(401, 'token-refused'));
    await expect(send(read)).rejects.toMatchObject({ code: 'token-refused', status: 401 });
    expect(sent).toHaveLength(2);
  });
});

describe('a problem', () => {
  test('has the code, the reference and what is wrong with which field', async () => {
    const errors = [{ pointer: '#/title', detail: 'title must not be empty.' }];
    const body = { type: 'urn:manara:problem:invalid-request', errors };
    const { send } = clientWith(
      Response.json(body, { status: 400, headers: { 'x-request-id': 'r1' } }),
    );
    const error = await send(write).catch((thrown: Problem) => thrown);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ code: 'invalid-request', reference: 'r1', errors });
    expect((error as Problem).message).toBe(
      'The service did not accept what was entered. title must not be empty.',
    );
  });

  test.each([
    ...Object.entries(problems).flatMap(([code, { status }]) =>
      [401, 403, 413, 429, 503, 504].includes(status) && code !== 'no-such-route'
        ? [[status, code] as const]
        : [],
    ),
    [418, 'invalid-request'],
    [507, 'internal-error'],
  ] as const)('goes by its status %i where the answer is no problem+json', async (status, code) => {
    const { send } = clientWith(new Response('<h1>no</h1>', { status }));
    await expect(send(write)).rejects.toMatchObject({ code, status, reference: undefined });
  });

  test('without an answer has no reference', async () => {
    const late = Object.assign(new Error('late'), { name: 'TimeoutError' });
    const { send } = clientWith(new TypeError('Failed to fetch'), late);
    await expect(send(write)).rejects.toMatchObject({ code: 'unreachable', reference: undefined });
    await expect(send(write)).rejects.toMatchObject({ code: 'timed-out' });
  });
});

describe('trouble', () => {
  test.each([
    [429, 'throttled'],
    [503, 'dependency-unavailable'],
  ])('%i: a read waits as told and is repeated', async (status, type) => {
    const { send, sent, waits } = clientWith(problem(status, type, { 'retry-after': '7' }), ok);
    await send(read);
    expect(sent).toHaveLength(2);
    expect(waits).toEqual([7000]);
  });

  test.each([
    [429, 'throttled'],
    [503, 'dependency-unavailable'],
    [502, 'internal-error'],
  ])(
    '%i: a write is not repeated, but the wait holds for what comes next',
    async (status, type) => {
      const { send, sent, waits } = clientWith(problem(status, type, { 'retry-after': '7' }), ok);
      await expect(send(write)).rejects.toMatchObject({ code: type, retryAfterMs: 7000 });
      expect(sent).toHaveLength(1);
      expect(waits).toEqual([7000]);
    },
  );

  test.each([502, 504])('%i: a read waits longer each time, and gives up', async (status) => {
    const { send, sent, waits } = clientWith(problem(status, 'internal-error'));
    await expect(send(read)).rejects.toMatchObject({ status });
    expect(sent).toHaveLength(4);
    expect(waits).toHaveLength(3);
    expect(Math.min(...waits)).toBeGreaterThan(0);
    expect(waits[2]).toBeGreaterThan(waits[0]! / 2);
  });

  test('a connection that fails is tried again for a read', async () => {
    const { send, sent } = clientWith(new TypeError('Failed to fetch'), ok);
    await send(read);
    expect(sent).toHaveLength(2);
  });

  test.each([400, 403, 404, 500])(
    '%i: a read is not repeated, it would not help',
    async (status) => {
      const { send, sent } = clientWith(problem(status, 'nonsense'));
      await expect(send(read)).rejects.toMatchObject({ status });
      expect(sent).toHaveLength(1);
    },
  );

  test('a wait that nobody would sit through is told instead', async () => {
    const { send, sent } = clientWith(problem(503, 'throttled', { 'retry-after': '3600' }), ok);
    await expect(send(read)).rejects.toMatchObject({ retryAfterMs: 3_600_000 });
    expect(sent).toHaveLength(1);
  });
});
