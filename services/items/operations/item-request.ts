/** What the requests about one item have in common: its id in the path, conditions on its revision, it as the answer. */
import { type EntityTag, entityTags } from '../../http/entity-tags.ts';
import { isItemId } from '../../http/item-id.ts';
import { invalid, Problem } from '../../http/problem.ts';
import type { Request } from '../../http/request.ts';
import { type Preconditions, readRevisionTag, revisionTag } from '../domain/revision.ts';
import { type StoredItem, shownItem } from '../domain/stored-item.ts';
import type { Refusal } from '../store/item-store.ts';

/** @throws Problem `invalid-request` unless the path holds a ULID */
export function itemId(request: Request): string {
  const id = request.parameter('id');
  if (isItemId(id)) return id;
  throw invalid({
    parameter: 'id',
    detail: 'id must be a ULID: 26 characters, digits and capitals.',
  });
}

/**
 * `If-Match` compares strongly, so a weak tag in it matches nothing; `If-None-Match` weakly (RFC 9110, section 13.1).
 * Tags that are not ours match nothing.
 */
export function preconditions(request: Request): Preconditions {
  const match = entityTags(request, 'If-Match');
  const noneMatch = entityTags(request, 'If-None-Match');
  return {
    ...(Array.isArray(match) && { oneOf: revisions(match.filter(({ weak }) => !weak)) }),
    ...(noneMatch && { noneOf: noneMatch === '*' ? '*' : revisions(noneMatch) }),
  };
}

const revisions = (tags: readonly EntityTag[]) =>
  tags.map(({ value }) => readRevisionTag(value)).filter((revision) => revision !== undefined);

export const etag = (item: StoredItem): string => `"${revisionTag(item)}"`;

/** The body and the headers that show an item. */
export const showing = (item: StoredItem) => ({
  headers: { ETag: etag(item) },
  body: shownItem(item),
});

const refusals = {
  missing: () => new Problem('not-found', 'It may have been deleted, or never have been yours.'),
  stale: () => new Problem('stale-version', 'Read the item again and repeat with its new ETag.'),
} as const satisfies Record<Refusal, () => Problem>;

export const refused = (refusal: Refusal): Problem => refusals[refusal]();
