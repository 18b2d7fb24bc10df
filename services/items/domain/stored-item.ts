/** An item at rest: what callers see, and how long it lives. */
import type { Item, ItemContent } from '../../contract/item.ts';

export interface StoredItem extends Item {
  /** Epoch seconds, the table's TTL attribute: set for what load-test clients make. */
  readonly expiresAt?: number;
}

/** What an item may hold once its defaults are filled in. */
export type FullContent = ItemContent & Pick<Item, 'done'>;

export const epochSeconds = (ms: number): number => Math.floor(ms / 1000);

/** TTL deletes late (within a few days, says DynamoDB's guide), so whoever reads decides. `now` in ms. */
export const hasExpired = (record: { readonly expiresAt?: number }, now: number): boolean =>
  record.expiresAt !== undefined && record.expiresAt <= epochSeconds(now);

/** The item as callers see it. */
export const shownItem = ({ expiresAt: _, ...item }: StoredItem): Item => item;
