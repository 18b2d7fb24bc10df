import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Json } from './aws-error.ts';
import type { Engine } from './engine.ts';
import { type TableModel, tablesFromStage } from './tables.ts';
import { type RunningDynamoDb, startDynamoDb } from './testing/running-dynamodb.ts';
import { allOf, anyKey, newKey, sampleStage, tableName } from './testing/sample-stage.ts';
import { sweepExpired } from './time-to-live.ts';

let running: RunningDynamoDb;
beforeAll(async () => {
  running = await startDynamoDb();
});
afterAll(() => running.close());
beforeEach(() => running.reset());

describe('time to live', () => {
  test('deletes what has expired, and nothing else', async () => {
    const now = Date.now();
    const soon = Math.floor(now / 1000);
    const keep = {
      later: { N: String(soon + 60) },
      text: { S: String(soon - 60) },
      ancient: { N: String(soon - 6 * 365 * 86_400) },
    };
    const key = (name: string) => ({ owner: { S: 'ttl' }, sk: { S: name } });
    await running.put(key('gone'), { expiresAt: { N: String(soon - 1) } });
    await running.put(key('forever'));
    for (const [name, expiresAt] of Object.entries(keep))
      await running.put(key(name), { expiresAt });
    running.samples.length = 0;
    expect(await running.dynamoDb.sweep()).toBe(1);
    const left = await running.send(
      'list-items',
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: '#o = :o',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':o': { S: 'ttl' } },
      }),
    );
    expect(left.Items.map(({ sk }: { readonly sk: { readonly S: string } }) => sk.S)).toEqual([
      'ancient',
      'forever',
      'later',
      'text',
    ]);
    expect(running.samplesOf('TimeToLiveDeletedItemCount')).toEqual([
      { TableName: tableName, value: 1 },
    ]);
    expect(running.samplesOf('ConsumedWriteCapacityUnits')).toEqual([]);
  });

  test('passes over more than one page', async () => {
    const expiresAt = { N: String(Math.floor(Date.now() / 1000) - 10) };
    await Promise.all(Array.from({ length: 230 }, () => running.put(newKey(), { expiresAt })));
    expect(await running.dynamoDb.sweep()).toBe(230);
  });

  test('leaves an item that was given a new life meanwhile', async () => {
    const [model] = tablesFromStage(sampleStage());
    const asked: Json[] = [];
    const engine: Engine = {
      async call(operation, input) {
        asked.push({ operation, ...input });
        if (operation === 'Scan') return { status: 200, body: { Items: [anyKey] } };
        return { status: 400, body: { __type: 'x#ConditionalCheckFailedException' } };
      },
      close: async () => undefined,
    };
    expect(await sweepExpired(engine, model as TableModel, 1_000_000)).toBe(0);
    expect(asked[1]).toMatchObject({
      operation: 'DeleteItem',
      Key: anyKey,
      ConditionExpression: '#ttl <= :now AND #ttl > :oldest',
      ExpressionAttributeNames: { '#ttl': 'expiresAt' },
      ExpressionAttributeValues: { ':now': { N: '1000' } },
    });
  });

  test('happens by itself, on the given clock', async () => {
    let now = Date.now();
    const other = await startDynamoDb({ now: () => now, sweepEveryMs: 5 });
    await other.put(anyKey, { expiresAt: { N: String(Math.floor(now / 1000) + 10) } });
    const count = async () =>
      (await other.send('list-items', new QueryCommand(allOf('alice')))).Count;
    expect(await count()).toBe(1);
    now += 11_000;
    while ((await count()) !== 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await other.close();
  });
});
