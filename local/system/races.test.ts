/** Fifty at once: one winner, one item. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningSystem, startSystem } from './running-system.ts';

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

const alice = { as: 'alice' };
const fifty = Array.from({ length: 50 });
const tally = (statuses: readonly number[]) =>
  Object.fromEntries(
    [...new Set(statuses)]
      .sort()
      .map((status) => [status, statuses.filter((s) => s === status).length]),
  );

describe('races', () => {
  test('fifty POSTs with one Idempotency-Key make exactly one item', async () => {
    const answers = await Promise.all(
      fifty.map(() =>
        system.call('POST', '/items', {
          ...alice,
          headers: { 'idempotency-key': 'the-same' },
          body: { title: 'one' },
        }),
      ),
    );
    expect(tally(answers.map(({ status }) => status))).toEqual({ 201: 50 });
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
    const list = await system.call('GET', '/items', alice);
    expect(list.json.items).toHaveLength(1);
  });

  test('fifty PUTs from one version have one winner', async () => {
    const made = await system.call('POST', '/items', { ...alice, body: { title: 'start' } });
    const path = `/items/${made.json.id}`;
    const answers = await Promise.all(
      fifty.map((_, n) =>
        system.call('PUT', path, {
          ...alice,
          headers: { 'if-match': made.headers.get('etag') ?? '' },
          body: { title: `writer ${n}` },
        }),
      ),
    );
    expect(tally(answers.map(({ status }) => status))).toEqual({ 200: 1, 412: 49 });
    const winner = answers.find(({ status }) => status === 200);
    const now = await system.call('GET', path, alice);
    expect(now.json).toEqual(winner?.json);
    expect(now.json.version).toBe(2);
  });

  test('the same key with another body is a conflict, and other people have keys of their own', async () => {
    const headers = { 'idempotency-key': 'reused' };
    const first = await system.call('POST', '/items', { ...alice, headers, body: { title: 'a' } });
    const other = await system.call('POST', '/items', { ...alice, headers, body: { title: 'b' } });
    const bob = await system.call('POST', '/items', { as: 'bob', headers, body: { title: 'b' } });
    expect([first.status, other.status, bob.status]).toEqual([201, 409, 201]);
    expect((await system.call('GET', `/items/${bob.json.id}`, alice)).status).toBe(404);
  });
});
