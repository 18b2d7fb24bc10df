/**
 * One state of one item, and the conditions that a request may put on it.
 * The time of writing belongs to a revision: an item that expired or was deleted and is made again starts at version 1
 * too, and must not pass for its predecessor.
 */
import type { Item } from '../../contract/item.ts';

export type Revision = Pick<Item, 'version' | 'updatedAt'>;

export interface Preconditions {
  /** Only these revisions will do; absent: any. */
  readonly oneOf?: readonly Revision[];
  /** None of these will do; `*`: none at all. */
  readonly noneOf?: readonly Revision[] | '*';
}

const isSame = (a: Revision) => (b: Revision) =>
  a.version === b.version && a.updatedAt === b.updatedAt;

export const isOneOf = (revision: Revision, { oneOf }: Preconditions): boolean =>
  oneOf === undefined || oneOf.some(isSame(revision));

export const isNoneOf = (revision: Revision, { noneOf = [] }: Preconditions): boolean =>
  noneOf !== '*' && !noneOf.some(isSame(revision));

/** The opaque text of an entity tag: `<version>-<ms in base 36>`. It can be read back, so that a write can be
 * conditional on it without reading the item first. */
export const revisionTag = ({ version, updatedAt }: Revision): string =>
  `${version.toString(36)}-${Date.parse(updatedAt).toString(36)}`;

/** The revision behind a tag of ours; undefined for anything else, which then matches nothing. */
export function readRevisionTag(tag: string): Revision | undefined {
  const [version = 0, time = 0] = tag.split('-').map((part) => Number.parseInt(part, 36));
  if (!(version > 0 && Math.abs(time) < 8.64e15)) return undefined;
  const revision = { version, updatedAt: new Date(time).toISOString() };
  return revisionTag(revision) === tag ? revision : undefined;
}
