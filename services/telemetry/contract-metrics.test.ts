import { expect, test } from '@jest/globals';
import { metricNamespace, metrics } from '../contract/metrics.ts';
import { StoreUnavailable } from '../items/store/item-store.ts';
import { memoryItemStore } from '../items/store/memory-item-store.ts';
import { emfSamples } from '../testing/emf-samples.ts';
import { itemsApi, type Response } from '../testing/items-api.ts';

/** One request of each kind, through real handlers. */
async function responses(): Promise<readonly Response[]> {
  const store = memoryItemStore();
  const api = itemsApi(store);
  const json = { 'Content-Type': 'application/json' };
  const key = { headers: { 'Idempotency-Key': 'k' } };
  const first = await api.post(undefined, key);
  const { id } = first.body;
  const ifMatch = { 'If-Match': String(first.headers['ETag']) };
  const update = { id, body: { title: 'B' }, headers: { ...json, ...ifMatch } };
  const failing = itemsApi({
    ...store,
    get: () => Promise.reject(new StoreUnavailable('down')),
  });
  return [
    first,
    await api.post(undefined, key),
    await api.call['update-item'](update),
    await api.call['update-item'](update),
    await api.call['get-item']({ id }),
    await api.call['list-items'](),
    await api.call['delete-item']({ id }),
    await failing.call['get-item']({ id }),
  ];
}

/** `Name{dimension,…}`: what CloudWatch would have after these lines, against what alarms and dashboards count on. */
const shape = (name: string, dimensions: readonly string[]) => `${name}{${[...dimensions].sort()}}`;

test('handlers write every metric of the contract with its dimensions, and no other', async () => {
  const lines = (await responses()).map((response) => response.lines.at(-1)!);
  const samples = lines.flatMap(emfSamples);
  const written = samples.map(({ name, dimensions }) => shape(name, Object.keys(dimensions)));
  const promised = Object.entries(metrics).flatMap(([name, { dimensionSets }]) =>
    dimensionSets.map((set) => shape(name, set)),
  );
  expect([...new Set(written)].sort()).toEqual(promised.sort());
  for (const { namespace, name, unit } of samples) {
    expect([namespace, unit]).toEqual([
      metricNamespace,
      metrics[name as keyof typeof metrics].unit,
    ]);
  }
});

test('each request counts as handled exactly once', async () => {
  for (const { lines } of await responses()) {
    const handled = lines
      .filter((line) => '_aws' in JSON.parse(line))
      .flatMap(emfSamples)
      .filter(({ name }) => name === 'Handled');
    expect(handled.map(({ value }) => value)).toEqual([1]);
  }
});
