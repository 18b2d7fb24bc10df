import { describe, expect, test } from '@jest/globals';
import { cleanUp } from './clean-up.ts';
import { itemContent } from './item-content.ts';
import { testingApi } from './testing/items-api.ts';

const filled = (count: number) => {
  const api = testingApi(5);
  api.client.create({ title: 'of somebody else' }, 'x');
  for (let n = 0; n < count; n += 1) api.client.create(itemContent('run', n), `k${n}`);
  api.client.create(itemContent('run2', 1), 'y');
  return api;
};
const clean = (api: ReturnType<typeof filled>, options = {}) =>
  cleanUp({
    clients: [api.client],
    runId: 'run',
    startedAt: 1_800_000_000_000,
    deadline: 100,
    now: () => 0,
    ...options,
  });

describe('cleanUp', () => {
  test('deletes what the run made, over all pages, and nothing else', () => {
    const api = filled(12);
    expect(clean(api)).toEqual({ deleted: 12, left: false });
    expect([...api.items.values()].map(({ title }) => title)).toEqual([
      'of somebody else',
      expect.stringMatching(/^load run2: /),
    ]);
  });

  test('reads no further than to what is older than the run', () => {
    const api = filled(12);
    clean(api, { startedAt: 1_800_000_000_000 + 3_600_000 });
    expect(api.requests.filter(({ name }) => name === 'GET /items')).toHaveLength(1);
  });

  test('says that something is left where time is up', () => {
    let now = 0;
    expect(clean(filled(12), { now: () => (now += 20) })).toEqual({ deleted: 5, left: true });
  });

  test('gives up where nothing answers', () => {
    const api = filled(3);
    api.order(() => ({ status: 0 }));
    expect(clean(api)).toEqual({ deleted: 0, left: true });
    expect(api.requests.filter(({ status }) => status === 0)).toHaveLength(1);
  });
});
