/** What put-item does to the table, all of it with PutItem. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { epochSeconds, hasExpired } from '../../domain/stored-item.ts';
import type { CreatingStore, KeyRecord } from '../item-store.ts';
import {
  isFree,
  itemKey,
  itemRecord,
  readItem,
  readRecord,
  type TableRecord,
} from './item-record.ts';
import { conditionally, type Table } from './table.ts';

const keyRecord = (owner: string, record: KeyRecord): TableRecord => ({
  owner,
  sk: `key#${record.keyHash}`,
  ...record,
});

export function creatingStore({ client, name }: Table): CreatingStore {
  const put = (Item: TableRecord, ConditionExpression: string, values?: TableRecord) =>
    client.send(
      new PutCommand({
        TableName: name,
        Item,
        ConditionExpression,
        ExpressionAttributeValues: values,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
  const putIfFree = (record: TableRecord, now: number) =>
    put(record, isFree, { ':now': epochSeconds(now) });

  return {
    claimKey: (owner, record, now) =>
      conditionally(
        putIfFree(keyRecord(owner, record), now),
        () => record,
        (old) => readRecord<KeyRecord>(old!),
      ),
    settleKey: (owner, record) =>
      conditionally(
        put(keyRecord(owner, { ...record, settled: true }), 'itemId = :itemId', {
          ':itemId': record.itemId,
        }),
        () => undefined,
        () => undefined,
      ),
    insert: (owner, item, now) =>
      conditionally(
        putIfFree(itemRecord(owner, item), now),
        () => ({ item, inserted: true }),
        (old) => ({ item: readItem(old!), inserted: false }),
      ),
    // A PutItem that can never succeed reads the item it would replace: the function may do nothing but PutItem.
    get: (owner, id, now) =>
      conditionally(
        put(itemKey(owner, id), 'attribute_exists(sk) AND attribute_not_exists(sk)'),
        () => undefined,
        (old) => (old && !hasExpired(old, now) ? readItem(old) : undefined),
      ),
  };
}
