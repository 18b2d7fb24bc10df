/** How items lie in the table, and the conditions that every access puts on them. */
import type { NativeAttributeValue } from '@aws-sdk/lib-dynamodb';
import type { Preconditions, Revision } from '../../domain/revision.ts';
import { epochSeconds, type StoredItem } from '../../domain/stored-item.ts';

export type TableRecord = Record<string, NativeAttributeValue>;

export const itemPrefix = 'item#';

export const itemKey = (owner: string, id: string) => ({ owner, sk: `${itemPrefix}${id}` });

export const itemRecord = (owner: string, item: StoredItem): TableRecord => ({
  ...itemKey(owner, item.id),
  ...item,
});

/** A record without its key. */
export function readRecord<Kept>(record: TableRecord): Kept {
  const { owner: _owner, sk: _sk, ...kept } = record;
  return kept as Kept;
}

export const readItem = readRecord<StoredItem>;

/** What ends a record's life: DynamoDB sweeps it later. */
export const isAlive = 'attribute_not_exists(expiresAt) OR expiresAt > :now';
export const isFree = 'attribute_not_exists(sk) OR expiresAt <= :now';

/** The condition that an item lives and has an acceptable revision, with the values it speaks of. */
export function itemCondition(
  { oneOf, noneOf = [] }: Preconditions,
  now: number,
): { readonly expression: string; readonly values: TableRecord } {
  const values: TableRecord = { ':now': epochSeconds(now) };
  const isRevision = ({ version, updatedAt }: Revision): string => {
    const n = Object.keys(values).length;
    values[`:version${n}`] = version;
    values[`:updatedAt${n}`] = updatedAt;
    return `version = :version${n} AND updatedAt = :updatedAt${n}`;
  };
  const never = 'attribute_not_exists(sk)';
  const parts = ['attribute_exists(sk)', `(${isAlive})`];
  if (oneOf) parts.push(`(${oneOf.map(isRevision).join(' OR ') || never})`);
  if (noneOf === '*') parts.push(never);
  else parts.push(...noneOf.map((revision) => `NOT (${isRevision(revision)})`));
  return { expression: parts.join(' AND '), values };
}
