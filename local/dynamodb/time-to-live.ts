/**
 * Deletes items whose TTL has passed. AWS does so within days, this every minute; readers must ignore what has expired either way.
 * Source: Amazon DynamoDB Developer Guide, "Using time to live (TTL) in DynamoDB".
 */
import type { Json } from './aws-error.ts';
import type { Engine } from './engine.ts';
import type { TableModel } from './tables.ts';

const fiveYearsSeconds = 5 * 365 * 24 * 60 * 60;

/** Small pages, so that requests get their turn between two. */
const pageSize = 200;

/**
 * One pass over a table: deletes items whose TTL attribute is a number of epoch seconds in the past, though not by five years or more.
 * Each delete is conditional on that: an item that was given a new life meanwhile stays.
 * @returns how many items were deleted.
 */
export async function sweepExpired(
  engine: Engine,
  { name, definition, timeToLiveAttribute }: TableModel,
  nowMs: number,
): Promise<number> {
  if (!timeToLiveAttribute) return 0;
  const keys = definition['KeySchema'].map(({ AttributeName }: Json) => AttributeName);
  const keyNames = Object.fromEntries(
    keys.map((key: string, index: number) => [`#k${index}`, key]),
  );
  const nowSeconds = Math.floor(nowMs / 1000);
  const expired = '#ttl <= :now AND #ttl > :oldest';
  /** Made anew for every call: engines may change what they are given. */
  const request = () => ({
    TableName: name,
    ExpressionAttributeNames: { '#ttl': timeToLiveAttribute },
    ExpressionAttributeValues: {
      ':now': { N: String(nowSeconds) },
      ':oldest': { N: String(nowSeconds - fiveYearsSeconds) },
    },
  });
  let deleted = 0;
  let from: Json | undefined;
  do {
    const page = await engine.call('Scan', {
      ...request(),
      Limit: pageSize,
      FilterExpression: expired,
      ProjectionExpression: Object.keys(keyNames).join(', '),
      ExpressionAttributeNames: { '#ttl': timeToLiveAttribute, ...keyNames },
      ...(from && { ExclusiveStartKey: from }),
    });
    if (page.status !== 200) return deleted;
    for (const Key of page.body['Items'] as readonly Json[]) {
      const deletion = { ...request(), Key, ConditionExpression: expired };
      if ((await engine.call('DeleteItem', deletion)).status === 200) deleted++;
    }
    from = page.body['LastEvaluatedKey'];
  } while (from);
  return deleted;
}
