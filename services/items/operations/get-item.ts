import type { Operation } from '../../http/endpoint.ts';
import { together } from '../../http/validation.ts';
import { isNoneOf, isOneOf } from '../domain/revision.ts';
import type { ItemStore } from '../store/item-store.ts';
import { etag, itemId, preconditions, refused, showing } from './item-request.ts';

/** `GET /items/{id}`: 200 with the item, 304 where the caller has it already. */
export const getItem =
  (dependencies: {
    readonly store: Pick<ItemStore, 'get'>;
    readonly now: () => number;
  }): Operation =>
  async (request) => {
    const [id, conditions] = together(
      () => itemId(request),
      () => preconditions(request),
    );
    const item = await dependencies.store.get(request.owner, id, dependencies.now());
    if (!item) throw refused('missing');
    if (!isOneOf(item, conditions)) throw refused('stale');
    if (isNoneOf(item, conditions)) return { status: 200, ...showing(item), outcome: 'read' };
    return { status: 304, headers: { ETag: etag(item) }, outcome: 'not-modified' };
  };
