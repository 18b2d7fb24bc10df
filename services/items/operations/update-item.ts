import type { Operation } from '../../http/endpoint.ts';
import { jsonBody } from '../../http/json-body.ts';
import { Problem } from '../../http/problem.ts';
import { together } from '../../http/validation.ts';
import { itemContent } from '../domain/item-content.ts';
import type { ItemStore } from '../store/item-store.ts';
import { itemId, preconditions, refused, showing } from './item-request.ts';

/** `PUT /items/{id}`: replaces the content of the revision that `If-Match` names; 200 with the item. */
export const updateItem =
  (dependencies: {
    readonly store: Pick<ItemStore, 'replace'>;
    readonly now: () => number;
  }): Operation =>
  async (request) => {
    const [id, content, conditions] = together(
      () => itemId(request),
      () => jsonBody(request, itemContent),
      () => preconditions(request),
    );
    if (request.header('If-Match') === undefined) {
      throw new Problem(
        'if-match-required',
        'Send the ETag of the item as you read it in If-Match.',
      );
    }
    const full = { ...content, done: content.done ?? false };
    const { store, now } = dependencies;
    const item = await store.replace(request.owner, id, full, conditions, now());
    if (typeof item === 'string') throw refused(item);
    return { status: 200, ...showing(item), outcome: 'updated' };
  };
