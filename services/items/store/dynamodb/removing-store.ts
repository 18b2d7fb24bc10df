/** What delete-item does to the table: DeleteItem. */
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { hasExpired } from '../../domain/stored-item.ts';
import type { ItemStore } from '../item-store.ts';
import { itemCondition, itemKey } from './item-record.ts';
import { conditionally, type Table } from './table.ts';

export const removingStore = ({ client, name }: Table): Pick<ItemStore, 'remove'> => ({
  remove(owner, id, preconditions, now) {
    const { expression, values } = itemCondition(preconditions, now);
    return conditionally(
      client.send(
        new DeleteCommand({
          TableName: name,
          Key: itemKey(owner, id),
          ConditionExpression: expression,
          ExpressionAttributeValues: values,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
      () => 'removed',
      (old, attempts) => {
        if (old && !hasExpired(old, now)) return 'stale';
        // The SDK repeats a delete whose answer got lost, and the repetition finds nothing: what was asked for is done.
        return attempts > 1 ? 'removed' : 'missing';
      },
    );
  },
});
