/** What update-item does to the table: UpdateItem. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type FullContent, hasExpired, type StoredItem } from '../../domain/stored-item.ts';
import type { ItemStore } from '../item-store.ts';
import { itemCondition, itemKey, readItem } from './item-record.ts';
import { conditionally, type Table } from './table.ts';

const optional = ['note', 'dueOn'] as const;

export const replacingStore = ({ client, name }: Table): Pick<ItemStore, 'replace'> => ({
  replace(owner, id, content, preconditions, now) {
    const updatedAt = new Date(now).toISOString();
    const { expression, values } = itemCondition(preconditions, now);
    const present = optional.filter((field) => content[field] !== undefined);
    const absent = optional.filter((field) => content[field] === undefined);
    const set = ['title', 'done', 'updatedAt', ...present].map((field) => `${field} = :${field}`);
    const remove = absent.length > 0 ? ` REMOVE ${absent.join(', ')}` : '';
    return conditionally(
      client.send(
        new UpdateCommand({
          TableName: name,
          Key: itemKey(owner, id),
          UpdateExpression: `SET ${set.join(', ')}, version = version + :one${remove}`,
          ConditionExpression: expression,
          ExpressionAttributeValues: {
            ...values,
            ':one': 1,
            ':updatedAt': updatedAt,
            ...Object.fromEntries(
              ['title', 'done', ...present].map((field) => [
                `:${field}`,
                content[field as keyof FullContent],
              ]),
            ),
          },
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
      ({ Attributes }) => readItem(Attributes!),
      (old) => {
        if (!old || hasExpired(old, now)) return 'missing';
        const item = readItem(old);
        return isOwnWrite(item, content, updatedAt) ? item : 'stale';
      },
    );
  },
});

/** The SDK repeats a write whose answer got lost; the repetition then meets the first one's result. */
const isOwnWrite = (item: StoredItem, content: FullContent, updatedAt: string): boolean =>
  item.updatedAt === updatedAt &&
  (['title', 'done', ...optional] as const).every((field) => item[field] === content[field]);
