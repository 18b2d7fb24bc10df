import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ExecuteStatementCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { awsCatalogue } from '../../cloudwatch/catalogue/aws-catalogue.ts';
import { lookUp } from '../../cloudwatch/catalogue/catalogue.ts';
import { dynamoDbMetrics } from './metrics.ts';
import { type RunningDynamoDb, startDynamoDb } from './running-dynamodb.ts';
import {
  breakGlassArn,
  functionActions,
  lambda,
  role,
  sampleStage,
  stageOf,
  table,
  tableName,
} from './sample-stage.ts';

let running: RunningDynamoDb;
beforeAll(async () => {
  running = await startDynamoDb();
});
afterAll(() => running.close());
beforeEach(() => {
  running.samples.length = 0;
  for (const { id } of running.faults.list()) running.faults.remove(id);
});

const administrator = { accessKeyId: 'local', secretAccessKey: 'local' };
const breakGlass = { accessKeyId: 'break-glass', secretAccessKey: 'break-glass' };

let serial = 0;
const newKey = () => ({ owner: { S: 'alice' }, sk: { S: `item#${++serial}` } });
const anyKey = { owner: { S: 'alice' }, sk: { S: 'item#0' } };

// biome-ignore lint/suspicious/noExplicitAny: one sender for commands of every kind
const send = (caller: Parameters<RunningDynamoDb['client']>[0], command: any): Promise<any> =>
  running.client(caller).send(command);
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  );
const put = (key = newKey(), more = {}) =>
  send('put-item', new PutItemCommand({ TableName: tableName, Item: { ...key, ...more } }));
const samplesOf = (name: string) =>
  running.samples
    .filter((sample) => sample.name === name)
    .map(({ dimensions, value }) => ({ ...dimensions, value }));

/** One command for each action on items. */
const commands = (TableName: string) => ({
  'dynamodb:GetItem': new GetItemCommand({ TableName, Key: anyKey }),
  'dynamodb:PutItem': new PutItemCommand({ TableName, Item: anyKey }),
  'dynamodb:Query': new QueryCommand({
    TableName,
    KeyConditionExpression: '#o = :o',
    ExpressionAttributeNames: { '#o': 'owner' },
    ExpressionAttributeValues: { ':o': { S: 'alice' } },
  }),
  'dynamodb:UpdateItem': new UpdateItemCommand({ TableName, Key: anyKey }),
  'dynamodb:DeleteItem': new DeleteItemCommand({ TableName, Key: anyKey }),
  'dynamodb:Scan': new ScanCommand({ TableName }),
  'dynamodb:BatchGetItem': new BatchGetItemCommand({
    RequestItems: { [TableName]: { Keys: [anyKey] } },
  }),
  'dynamodb:BatchWriteItem': new BatchWriteItemCommand({
    RequestItems: { [TableName]: [{ PutRequest: { Item: anyKey } }] },
  }),
  'dynamodb:ConditionCheckItem': new TransactWriteItemsCommand({
    TransactItems: [
      { ConditionCheck: { TableName, Key: anyKey, ConditionExpression: 'attribute_exists(sk)' } },
    ],
  }),
});

describe.each(Object.entries(functionActions))('%s', (name, own) => {
  const session = `arn:aws:sts::111122223333:assumed-role/${name}-role/${name}`;

  test('may do its one action', async () => {
    await expect(send(name, commands(tableName)[own])).resolves.toBeDefined();
  });

  test.each(Object.keys(commands('')).filter((action) => action !== own))(
    'may not %s',
    async (action) => {
      const command = commands(tableName)[action as keyof ReturnType<typeof commands>];
      expect(await errorOf(send(name, command))).toMatch(
        new RegExp(
          `^AccessDeniedException: User: ${session} is not authorized to perform: ${action} on resource: arn:aws:dynamodb:eu-central-1:111122223333:table/${tableName} (because no identity-based policy allows the ${action} action|with an explicit deny in a resource-based policy)$`,
        ),
      );
    },
  );

  test('may not touch another table', async () => {
    expect(await errorOf(send(name, commands('other')[own]))).toMatch(
      /table\/other because no identity-based policy allows/,
    );
  });
});

describe('callers', () => {
  test('strangers are not recognized', async () => {
    const stranger = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'x' };
    expect(await errorOf(send(stranger, new ListTablesCommand({})))).toBe(
      'UnrecognizedClientException: The security token included in the request is invalid.',
    );
  });

  test("a function's key without its secret is refused", async () => {
    const { accessKeyId, sessionToken } = running.dynamoDb.credentials('get-item');
    const stolen = { accessKeyId, secretAccessKey: 'guess', sessionToken: sessionToken ?? '' };
    expect(await errorOf(send(stolen, commands(tableName)['dynamodb:GetItem']))).toMatch(
      /^InvalidSignatureException/,
    );
  });

  test('administrators have the control plane, and not the items', async () => {
    expect(await send(administrator, new ListTablesCommand({}))).toMatchObject({
      TableNames: [tableName],
    });
    const { Table } = await send(administrator, new DescribeTableCommand({ TableName: tableName }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: expect.stringContaining(':111122223333:table/'),
    });
    const ttl = await send(administrator, new DescribeTimeToLiveCommand({ TableName: tableName }));
    expect(ttl.TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'expiresAt',
    });
    expect(await errorOf(send(administrator, new ScanCommand({ TableName: tableName })))).toMatch(
      /explicit deny in a resource-based policy/,
    );
  });

  test('whoever breaks the glass sees the items', async () => {
    await put();
    const { Items } = await send(breakGlass, new ScanCommand({ TableName: tableName }));
    expect(Items.length).toBeGreaterThan(0);
    expect(JSON.stringify(sampleStage().ofType('AWS::DynamoDB::Table')[0]?.properties)).toContain(
      breakGlassArn,
    );
  });

  test('the function that calls without a policy for it appears in no grant, the others do', async () => {
    await put();
    const { used, unused } = running.dynamoDb.grants();
    expect(used.map(({ action }) => action)).toContain('dynamodb:PutItem');
    expect(unused.map(({ action }) => action)).toContain('xray:PutTraceSegments');
  });

  test('the functions have no credentials under a name that the template does not know', () => {
    expect(() => running.dynamoDb.credentials('nobody')).toThrow(/no such caller/);
  });
});

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

  test('a GET is a health check', async () => {
    expect(await (await fetch(running.dynamoDb.url)).text()).toBe(
      'healthy: dynamodb.eu-central-1.amazonaws.com ',
    );
  });

  test('with PartiQL are refused by name', async () => {
    const command = new ExecuteStatementCommand({ Statement: 'SELECT * FROM t' });
    expect(await errorOf(send(administrator, command))).toBe(
      'ValidationException: PartiQL (ExecuteStatement) is not emulated locally',
    );
  });

  test('may name the table by its ARN', async () => {
    const key = newKey();
    await put(key);
    const TableName = `arn:aws:dynamodb:eu-central-1:111122223333:table/${tableName}`;
    const { Item } = await send('get-item', new GetItemCommand({ TableName, Key: key }));
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
      await put(Key, { title: { S: 'old' } });
      const itemOf = (more: object) =>
        send(name, write(more)).catch((error: ConditionalCheckFailedException) => error.Item);
      expect(await itemOf({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })).toEqual({
        ...Key,
        title: { S: 'old' },
      });
      expect(await itemOf({})).toBeUndefined();
      expect(samplesOf('ConditionalCheckFailedRequests')).toEqual([
        { TableName: tableName, value: 1 },
        { TableName: tableName, value: 1 },
      ]);
    },
  );

  test('yield no item where there is none', async () => {
    const error = await send(
      'update-item',
      new UpdateItemCommand({
        TableName: tableName,
        Key: newKey(),
        ConditionExpression: 'attribute_exists(sk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ).catch((thrown: ConditionalCheckFailedException) => thrown);
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(error.Item).toBeUndefined();
  });

  test('each loser of a race sees the winner', async () => {
    const key = newKey();
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        send(
          'put-item',
          new PutItemCommand({
            ...refused,
            Item: { ...key, by: { N: String(n) } },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ).then(
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
    expect((await send('put-item', command)).ConsumedCapacity).toEqual(expected);
    expect(samplesOf('ConsumedWriteCapacityUnits')).toEqual([{ TableName: tableName, value: 3 }]);
  });

  test('of reads is half where they need not be consistent', async () => {
    const key = newKey();
    await put(key);
    for (const ConsistentRead of [true, false]) {
      await send(
        'get-item',
        new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead }),
      );
    }
    expect(samplesOf('ConsumedReadCapacityUnits').map(({ value }) => value)).toEqual([1, 0.5]);
  });

  test('of a failed condition is that of the item in the way', async () => {
    const key = newKey();
    await put(key, { note: { S: 'x'.repeat(2500) } });
    running.samples.length = 0;
    const ConditionExpression = 'attribute_not_exists(sk)';
    await errorOf(
      send(
        'put-item',
        new PutItemCommand({ TableName: tableName, Item: key, ConditionExpression }),
      ),
    );
    expect(samplesOf('ConsumedWriteCapacityUnits').map(({ value }) => value)).toEqual([3]);
  });
});

describe('metrics', () => {
  test('of a success: latency per operation, items per query', async () => {
    await put();
    await send('list-items', commands(tableName)['dynamodb:Query']);
    expect(samplesOf('SuccessfulRequestLatency')).toEqual([
      { TableName: tableName, Operation: 'PutItem', value: expect.any(Number) },
      { TableName: tableName, Operation: 'Query', value: expect.any(Number) },
    ]);
    expect(samplesOf('ReturnedItemCount')).toEqual([
      { TableName: tableName, Operation: 'Query', value: expect.any(Number) },
    ]);
    expect(
      running.samples.map(({ name }) => name).filter((name) => /Error|Thrott/.test(name)),
    ).toEqual([]);
  });

  test('of a refused call: a user error without dimensions', async () => {
    await errorOf(send('get-item', new ScanCommand({ TableName: tableName })));
    expect(running.samples).toEqual([
      expect.objectContaining({
        namespace: 'AWS/DynamoDB',
        name: 'UserErrors',
        dimensions: {},
        value: 1,
        unit: 'Count',
      }),
    ]);
  });

  test('are all in the catalogue, with unit and dimensions', () => {
    const catalogue = awsCatalogue();
    const wrong = dynamoDbMetrics.flatMap(({ namespace, metric, unit, dimensionSets }) =>
      dimensionSets
        .map((set) => ({ unit, metric, set, verdict: lookUp(catalogue, namespace, metric, set) }))
        .filter(({ verdict }) => verdict.kind !== 'known' || verdict.entries[0]?.unit !== unit),
    );
    expect(wrong).toEqual([]);
  });

  test('all declare what they emit', async () => {
    const { dynamoDb } = running;
    await put(newKey(), { expiresAt: { N: '1' } });
    await dynamoDb.sweep();
    const declared = dynamoDbMetrics.flatMap(({ metric, dimensionSets }) =>
      dimensionSets.map((set) => `${metric} ${[...set].sort()}`),
    );
    for (const { name, dimensions } of running.samples) {
      expect(declared).toContain(`${name} ${Object.keys(dimensions).sort()}`);
    }
  });
});

describe('faults', () => {
  const get = () => errorOf(send('get-item', commands(tableName)['dynamodb:GetItem']));

  test('table-throttling answers and counts as AWS does for a table on demand', async () => {
    running.faults.add({ kind: 'table-throttling' });
    const error = await send('get-item', commands(tableName)['dynamodb:GetItem']).catch(
      (thrown: unknown) => thrown,
    );
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
    expect(samplesOf('SystemErrors')).toEqual([
      { TableName: tableName, Operation: 'GetItem', value: 1 },
    ]);
  });

  test('table-latency shows in the latency', async () => {
    running.faults.add({ kind: 'table-latency', delayMs: 40 });
    expect(await get()).toBe('no error');
    expect(samplesOf('SuccessfulRequestLatency')[0]?.value).toBeGreaterThanOrEqual(39);
  });

  test('hit one route only, if so asked, and never people', async () => {
    running.faults.add({ kind: 'table-errors', route: 'route of put-item' });
    expect(await get()).toBe('no error');
    expect(await errorOf(put())).toMatch(/^InternalServerError/);
    running.faults.add({ kind: 'table-errors' });
    expect(await errorOf(send(breakGlass, new ScanCommand({ TableName: tableName })))).toBe(
      'no error',
    );
  });

  test('do not hide a missing permission', async () => {
    running.faults.add({ kind: 'table-errors' });
    expect(await errorOf(send('get-item', new ScanCommand({ TableName: tableName })))).toMatch(
      /^AccessDenied/,
    );
  });
});

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
    await put(key('gone'), { expiresAt: { N: String(soon - 1) } });
    await put(key('forever'));
    for (const [name, expiresAt] of Object.entries(keep)) await put(key(name), { expiresAt });
    running.samples.length = 0;
    expect(await running.dynamoDb.sweep()).toBe(1);
    const left = await send(
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
    expect(samplesOf('TimeToLiveDeletedItemCount')).toEqual([{ TableName: tableName, value: 1 }]);
    expect(samplesOf('ConsumedWriteCapacityUnits')).toEqual([]);
  });

  test('passes over more than one page, by itself, on the given clock', async () => {
    let now = Date.now();
    const other = await startDynamoDb({ now: () => now, sweepEveryMs: 5 });
    const expiresAt = { N: String(Math.floor(now / 1000) + 10) };
    const client = other.client('put-item');
    await Promise.all(
      Array.from({ length: 230 }, (_, n) =>
        client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: { owner: { S: 'o' }, sk: { S: `${n}` }, expiresAt },
          }),
        ),
      ),
    );
    const count = async () =>
      (await other.client(breakGlass).send(new ScanCommand({ TableName: tableName }))).Count;
    expect(await count()).toBe(230);
    now += 11_000;
    while ((await count()) !== 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await other.close();
  });
});

describe('idle minutes', () => {
  test('consume zero, on table and index', async () => {
    const index = {
      IndexName: 'by-title',
      KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    };
    const stage = sampleStage({ GlobalSecondaryIndexes: [index] });
    const other = await startDynamoDb({ stage, clock: { speed: 6000 } });
    while (other.samples.length < 8) await new Promise((resolve) => setTimeout(resolve, 5));
    await other.close();
    const text = other.samples
      .slice(0, 4)
      .map(
        ({ name, dimensions, value }) => `${name} ${Object.values(dimensions).slice(1)} ${value}`,
      );
    expect(text).toEqual([
      'ConsumedReadCapacityUnits  0',
      'ConsumedWriteCapacityUnits  0',
      'ConsumedReadCapacityUnits by-title 0',
      'ConsumedWriteCapacityUnits by-title 0',
    ]);
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

describe('a data directory', () => {
  test('keeps the items from one start to the next', async () => {
    const first = await startDynamoDb();
    await first.client('put-item').send(new PutItemCommand({ TableName: tableName, Item: anyKey }));
    await first.dynamoDb.close();
    const second = await startDynamoDb({ dataDirectory: first.directory });
    const { Item } = await second
      .client('get-item')
      .send(new GetItemCommand({ TableName: tableName, Key: anyKey }));
    await second.close();
    expect(Item).toEqual(anyKey);
  });

  test('in use is refused in one line', async () => {
    await expect(startDynamoDb({ dataDirectory: running.directory })).rejects.toThrow(
      /^the data in \/.* is in use by another process: stop it first$/,
    );
  });

  test('with another key than the template is refused in one line', async () => {
    const first = await startDynamoDb();
    await first.dynamoDb.close();
    const stage = sampleStage({
      KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'owner', AttributeType: 'S' }],
    });
    await expect(startDynamoDb({ dataDirectory: first.directory, stage })).rejects.toThrow(
      /^The stored table manara-test-items has another key or other indexes than the template: start with --fresh$/,
    );
    await first.close();
  });

  test.each(['MANIFEST-999999\n', 'no line'])(
    'damaged is refused in one line: %j',
    async (text) => {
      const first = await startDynamoDb();
      await first.dynamoDb.close();
      await writeFile(join(first.directory, 'CURRENT'), text);
      await expect(startDynamoDb({ dataDirectory: first.directory })).rejects.toThrow(
        /^the data in \S+ is damaged \(.*\): restore it, or start with --fresh$/,
      );
    },
  );

  test('that is a file is refused in one line', async () => {
    await expect(startDynamoDb({ dataDirectory: import.meta.filename })).rejects.toThrow(
      /dynamodb\.test\.ts cannot be read or written \(/,
    );
  });
});

test('an engine that does not answer is refused in one line', async () => {
  await expect(startDynamoDb({ engineUrl: 'http://127.0.0.1:1' })).rejects.toThrow(
    /^No DynamoDB engine answers at http:\/\/127\.0\.0\.1:1 \(.*ECONNREFUSED.*\): start it, or leave out --dynamodb$/,
  );
});

test('a port in use is refused in one line', async () => {
  const port = Number(new URL(running.dynamoDb.url).port);
  await expect(startDynamoDb({ port })).rejects.toThrow(
    `Port ${port} (DynamoDB) is in use; free it`,
  );
});
