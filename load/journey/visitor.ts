/**
 * The journey of one caller: each turn makes one request, drawn from the mix, on items of the caller's own. Nobody else
 * writes them, so every answer can be foretold, and checked.
 */
import type { FunctionName } from '../../services/contract/routes.ts';
import { itemContent } from './item-content.ts';
import type { ItemsClient, Version } from './items-client.ts';
import { mix, variants } from './mix.ts';

interface HeldItem extends Version {
  /** The first `Idempotency-Key` and what was sent with it. */
  readonly key: string;
  readonly made: number;
  readonly oldEtag?: string;
}

export interface VisitorOptions {
  readonly client: ItemsClient;
  readonly runId: string;
  /** Unique among the run's visitors. */
  readonly name: string;
  readonly random?: () => number;
}

/** Whoever holds as many deletes one instead of making another. */
const mostItems = 10;

/** @returns a turn: one request */
export function visitor({ client, runId, name, random = Math.random }: VisitorOptions): () => void {
  const held: HeldItem[] = [];
  let toReplay: HeldItem | undefined;
  let cursor: string | undefined;
  let made = 0;

  const chance = (share: number) => random() < share;
  const put = (old: HeldItem | undefined, item?: HeldItem) => {
    if (old) held.splice(held.indexOf(old), 1);
    if (old === toReplay) toReplay = undefined;
    if (item) held.push(item);
  };

  function create(): void {
    if (toReplay) {
      client.create(itemContent(runId, toReplay.made), toReplay.key, toReplay.id);
      toReplay = undefined;
      return;
    }
    made += 1;
    const key = `${runId}-${name}-${made}`;
    const version = client.create(itemContent(runId, made), key);
    const item = version && { ...version, key, made };
    put(undefined, item);
    if (chance(variants.replay)) toReplay = item;
  }

  function list(): void {
    cursor = client.list(chance(variants.nextPage) ? cursor : undefined)?.nextCursor ?? undefined;
  }

  function read({ id, etag }: HeldItem): void {
    client.read(id, chance(variants.conditionalRead) ? etag : undefined);
  }

  function update(item: HeldItem): void {
    const content = { ...itemContent(runId, item.made), done: chance(0.5) };
    if (item.oldEtag && chance(variants.staleUpdate)) {
      client.updateStale(item.id, item.oldEtag, content);
      return;
    }
    const version = client.update(item.id, item.etag, content);
    // Without the expected answer nobody knows its state: the clean-up finds it.
    put(item, version && { ...item, ...version, oldEtag: item.etag });
  }

  function remove(item: HeldItem): void {
    client.remove(item.id);
    put(item);
  }

  return () => {
    const drawn = draw(random());
    const item = held[Math.floor(random() * held.length)];
    if (drawn === 'list-items') return list();
    if (!item || (drawn === 'put-item' && held.length < mostItems)) return create();
    if (drawn === 'get-item') return read(item);
    return drawn === 'update-item' ? update(item) : remove(item);
  };
}

/** @param point 0–1 */
function draw(point: number): FunctionName {
  let end = 0;
  const found = Object.entries(mix).find(([, share]) => {
    end += share;
    return point < end;
  });
  return (found?.[0] ?? 'get-item') as FunctionName;
}
