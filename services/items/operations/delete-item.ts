import type { Operation } from '../../http/endpoint.ts';
import { together } from '../../http/validation.ts';
import type { ItemStore } from '../store/item-store.ts';
import { itemId, preconditions, refused } from './item-request.ts';

/** `DELETE /items/{id}`: 204; with `If-Match` only where nobody has changed the item. */
export const deleteItem =
  (dependencies: {
    readonly store: Pick<ItemStore, 'remove'>;
    readonly now: () => number;
  }): Operation =>
  async (request) => {
    const [id, conditions] = together(
      () => itemId(request),
      () => preconditions(request),
    );
    const { store, now } = dependencies;
    const result = await store.remove(request.owner, id, conditions, now());
    if (result !== 'removed') throw refused(result);
    return { status: 204, outcome: 'deleted' };
  };
