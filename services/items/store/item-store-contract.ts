/** What every item store promises, as one suite: run it on each implementation and on each engine behind one. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { itemLimits } from '../../contract/item.ts';
import type { Revision } from '../domain/revision.ts';
import type { StoredItem } from '../domain/stored-item.ts';
import type { ItemStore, KeyRecord } from './item-store.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');
const seconds = now / 1000;
const earlier = '2026-02-01T08:30:00.123Z';

/** ULIDs in the order in which they were made. */
const id = (n: number): string => `01KJ${String(n).padStart(22, '0')}`;

const anItem = (changes: Partial<StoredItem> = {}): StoredItem => ({
  id: id(1),
  title: 'Water the plants',
  done: false,
  version: 1,
  createdAt: earlier,
  updatedAt: earlier,
  ...changes,
});

const aKey = (changes: Partial<KeyRecord> = {}): KeyRecord => ({
  keyHash: 'hash-of-key',
  itemId: id(1),
  contentHash: 'hash-of-content',
  settled: false,
  expiresAt: seconds + 60,
  ...changes,
});

const revision = ({ version, updatedAt }: StoredItem): Revision => ({ version, updatedAt });

const times = <Value>(n: number, make: (n: number) => Value): Value[] =>
  Array.from({ length: n }, (_, i) => make(i));

/** Each test works for owners of its own, so one table does for all. */
let owners = 0;
const newOwner = (): string => `owner-${process.pid}-${Date.now()}-${++owners}`;

/** @param makeStore called once; the suite leaves its records behind */
export function itemStoreContract(name: string, makeStore: () => Promise<ItemStore>): void {
  describe(`${name} keeps the item store's contract`, () => {
    let store: ItemStore;
    beforeAll(async () => {
      store = await makeStore();
    });

    async function listAll(owner: string, limit: number): Promise<string[][]> {
      const pages: string[][] = [];
      let before: string | undefined;
      do {
        const page = await store.list(owner, { limit, before }, now);
        pages.push(page.items.map((item) => item.id));
        before = page.next;
      } while (before !== undefined);
      return pages;
    }

    describe('insert and get', () => {
      test('an inserted item is read as it was written', async () => {
        const owner = newOwner();
        const item = anItem({
          note: '',
          dueOn: '2026-12-24',
          title: 'منارة 🗼',
          expiresAt: seconds + 1,
        });
        expect(await store.insert(owner, item, now)).toEqual({ item, inserted: true });
        expect(await store.get(owner, item.id, now)).toEqual(item);
      });

      test('an item that is not there is undefined', async () => {
        expect(await store.get(newOwner(), id(1), now)).toBeUndefined();
      });

      test('a second insert under the same id yields the first item and changes nothing', async () => {
        const owner = newOwner();
        await store.insert(owner, anItem(), now);
        const second = await store.insert(owner, anItem({ title: 'Other' }), now);
        expect(second).toEqual({ item: anItem(), inserted: false });
        expect(await store.get(owner, id(1), now)).toEqual(anItem());
      });

      test('of fifty inserts at once one writes and all see its item', async () => {
        const owner = newOwner();
        const results = await Promise.all(
          times(50, (n) => store.insert(owner, anItem({ title: `Title ${n}` }), now)),
        );
        expect(results.filter(({ inserted }) => inserted)).toHaveLength(1);
        expect(new Set(results.map(({ item }) => item.title)).size).toBe(1);
      });
    });

    describe('owners', () => {
      test('nobody reads, lists, replaces or removes the item of another', async () => {
        const [owner, other] = [newOwner(), newOwner()];
        await store.insert(owner, anItem(), now);
        expect(await store.get(other, id(1), now)).toBeUndefined();
        expect(await listAll(other, 10)).toEqual([[]]);
        const content = { title: 'Mine now', done: true };
        expect(await store.replace(other, id(1), content, {}, now)).toBe('missing');
        expect(await store.remove(other, id(1), {}, now)).toBe('missing');
        expect(await store.get(owner, id(1), now)).toEqual(anItem());
      });
    });

    describe('expiry', () => {
      test.each([
        ['in the second it expires', seconds],
        ['long after', seconds - 100_000],
      ])('an item is gone %s, whether or not it has been swept', async (_, expiresAt) => {
        const owner = newOwner();
        await store.insert(owner, anItem({ expiresAt }), now - 1_000_000_000);
        expect(await store.get(owner, id(1), now)).toBeUndefined();
        expect(await listAll(owner, 10)).toEqual([[]]);
        expect(await store.replace(owner, id(1), { title: 'T', done: true }, {}, now)).toBe(
          'missing',
        );
        expect(await store.remove(owner, id(1), {}, now)).toBe('missing');
        const successor = anItem({ title: 'Successor' });
        expect((await store.insert(owner, successor, now)).inserted).toBe(true);
        expect(await store.get(owner, id(1), now)).toEqual(successor);
      });

      test('an item lives until the second it expires', async () => {
        const owner = newOwner();
        const item = anItem({ expiresAt: seconds + 1 });
        await store.insert(owner, item, now);
        expect(await store.get(owner, id(1), now + 999)).toEqual(item);
        expect(await listAll(owner, 10)).toEqual([[id(1)]]);
      });
    });

    describe('list', () => {
      test('lists newest first in pages, and says on the last one that it is the last', async () => {
        const owner = newOwner();
        for (const n of [3, 1, 5, 2, 4]) await store.insert(owner, anItem({ id: id(n) }), now);
        expect(await listAll(owner, 2)).toEqual([[id(5), id(4)], [id(3), id(2)], [id(1)]]);
        expect(await listAll(owner, 5)).toEqual([[5, 4, 3, 2, 1].map(id)]);
      });

      test('goes on after an item that has been removed since', async () => {
        const owner = newOwner();
        for (const n of [1, 2, 3]) await store.insert(owner, anItem({ id: id(n) }), now);
        await store.remove(owner, id(2), {}, now);
        const { items } = await store.list(owner, { limit: 5, before: id(2) }, now);
        expect(items.map((item) => item.id)).toEqual([id(1)]);
      });

      test('reaches every living item past any number of expired ones', async () => {
        const owner = newOwner();
        await Promise.all(
          times(12, (n) =>
            store.insert(
              owner,
              anItem({ id: id(n), ...(n % 4 !== 0 && { expiresAt: seconds - 1 }) }),
              now - 1_000_000,
            ),
          ),
        );
        expect((await listAll(owner, 2)).flat()).toEqual([id(8), id(4), id(0)]);
      });

      test('reaches every item where a page is larger than a megabyte', async () => {
        const owner = newOwner();
        const note = '漢'.repeat(itemLimits.noteMaxLength);
        await Promise.all(times(100, (n) => store.insert(owner, anItem({ id: id(n), note }), now)));
        expect((await listAll(owner, 100)).flat()).toEqual(times(100, (n) => id(99 - n)));
      });

      test('does not list key records', async () => {
        const owner = newOwner();
        await store.claimKey(owner, aKey(), now);
        expect(await listAll(owner, 10)).toEqual([[]]);
      });
    });

    describe('replace', () => {
      const content = { title: 'Replaced', done: true };

      test('replaces all content, counts the version up and keeps id, age and expiry', async () => {
        const owner = newOwner();
        const old = anItem({ note: 'Old', dueOn: '2026-12-24', expiresAt: seconds + 60 });
        await store.insert(owner, old, now);
        const { note: _, dueOn: __, ...kept } = old;
        const expected = {
          ...kept,
          ...content,
          version: 2,
          updatedAt: new Date(now).toISOString(),
        };
        expect(await store.replace(owner, id(1), content, {}, now)).toEqual(expected);
        expect(await store.get(owner, id(1), now)).toEqual(expected);
        const full = { ...content, note: 'New', dueOn: '2027-01-01' };
        expect(await store.replace(owner, id(1), full, {}, now)).toMatchObject({
          ...full,
          version: 3,
        });
      });

      test('an item that is not there is missing, whatever the preconditions', async () => {
        const oneOf = [revision(anItem())];
        expect(await store.replace(newOwner(), id(1), content, {}, now)).toBe('missing');
        expect(await store.replace(newOwner(), id(1), content, { oneOf }, now)).toBe('missing');
        expect(await store.replace(newOwner(), id(1), content, { oneOf: [] }, now)).toBe('missing');
      });

      test('of fifty at once on one revision, one wins and the others are stale', async () => {
        const owner = newOwner();
        await store.insert(owner, anItem(), now);
        const conditions = { oneOf: [revision(anItem())] };
        const results = await Promise.all(
          times(50, (n) =>
            store.replace(owner, id(1), { title: `${n}`, done: true }, conditions, now),
          ),
        );
        expect(results.filter((result) => result === 'stale')).toHaveLength(49);
        const winner = results.find((result) => typeof result !== 'string');
        expect(await store.get(owner, id(1), now)).toEqual(winner);
        expect(winner).toMatchObject({ version: 2 });
      });
    });

    describe('preconditions', () => {
      const current = revision(anItem());
      const otherVersion = { ...current, version: 2 };
      const otherTime = { ...current, updatedAt: '2026-02-01T08:30:00.124Z' };
      test.each([
        ['none', {}, true],
        ['the current revision', { oneOf: [current] }, true],
        ['the current revision among others', { oneOf: [otherVersion, current, otherTime] }, true],
        ['another version', { oneOf: [otherVersion] }, false],
        ['the same version written at another time', { oneOf: [otherTime] }, false],
        ['no revision that could be read', { oneOf: [] }, false],
        ['not any', { noneOf: '*' }, false],
        ['not the current revision', { noneOf: [otherTime, current] }, false],
        ['not another revision', { noneOf: [otherVersion, otherTime] }, true],
        ['the current revision, but not it', { oneOf: [current], noneOf: [current] }, false],
        ['twenty revisions', { oneOf: times(20, (n) => ({ ...current, version: n + 1 })) }, true],
      ] as const)('%s: replace and remove agree', async (_, conditions, accepted) => {
        const [replaced, removed] = [newOwner(), newOwner()];
        for (const owner of [replaced, removed]) await store.insert(owner, anItem(), now);
        const content = { title: 'Other', done: true };
        const result = await store.replace(replaced, id(1), content, conditions, now);
        expect(result === 'stale').toBe(!accepted);
        expect(await store.get(replaced, id(1), now)).toMatchObject({ version: accepted ? 2 : 1 });
        expect(await store.remove(removed, id(1), conditions, now)).toBe(
          accepted ? 'removed' : 'stale',
        );
        expect((await store.get(removed, id(1), now)) === undefined).toBe(accepted);
      });
    });

    describe('remove', () => {
      test('removes once', async () => {
        const owner = newOwner();
        await store.insert(owner, anItem(), now);
        expect(await store.remove(owner, id(1), {}, now)).toBe('removed');
        expect(await store.get(owner, id(1), now)).toBeUndefined();
        expect(await store.remove(owner, id(1), {}, now)).toBe('missing');
      });
    });

    describe('keys', () => {
      test('the first record holds the key', async () => {
        const owner = newOwner();
        expect(await store.claimKey(owner, aKey(), now)).toEqual(aKey());
        const late = aKey({ itemId: id(2), contentHash: 'other' });
        expect(await store.claimKey(owner, late, now)).toEqual(aKey());
        expect(await store.claimKey(newOwner(), late, now)).toEqual(late);
        const otherKey = aKey({ keyHash: 'other', itemId: id(2) });
        expect(await store.claimKey(owner, otherKey, now)).toEqual(otherKey);
      });

      test('of fifty claims at once one holds the key', async () => {
        const owner = newOwner();
        const claims = times(50, (n) => store.claimKey(owner, aKey({ itemId: id(n) }), now));
        const holders = (await Promise.all(claims)).map(({ itemId }) => itemId);
        expect(new Set(holders).size).toBe(1);
      });

      test('an expired record gives the key up, whether or not it has been swept', async () => {
        const owner = newOwner();
        await store.claimKey(owner, aKey({ expiresAt: seconds }), now - 1000);
        const next = aKey({ itemId: id(2) });
        expect(await store.claimKey(owner, next, now)).toEqual(next);
      });

      test('a settled record says so', async () => {
        const owner = newOwner();
        await store.claimKey(owner, aKey(), now);
        await store.settleKey(owner, aKey());
        expect(await store.claimKey(owner, aKey(), now)).toEqual(aKey({ settled: true }));
      });

      test('settling does not touch a key that belongs to another item by now, or to none', async () => {
        const owner = newOwner();
        await store.settleKey(owner, aKey());
        expect(await store.claimKey(owner, aKey({ itemId: id(2) }), now)).toMatchObject({
          itemId: id(2),
        });
        await store.settleKey(owner, aKey());
        expect(await store.claimKey(owner, aKey(), now)).toEqual(aKey({ itemId: id(2) }));
      });
    });
  });
}
