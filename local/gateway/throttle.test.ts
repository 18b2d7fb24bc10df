import { describe, expect, test } from '@jest/globals';
import { startGateway } from './testing/harness.ts';
import { createBucket } from './throttle.ts';

describe('a token bucket', () => {
  test('holds the burst, refills at the rate and never above the burst', () => {
    let now = 0;
    const take = createBucket(2, 3, () => now);
    const takeAll = () => Array.from({ length: 5 }, take).filter(Boolean).length;
    expect(takeAll()).toBe(3);
    now = 499;
    expect(takeAll()).toBe(0);
    now = 500;
    expect(takeAll()).toBe(1);
    now = 60_000;
    expect(takeAll()).toBe(3);
  });

  test('gives nothing at 0/0 and survives a clock that goes back', () => {
    let now = 1000;
    expect(createBucket(0, 0, () => now)()).toBe(false);
    const take = createBucket(1, 1, () => now);
    take();
    now = 0;
    expect(take()).toBe(false);
    now = 1000;
    expect(take()).toBe(true);
  });
});

describe('a stage', () => {
  const statuses = async (
    methodSettings: Record<string, object>,
    paths: readonly string[],
    limits = {},
  ) => {
    const gateway = await startGateway(
      {
        routes: [{ route: 'GET /a' }, { route: 'GET /b' }, { route: 'POST /b/{id}' }],
        methodSettings,
      },
      { now: () => 0, limits },
    );
    const answers: number[] = [];
    for (const path of paths) answers.push((await gateway.send({ path })).status);
    await gateway.close();
    return answers;
  };
  const one = { rate: 1, burst: 1 };

  test('throttles each method by a bucket of its own', async () => {
    expect(await statuses({ '*/*': one }, ['/a', '/a', '/b', '/b'])).toEqual([200, 429, 200, 429]);
  });

  test('lets an exact entry win whole: without limits of its own the method has the account’s', async () => {
    const settings = { '*/*': one, '/b/GET': { MetricsEnabled: true } };
    expect(await statuses(settings, ['/b', '/b', '/a', '/a'])).toEqual([200, 200, 200, 429]);
  });

  test('is throttled by the account over all methods', async () => {
    const limits = { accountRate: 1, accountBurst: 2 };
    expect(await statuses({}, ['/a', '/b', '/a'], limits)).toEqual([200, 200, 429]);
  });

  test('does not charge unknown routes', async () => {
    const limits = { accountRate: 1, accountBurst: 1 };
    expect(await statuses({}, ['/x', '/x', '/a'], limits)).toEqual([403, 403, 200]);
  });
});
