/**
 * Where items are kept. `owner` partitions everything: no call sees another owner's records.
 * `now` (ms) decides what has expired; expired records count as absent.
 */
import type { Preconditions } from '../domain/revision.ts';
import type { FullContent, StoredItem } from '../domain/stored-item.ts';

/** What is remembered about an Idempotency-Key. */
export interface KeyRecord {
  readonly keyHash: string;
  readonly itemId: string;
  readonly contentHash: string;
  /** The item is known to have been written. */
  readonly settled: boolean;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

export interface ItemPage {
  /** Newest first. */
  readonly items: readonly StoredItem[];
  /** The id to list on from, where there may be more. A page may be shorter than asked for and still have one. */
  readonly next?: string;
}

export interface ItemStore {
  /** The record that holds the key: the given one, or the one that was there first. */
  claimKey(owner: string, record: KeyRecord, now: number): Promise<KeyRecord>;
  /** Notes that the item of this key was written. Changes nothing where the key now belongs to another item. */
  settleKey(owner: string, record: KeyRecord): Promise<void>;
  /** Writes the item unless there is one with its id; yields the one that is there then. */
  insert(
    owner: string,
    item: StoredItem,
    now: number,
  ): Promise<{ readonly item: StoredItem; readonly inserted: boolean }>;
  get(owner: string, id: string, now: number): Promise<StoredItem | undefined>;
  /** The items made before the one with the id `before` (it need not exist any more), at most `limit`. */
  list(
    owner: string,
    page: { readonly limit: number; readonly before?: string | undefined },
    now: number,
  ): Promise<ItemPage>;
  /** Replaces the content, keeping id and age. */
  replace(
    owner: string,
    id: string,
    content: FullContent,
    preconditions: Preconditions,
    now: number,
  ): Promise<StoredItem | Refusal>;
  remove(
    owner: string,
    id: string,
    preconditions: Preconditions,
    now: number,
  ): Promise<'removed' | Refusal>;
}

/** Why a conditional write did nothing: no such item, or one whose revision will not do. */
export type Refusal = 'missing' | 'stale';

/** What making an item needs. */
export type CreatingStore = Pick<ItemStore, 'claimKey' | 'settleKey' | 'insert' | 'get'>;

/** The store cannot be reached, is overloaded or failing, also after retries: trying later may help. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable';
  readonly code = 'dependency-unavailable';

  constructor(cause: unknown) {
    super('The item store is unavailable', { cause });
  }
}
