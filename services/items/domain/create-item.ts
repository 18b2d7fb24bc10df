/**
 * Making an item, at most once per Idempotency-Key.
 *
 * A key record is written first, then the item, each on condition that it is not there yet; whoever loses either race
 * goes on with what it found, so a crash in between heals with the next attempt and fifty attempts at once make one
 * item. Last, the record is settled: from then on an item that is gone was deleted, and a replay does not bring it back
 * but is told so.
 */
import { createHash } from 'node:crypto';
import {
  ephemeralItemLifeSeconds,
  type ItemContent,
  idempotencyKeyLifeSeconds,
} from '../../contract/item.ts';
import type { CreatingStore, KeyRecord } from '../store/item-store.ts';
import { epochSeconds, type FullContent, type StoredItem } from './stored-item.ts';

export interface CreateItemRequest {
  readonly owner: string;
  readonly content: ItemContent;
  readonly idempotencyKey?: string | undefined;
  /** The item expires by itself. */
  readonly ephemeral: boolean;
}

export type CreateItemResult =
  | { readonly outcome: 'created' | 'replayed'; readonly item: StoredItem }
  /** The key was used with other content. */
  | { readonly outcome: 'key-reused' }
  /** The item that the key made has been deleted since. */
  | { readonly outcome: 'gone' };

export interface CreateItemDependencies {
  readonly store: CreatingStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A fresh ULID for an instant in ms: later ones sort after earlier ones. */
  readonly newId: (ms: number) => string;
}

export const makeCreateItem =
  ({ store, now, newId }: CreateItemDependencies) =>
  async (request: CreateItemRequest): Promise<CreateItemResult> => {
    const { owner, idempotencyKey } = request;
    const at = now();
    const content: FullContent = { ...request.content, done: request.content.done ?? false };
    const draft = newItem(newId(at), content, at, request.ephemeral);
    if (idempotencyKey === undefined) {
      const { item } = await store.insert(owner, draft, at);
      return { outcome: 'created', item };
    }
    const record = keyRecord(idempotencyKey, content, draft.id, at);
    const claim = await store.claimKey(owner, record, at);
    if (claim.contentHash !== record.contentHash) return { outcome: 'key-reused' };
    if (claim.settled) {
      const item = await store.get(owner, claim.itemId, at);
      return item ? { outcome: 'replayed', item } : { outcome: 'gone' };
    }
    const { item, inserted } = await store.insert(owner, { ...draft, id: claim.itemId }, at);
    await store.settleKey(owner, claim);
    return { outcome: inserted ? 'created' : 'replayed', item };
  };

function newItem(id: string, content: FullContent, at: number, ephemeral: boolean): StoredItem {
  const createdAt = new Date(at).toISOString();
  return {
    id,
    ...content,
    version: 1,
    createdAt,
    updatedAt: createdAt,
    ...(ephemeral && { expiresAt: epochSeconds(at) + ephemeralItemLifeSeconds }),
  };
}

const keyRecord = (key: string, content: FullContent, itemId: string, at: number): KeyRecord => ({
  keyHash: digest(key),
  itemId,
  contentHash: digest(
    JSON.stringify([content.title, content.note ?? null, content.done, content.dueOn ?? null]),
  ),
  settled: false,
  expiresAt: epochSeconds(at) + idempotencyKeyLifeSeconds,
});

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');
