import { request } from 'node:http';
import { crc32 } from 'node:zlib';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type RunningDynamoDb, startDynamoDb } from './testing/running-dynamodb.ts';
import { administrator, newKey, tableName } from './testing/sample-stage.ts';

let running: RunningDynamoDb;
beforeAll(async () => {
  running = await startDynamoDb();
});
afterAll(() => running.close());
beforeEach(() => running.reset());

describe('requests', () => {
  const post = (headers: Record<string, string>, body = '{}') =>
    fetch(running.dynamoDb.url, { method: 'POST', headers, body }).then(async (response) => ({
      status: response.status,
      body: await response.text(),
    }));
  const target = { 'x-amz-target': 'DynamoDB_20120810.ListTables' };

  test('without a signature are refused', async () => {
    expect(await post(target)).toEqual({
      status: 400,
      body: '{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}',
    });
  });

  test('are answered with a checksum and an id', async () => {
    const options = { method: 'POST', headers: target };
    const response = await fetch(running.dynamoDb.url, options);
    expect(Number(response.headers.get('x-amz-crc32'))).toBe(crc32(await response.text()));
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9A-Z]{52}$/);
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.0');
  });

  test('for no operation are refused', async () => {
    expect((await post({})).body).toMatch(/UnknownOperationException/);
  });

  test('above 16 MB are cut off', async () => {
    const status = await new Promise((resolve) => {
      const sent = request(running.dynamoDb.url, { method: 'POST', headers: target }, (response) =>
        resolve(response.statusCode),
      );
      sent.on('error', () => undefined);
      sent.end(Buffer.alloc(16 * 1024 * 1024 + 1));
    });
    expect(status).toBe(413);
  });

  test("that end half-way are nobody's business", async () => {
    const sent = request(running.dynamoDb.url, {
      method: 'POST',
      headers: { 'content-length': 9 },
    });
    sent.on('error', () => undefined);
    sent.write('{');
    await new Promise((resolve) => setTimeout(resolve, 20));
    sent.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(
      await running.error('get-item', new GetItemCommand({ TableName: tableName, Key: newKey() })),
    ).toBe('no error');
    expect(running.reports).toEqual([]);
  });

  test('a GET is a health check', async () => {
    expect(await (await fetch(running.dynamoDb.url)).text()).toBe(
      'healthy: dynamodb.eu-central-1.amazonaws.com ',
    );
  });

  test('with PartiQL are refused by name', async () => {
    const command = new ExecuteStatementCommand({ Statement: 'SELECT * FROM t' });
    expect(await running.error(administrator, command)).toBe(
      'ValidationException: PartiQL (ExecuteStatement) is not emulated locally',
    );
  });

  test('may name the table by its ARN', async () => {
    const key = newKey();
    await running.put(key);
    const TableName = `arn:aws:dynamodb:eu-central-1:111122223333:table/${tableName}`;
    const { Item } = await running.send('get-item', new GetItemCommand({ TableName, Key: key }));
    expect(Item).toEqual(key);
  });
});

describe('failed conditions', () => {
  const Key = newKey();
  const refused = { TableName: tableName, ConditionExpression: 'attribute_not_exists(sk)' };
  const writes = {
    'put-item': (more: object) => new PutItemCommand({ ...refused, Item: Key, ...more }),
    'update-item': (more: object) => new UpdateItemCommand({ ...refused, Key, ...more }),
    'delete-item': (more: object) => new DeleteItemCommand({ ...refused, Key, ...more }),
  };

  test.each(Object.entries(writes))(
    '%s yields the item if asked, only then',
    async (name, write) => {
      await running.put(Key, { title: { S: 'old' } });
      const itemOf = (more: object) =>
        running
          .send(name, write(more))
          .catch((error: ConditionalCheckFailedException) => error.Item);
      expect(await itemOf({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })).toEqual({
        ...Key,
        title: { S: 'old' },
      });
      expect(await itemOf({})).toBeUndefined();
      expect(running.samplesOf('ConditionalCheckFailedRequests')).toEqual([
        { TableName: tableName, value: 1 },
        { TableName: tableName, value: 1 },
      ]);
    },
  );

  test('yield no item where there is none', async () => {
    const error = await running
      .send(
        'update-item',
        new UpdateItemCommand({
          TableName: tableName,
          Key: newKey(),
          ConditionExpression: 'attribute_exists(sk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      .catch((thrown: ConditionalCheckFailedException) => thrown);
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(error.Item).toBeUndefined();
  });

  test('each loser of a race sees the winner', async () => {
    const key = newKey();
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        running
          .send(
            'put-item',
            new PutItemCommand({
              ...refused,
              Item: { ...key, by: { N: String(n) } },
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            }),
          )
          .then(
            () => ({ won: n }),
            (error: ConditionalCheckFailedException) => ({ saw: Number(error.Item?.['by']?.N) }),
          ),
      ),
    );
    const winners = results.flatMap((result) => ('won' in result ? [result.won] : []));
    expect(winners).toHaveLength(1);
    expect(results.filter((result) => 'saw' in result && result.saw === winners[0])).toHaveLength(
      49,
    );
  });
});

describe('capacity', () => {
  test.each([
    [undefined, undefined],
    ['TOTAL', { TableName: tableName, CapacityUnits: 3 }],
    ['INDEXES', { TableName: tableName, CapacityUnits: 3, Table: { CapacityUnits: 3 } }],
  ] as const)('is answered as asked: %s', async (ReturnConsumedCapacity, expected) => {
    const Item = { ...newKey(), note: { S: 'x'.repeat(2500) } };
    const command = new PutItemCommand({ TableName: tableName, Item, ReturnConsumedCapacity });
    expect((await running.send('put-item', command)).ConsumedCapacity).toEqual(expected);
    expect(running.samplesOf('ConsumedWriteCapacityUnits')).toEqual([
      { TableName: tableName, value: 3 },
    ]);
  });

  test('of reads is half where they need not be consistent', async () => {
    const key = newKey();
    await running.put(key);
    for (const ConsistentRead of [true, false]) {
      await running.send(
        'get-item',
        new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead }),
      );
    }
    expect(running.samplesOf('ConsumedReadCapacityUnits').map(({ value }) => value)).toEqual([
      1, 0.5,
    ]);
  });

  test('of a failed condition is that of the item in the way', async () => {
    const key = newKey();
    await running.put(key, { note: { S: 'x'.repeat(2500) } });
    running.samples.length = 0;
    const ConditionExpression = 'attribute_not_exists(sk)';
    await running.error(
      'put-item',
      new PutItemCommand({ TableName: tableName, Item: key, ConditionExpression }),
    );
    expect(running.samplesOf('ConsumedWriteCapacityUnits').map(({ value }) => value)).toEqual([3]);
  });
});
