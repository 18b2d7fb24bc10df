import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Sample } from './metric.ts';
import { createMetricStore } from './metric-store.ts';

const latency = { namespace: 'N', name: 'Latency', dimensions: { a: '1', b: '2' } };
const minute = 60_000;
const query = { statistic: 'Sum', start: 0, end: 60 * minute, period: 60 };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('metric store', () => {
  test('equal dimensions in another order are the same metric', () => {
    const store = createMetricStore();
    store.put(latency, { timestamp: 1, value: 1 });
    store.put({ ...latency, dimensions: { b: '2', a: '1' } }, { timestamp: 2, value: 2, count: 2 });
    expect(store.datapoints(latency, query)).toEqual([{ timestamp: 0, value: 5 }]);
    expect(store.list()).toEqual([latency]);
  });

  test('other dimensions are another metric: nothing is rolled up', () => {
    const store = createMetricStore();
    store.put(latency, { timestamp: 1, value: 1 });
    expect(store.datapoints({ ...latency, dimensions: { a: '1' } }, query)).toEqual([]);
    expect(store.list({ dimensions: { a: '1' } })).toEqual([latency]);
    expect(store.list({ dimensions: { a: '2' } })).toEqual([]);
    expect(store.list({ name: 'Other' })).toEqual([]);
  });

  test('the order of samples does not matter', () => {
    const sample = fc.record({
      timestamp: fc.nat(30 * minute),
      value: fc.nat(9),
      count: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(sample), fc.constantFrom('p50', 'Sum', 'TM(10%:90%)'), (samples, s) => {
        const filled = (ordered: readonly Sample[]) => {
          const store = createMetricStore();
          for (const each of ordered) store.put(latency, each);
          return store.datapoints(latency, { ...query, statistic: s, period: 300 });
        };
        const sorted = [...samples].sort((a, b) => a.timestamp - b.timestamp);
        expect(filled(samples)).toEqual(filled(sorted));
      }),
    );
  });

  test('a late sample counts, however long its minute has passed', () => {
    const store = createMetricStore();
    for (const at of [0, 1, 2, 3, 4]) store.put(latency, { timestamp: at * minute, value: at });
    store.put(latency, { timestamp: 30_000, value: 8, count: 2 });
    store.put(latency, { timestamp: 5 * minute, value: 5 });
    store.put(latency, { timestamp: 0, value: 0 });
    expect(store.series(latency)?.buckets[0]).toMatchObject({ values: [0, 8], counts: [2, 2] });
    expect(store.datapoints(latency, query).map(({ value }) => value)).toEqual([16, 1, 2, 3, 4, 5]);
  });

  test('of minutes that have passed no map of samples is kept', async () => {
    const made: WeakRef<Map<unknown, unknown>>[] = [];
    const { Map: Original } = globalThis;
    globalThis.Map = class<Key, Value> extends Original<Key, Value> {
      constructor(entries?: Iterable<readonly [Key, Value]> | null) {
        super(entries);
        made.push(new WeakRef(this));
      }
    } as MapConstructor;
    const store = createMetricStore();
    for (let second = 0; second < 3000; second++) {
      store.put(latency, { timestamp: second * 1000, value: second });
      if (second % 7 === 0) store.put(latency, { timestamp: second * 500, value: second });
    }
    globalThis.Map = Original;
    // A WeakRef holds on to what was made in the same turn.
    await new Promise(setImmediate);
    collectGarbage();
    // Of the newest minute, of the one before, of one that a late sample opened, and of all metrics.
    expect(made.filter((each) => each.deref()).length).toBeLessThanOrEqual(4);
    expect(made.length).toBeGreaterThan(50);
    expect(store.series(latency)?.times).toHaveLength(50);
  });

  test('keeps seconds for high-resolution samples and minutes for the rest', () => {
    const store = createMetricStore();
    store.put(latency, { timestamp: 1500, value: 1, storageResolution: 1 });
    store.put(latency, { timestamp: 61_500, value: 1 });
    expect(store.series(latency)?.times).toEqual([1000, 60_000]);
  });

  test('a unit selects its own samples; without one all count', () => {
    const store = createMetricStore();
    store.put(latency, { timestamp: 0, value: 1, unit: 'Milliseconds' });
    store.put(latency, { timestamp: 0, value: 2, unit: 'Seconds' });
    expect(store.datapoints(latency, { ...query, unit: 'Seconds' })[0]?.value).toBe(2);
    expect(store.datapoints(latency, query)[0]?.value).toBe(3);
    expect(store.datapoints(latency, { ...query, unit: 'Bytes' })).toEqual([]);
  });

  test('forgets what is older than the retention', () => {
    const store = createMetricStore({ retention: 120 });
    for (let index = 0; index < 10; index++) {
      store.put(latency, { timestamp: index * minute, value: index });
    }
    expect(store.datapoints(latency, query).map(({ value }) => value)).toEqual([7, 8, 9]);
  });

  test('keeps fifteen days unless told otherwise', () => {
    const store = createMetricStore();
    const day = 1440 * minute;
    for (const at of [0, 1, 16]) store.put(latency, { timestamp: at * day, value: 1 });
    expect(store.series(latency)?.times).toEqual([day, 16 * day]);
  });

  test('answers whole periods, from the one that holds the start', () => {
    const store = createMetricStore();
    for (const at of [4, 5, 6, 9, 10]) store.put(latency, { timestamp: at * minute, value: at });
    const asked = { ...query, start: 7 * minute, end: 10 * minute, period: 300 };
    expect(store.datapoints(latency, asked)).toEqual([{ timestamp: 5 * minute, value: 20 }]);
  });

  test('answers a bucket only with the samples in it', () => {
    const store = createMetricStore();
    for (const at of [0, 4, 5, 9]) store.put(latency, { timestamp: at * minute, value: at });
    expect(
      store.datapoints(latency, { ...query, start: 5 * minute, end: 9 * minute, period: 300 }),
    ).toEqual([{ timestamp: 5 * minute, value: 14 }]);
  });
});
