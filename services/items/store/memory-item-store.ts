/** The store's twin in memory, for tests: the same contract, no engine. */
import { isNoneOf, isOneOf, type Preconditions } from '../domain/revision.ts';
import { hasExpired, type StoredItem } from '../domain/stored-item.ts';
import type { ItemStore, KeyRecord, Refusal } from './item-store.ts';

export function memoryItemStore(): ItemStore {
  const items = new Map<string, StoredItem>();
  const keys = new Map<string, KeyRecord>();
  const at = (owner: string, id: string) => JSON.stringify([owner, id]);

  const alive = <T extends { readonly expiresAt?: number }>(record: T | undefined, now: number) =>
    record && !hasExpired(record, now) ? record : undefined;

  const acceptable = (
    owner: string,
    id: string,
    conditions: Preconditions,
    now: number,
  ): StoredItem | Refusal => {
    const item = alive(items.get(at(owner, id)), now);
    if (!item) return 'missing';
    return isOneOf(item, conditions) && isNoneOf(item, conditions) ? item : 'stale';
  };

  return {
    async claimKey(owner, record, now) {
      const holder = alive(keys.get(at(owner, record.keyHash)), now) ?? record;
      keys.set(at(owner, record.keyHash), holder);
      return holder;
    },
    async settleKey(owner, record) {
      const place = at(owner, record.keyHash);
      if (keys.get(place)?.itemId === record.itemId) keys.set(place, { ...record, settled: true });
    },
    async insert(owner, item, now) {
      const present = alive(items.get(at(owner, item.id)), now);
      if (!present) items.set(at(owner, item.id), item);
      return { item: present ?? item, inserted: !present };
    },
    async get(owner, id, now) {
      return alive(items.get(at(owner, id)), now);
    },
    async list(owner, { limit, before }, now) {
      const found = [...items]
        .filter(([place, item]) => place === at(owner, item.id) && alive(item, now))
        .map(([, item]) => item)
        .filter(({ id }) => before === undefined || id < before)
        .sort((a, b) => (a.id < b.id ? 1 : -1));
      const page = found.slice(0, limit);
      return { items: page, ...(found.length > limit && { next: page.at(-1)!.id }) };
    },
    async replace(owner, id, content, conditions, now) {
      const old = acceptable(owner, id, conditions, now);
      if (typeof old === 'string') return old;
      const { note: _note, dueOn: _dueOn, ...kept } = old;
      const version = old.version + 1;
      const item = { ...kept, ...content, version, updatedAt: new Date(now).toISOString() };
      items.set(at(owner, id), item);
      return item;
    },
    async remove(owner, id, conditions, now) {
      const old = acceptable(owner, id, conditions, now);
      if (typeof old === 'string') return old;
      items.delete(at(owner, id));
      return 'removed';
    },
  };
}
