import { describe, expect, test } from '@jest/globals';
import { fateOf } from './items-client.ts';
import { testingApi } from './testing/items-api.ts';

describe('itemsClient', () => {
  test('names requests by their route, signs and traces them', () => {
    const { client, requests } = testingApi();
    const made = client.create({ title: 'T' }, 'k');
    client.read(made?.id ?? '');
    expect(requests.map(({ name, method, path, status }) => [name, method, path, status])).toEqual([
      ['POST /items', 'POST', '/items', 201],
      ['GET /items/{id}', 'GET', `/items/${made?.id}`, 200],
    ]);
    expect(requests[0]?.headers).toMatchObject({
      Authorization: 'Bearer token',
      'User-Agent': 'load',
      'Idempotency-Key': 'k',
      'Content-Type': 'application/json',
      'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[\da-f]{8}-[\da-f]{24};Sampled=[01]$/),
    });
  });

  test('an answer of the wrong kind is a failed check, and is told with its ids', () => {
    const { client, checks, failures } = testingApi();
    expect(client.read('nothing')).toBe(false);
    expect(checks).toEqual([['GET /items/{id} answers 200', false]]);
    expect(failures).toEqual([
      {
        route: 'GET /items/{id}',
        status: 404,
        what: 'expected 200',
        requestId: 'r0',
        traceId: expect.stringMatching(/^1-/),
        sampled: expect.any(Boolean),
      },
    ]);
  });

  test.each([
    [503, ''],
    [0, 'dial: connection refused'],
  ])('status %i is no wrong answer but a missing one', (status, error) => {
    const api = testingApi();
    api.order(() => ({ status, error }));
    expect(api.client.list()).toBeUndefined();
    expect(api.checks).toEqual([]);
    expect(api.answers).toEqual([['list-items', status]]);
    expect(api.failures[0]).toMatchObject({ status, what: error || 'expected 200' });
  });

  test('a request that k6 broke off is nobody’s failure', () => {
    const api = testingApi();
    api.order(() => ({ status: 0, error: 'context canceled' }));
    expect(api.client.list()).toBeUndefined();
    expect([...api.answers, ...api.failures]).toEqual([]);
  });

  test('a replay must give the same item', () => {
    const { client, checks } = testingApi();
    const made = client.create({ title: 'T' }, 'k');
    client.create({ title: 'T' }, 'k', made?.id);
    client.create({ title: 'T' }, 'k', 'another');
    expect(checks.map(([, holds]) => holds)).toEqual([true, true, false]);
  });

  test('an update must change the version, a stale one must be refused', () => {
    const { client, checks } = testingApi();
    const made = client.create({ title: 'T' }, 'k');
    const { id = '', etag = '' } = made ?? {};
    const updated = client.update(id, etag, { title: 'U' });
    expect(updated?.etag).not.toBe(etag);
    expect(client.updateStale(id, etag, { title: 'V' })).toBe(true);
    expect(client.updateStale(id, updated?.etag ?? '', { title: 'V' })).toBe(false);
    expect(checks.at(-1)).toEqual(['PUT /items/{id} answers 412', false]);
  });
});

test.each([
  [200, 'handled'],
  [304, 'handled'],
  [404, 'handled'],
  [401, 'refused'],
  [403, 'refused'],
  [413, 'unlogged'],
  [429, 'unlogged'],
  [500, 'failed'],
  [504, 'failed'],
  [0, 'lost'],
] as const)('the fate of %i is %s', (status, fate) => {
  expect(fateOf(status)).toBe(fate);
});
