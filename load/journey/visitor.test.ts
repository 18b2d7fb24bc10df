import { describe, expect, test } from '@jest/globals';
import { type FunctionName, routeKey, routes } from '../../services/contract/routes.ts';
import { mix } from './mix.ts';
import { testingApi } from './testing/items-api.ts';
import { visitor } from './visitor.ts';

/** Numbers that look random and are the same each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function travel(turns: number, api = testingApi()) {
  const turn = visitor({ client: api.client, runId: 'run', name: '1', random: seeded(7) });
  for (let n = 0; n < turns; n += 1) turn();
  return api;
}

describe('visitor', () => {
  test('makes one request a turn, and every answer is the expected one', () => {
    const { requests, failures, checks } = travel(5000);
    expect(requests).toHaveLength(5000);
    expect(failures).toEqual([]);
    expect(checks.every(([, holds]) => holds)).toBe(true);
  });

  test('keeps to the mix', () => {
    const { requests } = travel(20_000);
    for (const name of Object.keys(mix) as FunctionName[]) {
      const share = requests.filter((each) => each.name === routeKey(routes[name])).length / 20_000;
      expect(Math.abs(share - mix[name])).toBeLessThan(0.02);
    }
  });

  test('pages, reads conditionally, repeats creates and tries stale updates', () => {
    const { requests, items } = travel(20_000, testingApi(3));
    const seen = (status: number) => requests.filter((each) => each.status === status).length;
    expect(seen(304)).toBeGreaterThan(500);
    expect(seen(412)).toBeGreaterThan(20);
    const keys = requests.flatMap(({ headers }) => headers['Idempotency-Key'] ?? []);
    expect(keys.length).toBeGreaterThan(new Set(keys).size);
    expect(items.size).toBeLessThanOrEqual(10);
  });

  test('lets go of an item whose write went wrong', () => {
    const api = testingApi();
    api.order(({ method }) => (['PUT', 'DELETE'].includes(method) ? { status: 503 } : undefined));
    travel(500, api);
    api.order(undefined);
    expect(api.failures.every(({ status }) => status === 503)).toBe(true);
    const touched = api.failures.length;
    expect(
      new Set(api.requests.filter(({ status }) => status === 503).map(({ path }) => path)).size,
    ).toBe(touched);
  });

  test('goes on when nothing answers', () => {
    const api = testingApi();
    api.order(() => ({ status: 0, error: 'EOF' }));
    expect(travel(100, api).requests).toHaveLength(100);
  });
});
