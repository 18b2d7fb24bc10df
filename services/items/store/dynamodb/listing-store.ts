/** What list-items does to the table: one Query. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { epochSeconds } from '../../domain/stored-item.ts';
import type { ItemStore } from '../item-store.ts';
import { isAlive, itemKey, itemPrefix, readItem } from './item-record.ts';
import type { Table } from './table.ts';

export const listingStore = ({ client, name }: Table): Pick<ItemStore, 'list'> => ({
  async list(owner, { limit, before }, now) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: name,
        KeyConditionExpression: '#owner = :owner AND begins_with(sk, :prefix)',
        FilterExpression: isAlive,
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: {
          ':owner': owner,
          ':prefix': itemPrefix,
          ':now': epochSeconds(now),
        },
        ExclusiveStartKey: before === undefined ? undefined : itemKey(owner, before),
        ScanIndexForward: false,
        ConsistentRead: true,
        // One more than asked for: it tells whether a next page has anything on it.
        Limit: limit + 1,
      }),
    );
    const items = Items.slice(0, limit).map(readItem);
    if (Items.length > limit) return { items, next: items.at(-1)!.id };
    // The filter, or a megabyte of notes, can end a page early; then the table says where it stopped.
    const stoppedAt: string | undefined = LastEvaluatedKey?.['sk'];
    return stoppedAt ? { items, next: stoppedAt.slice(itemPrefix.length) } : { items };
  },
});
