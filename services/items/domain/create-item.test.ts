import { afterAll, describe, expect, test } from '@jest/globals';
import { monotonicFactory } from 'ulid';
import { type DynaliteTable, dynaliteTable } from '../../testing/dynalite-table.ts';
import { dynamodbItemStore } from '../store/dynamodb/dynamodb-item-store.ts';
import type { ItemStore } from '../store/item-store.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { makeCreateItem } from './create-item.ts';

let dynalite: DynaliteTable | undefined;
afterAll(() => dynalite?.close());

const stores: readonly (readonly [string, () => Promise<ItemStore>])[] = [
  ['in memory', async () => memoryItemStore()],
  [
    'in DynamoDB',
    async () => {
      dynalite ??= await dynaliteTable();
      return dynamodbItemStore(dynalite.table());
    },
  ],
];

const request = {
  owner: 'owner-1',
  content: { title: 'A' },
  idempotencyKey: 'k1',
  ephemeral: false,
};

describe.each(stores)('creating an item %s', (_, makeStore) => {
  test('fifty times at once with one key makes one item, which all of them get', async () => {
    const store = await makeStore();
    const createItem = makeCreateItem({ store, now: Date.now, newId: monotonicFactory() });
    const results = await Promise.all(Array.from({ length: 50 }, () => createItem(request)));
    const { items } = await store.list(request.owner, { limit: 100 }, Date.now());
    expect(items).toHaveLength(1);
    const ids = results.map((result) => ('item' in result ? result.item.id : result.outcome));
    expect(new Set(ids)).toEqual(new Set([items[0]!.id]));
    expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
  });

  test('fifty times at once without a key makes fifty', async () => {
    const store = await makeStore();
    const createItem = makeCreateItem({ store, now: Date.now, newId: monotonicFactory() });
    const keyless = { ...request, owner: 'owner-2', idempotencyKey: undefined };
    await Promise.all(Array.from({ length: 50 }, () => createItem(keyless)));
    const { items } = await store.list('owner-2', { limit: 100 }, Date.now());
    expect(items).toHaveLength(50);
  });
});
