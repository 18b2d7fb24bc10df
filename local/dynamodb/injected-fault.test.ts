import {
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type RunningDynamoDb, startDynamoDb } from './testing/running-dynamodb.ts';
import {
  anyKey,
  breakGlass,
  lambda,
  newKey,
  role,
  stageOf,
  table,
  tableName,
} from './testing/sample-stage.ts';

let running: RunningDynamoDb;
beforeAll(async () => {
  running = await startDynamoDb();
});
afterAll(() => running.close());
beforeEach(() => running.reset());

describe('faults', () => {
  const get = () =>
    running.error('get-item', new GetItemCommand({ TableName: tableName, Key: anyKey }));

  test('table-throttling answers and counts as AWS does for a table on demand', async () => {
    running.faults.add({ kind: 'table-throttling' });
    const error = await running
      .send('get-item', new GetItemCommand({ TableName: tableName, Key: anyKey }))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'ThrottlingException',
      $metadata: { httpStatusCode: 400 },
      throttlingReasons: [
        {
          reason: 'TableReadKeyRangeThroughputExceeded',
          resource: `arn:aws:dynamodb:eu-central-1:111122223333:table/${tableName}`,
        },
      ],
    });
    expect(running.samples.map(({ name, dimensions }) => [name, Object.keys(dimensions)])).toEqual([
      ['ReadThrottleEvents', ['TableName']],
      ['ReadKeyRangeThroughputThrottleEvents', ['TableName']],
      ['ThrottledRequests', ['TableName', 'Operation']],
    ]);
  });

  test('table-errors answers 500 and counts a system error', async () => {
    running.faults.add({ kind: 'table-errors' });
    expect(await get()).toMatch(/^InternalServerError: The server encountered an internal error/);
    expect(running.samplesOf('SystemErrors')).toEqual([
      { TableName: tableName, Operation: 'GetItem', value: 1 },
    ]);
  });

  test('table-latency shows in the latency', async () => {
    running.faults.add({ kind: 'table-latency', delayMs: 40 });
    expect(await get()).toBe('no error');
    expect(running.samplesOf('SuccessfulRequestLatency')[0]?.value).toBeGreaterThanOrEqual(39);
  });

  test('hit one route only, if so asked, and never people', async () => {
    running.faults.add({ kind: 'table-errors', route: 'route of put-item' });
    expect(await get()).toBe('no error');
    expect(
      await running.error('put-item', new PutItemCommand({ TableName: tableName, Item: newKey() })),
    ).toMatch(/^InternalServerError/);
    running.faults.add({ kind: 'table-errors' });
    expect(await running.error(breakGlass, new ScanCommand({ TableName: tableName }))).toBe(
      'no error',
    );
  });

  test('do not hide a missing permission', async () => {
    running.faults.add({ kind: 'table-errors' });
    expect(await running.error('get-item', new ScanCommand({ TableName: tableName }))).toMatch(
      /^AccessDenied/,
    );
  });
});

describe('a provisioned table with an index', () => {
  test('is throttled by its provision, under the index', async () => {
    const index = {
      IndexName: 'by-owner',
      KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    };
    const stage = stageOf([
      lambda('reader'),
      role('reader', {
        Policies: [
          {
            PolicyName: 'p',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: {
                Effect: 'Allow',
                Action: 'dynamodb:*',
                Resource: 'arn:aws:dynamodb:*:*:table/*',
              },
            },
          },
        ],
      }),
      table({
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
        GlobalSecondaryIndexes: [index],
      }),
    ]);
    const other = await startDynamoDb({ stage });
    const query = new QueryCommand({
      TableName: tableName,
      IndexName: 'by-owner',
      KeyConditionExpression: '#o = :o',
      ExpressionAttributeNames: { '#o': 'owner' },
      ExpressionAttributeValues: { ':o': { S: 'alice' } },
    });
    await other.client('reader').send(new PutItemCommand({ TableName: tableName, Item: anyKey }));
    expect(await other.client('reader').send(query)).toMatchObject({ Count: 1 });
    expect(other.samples).toContainEqual(
      expect.objectContaining({
        name: 'ConsumedReadCapacityUnits',
        dimensions: { TableName: tableName, GlobalSecondaryIndexName: 'by-owner' },
      }),
    );
    other.faults.add({ kind: 'table-throttling' });
    const error = await other
      .client('reader')
      .send(query)
      .catch((thrown: unknown) => thrown);
    await other.close();
    expect(error).toMatchObject({
      name: 'ProvisionedThroughputExceededException',
      ThrottlingReasons: [
        {
          reason: 'IndexReadProvisionedThroughputExceeded',
          resource: expect.stringMatching(/index\/by-owner$/),
        },
      ],
    });
    expect(other.samples.map(({ name }) => name)).toContain(
      'ReadProvisionedThroughputThrottleEvents',
    );
  });
});
