/** What get-item does to the table: GetItem. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { hasExpired } from '../../domain/stored-item.ts';
import type { ItemStore } from '../item-store.ts';
import { itemKey, readItem } from './item-record.ts';
import type { Table } from './table.ts';

export const readingStore = ({ client, name }: Table): Pick<ItemStore, 'get'> => ({
  // Strongly consistent: whoever has written an item reads it, and its new entity tag, at once.
  async get(owner, id, now) {
    const Key = itemKey(owner, id);
    const { Item } = await client.send(
      new GetCommand({ TableName: name, Key, ConsistentRead: true }),
    );
    return Item && !hasExpired(Item, now) ? readItem(Item) : undefined;
  },
});
