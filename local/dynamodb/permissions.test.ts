import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type RunningDynamoDb, startDynamoDb } from './testing/running-dynamodb.ts';
import {
  administrator,
  allOf,
  allowing,
  anyKey,
  breakGlass,
  breakGlassArn,
  functionActions,
  lambda,
  role,
  sampleStage,
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
    await expect(running.send(name, commands(tableName)[own])).resolves.toBeDefined();
  });

  test.each(Object.keys(commands('')).filter((action) => action !== own))(
    'may not %s',
    async (action) => {
      const command = commands(tableName)[action as keyof ReturnType<typeof commands>];
      expect(await running.error(name, command)).toMatch(
        new RegExp(
          `^AccessDeniedException: User: ${session} is not authorized to perform: ${action} on resource: arn:aws:dynamodb:eu-central-1:111122223333:table/${tableName} (because no identity-based policy allows the ${action} action|with an explicit deny in a resource-based policy)$`,
        ),
      );
    },
  );

  test('may not touch another table', async () => {
    expect(await running.error(name, commands('other')[own])).toMatch(
      /table\/other because no identity-based policy allows/,
    );
  });
});

describe('callers', () => {
  test('strangers are not recognized', async () => {
    const stranger = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'x' };
    expect(await running.error(stranger, new ListTablesCommand({}))).toBe(
      'UnrecognizedClientException: The security token included in the request is invalid.',
    );
  });

  test("a function's key without its secret is refused", async () => {
    const { accessKeyId, sessionToken } = running.dynamoDb.credentials('get-item');
    const stolen = { accessKeyId, secretAccessKey: 'guess', sessionToken: sessionToken ?? '' };
    expect(await running.error(stolen, commands(tableName)['dynamodb:GetItem'])).toMatch(
      /^InvalidSignatureException/,
    );
  });

  test('administrators have the control plane, and not the items', async () => {
    expect(await running.send(administrator, new ListTablesCommand({}))).toMatchObject({
      TableNames: [tableName],
    });
    const { Table } = await running.send(
      administrator,
      new DescribeTableCommand({ TableName: tableName }),
    );
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: expect.stringContaining(':111122223333:table/'),
    });
    const ttl = await running.send(
      administrator,
      new DescribeTimeToLiveCommand({ TableName: tableName }),
    );
    expect(ttl.TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'expiresAt',
    });
    expect(await running.error(administrator, new ScanCommand({ TableName: tableName }))).toMatch(
      /explicit deny in a resource-based policy/,
    );
  });

  test('whoever breaks the glass sees the items', async () => {
    await running.put();
    const { Items } = await running.send(breakGlass, new ScanCommand({ TableName: tableName }));
    expect(Items.length).toBeGreaterThan(0);
    expect(JSON.stringify(sampleStage().ofType('AWS::DynamoDB::Table')[0]?.properties)).toContain(
      breakGlassArn,
    );
  });

  test('the function that calls without a policy for it appears in no grant, the others do', async () => {
    await running.put();
    const { used, unused } = running.dynamoDb.grants();
    expect(used.map(({ action }) => action)).toContain('dynamodb:PutItem');
    expect(unused.map(({ action }) => action)).toContain('xray:PutTraceSegments');
  });

  test('the functions have no credentials under a name that the template does not know', () => {
    expect(() => running.dynamoDb.credentials('nobody')).toThrow(
      'There is no function nobody in the template',
    );
  });
});

describe('a function with more rights', () => {
  const onlyThis = { ...allowing('dynamodb:*') };
  const statement = (more: object) => ({
    Effect: 'Allow',
    Action: 'dynamodb:*',
    Resource: '*',
    ...more,
  });
  const error = async (policy: object, command: object) => {
    const policies = [{ PolicyName: 'p', PolicyDocument: policy }];
    const stage = stageOf([lambda('reader'), role('reader', { Policies: policies }), table()]);
    const other = await startDynamoDb({ stage });
    const result = await other.error('reader', command);
    await other.close();
    return result;
  };
  const batch = (...names: readonly string[]) =>
    new BatchGetItemCommand({
      RequestItems: Object.fromEntries(names.map((name) => [name, { Keys: [anyKey] }])),
    });

  test('needs them on every table of a batch', async () => {
    expect(await error(onlyThis, batch(tableName))).toBe('no error');
    expect(await error(onlyThis, batch(tableName, 'other'))).toMatch(
      /BatchGetItem on resource: \S+table\/other/,
    );
  });

  test.each([
    ['aws:SecureTransport', 'true'],
    ['aws:RequestedRegion', 'eu-central-1'],
    ['aws:ResourceAccount', '111122223333'],
    ['aws:PrincipalArn', 'arn:aws:iam::111122223333:role/reader-role'],
    ['dynamodb:Select', 'COUNT'],
    ['dynamodb:ReturnConsumedCapacity', 'TOTAL'],
  ])('meets a condition on %s', async (key, value) => {
    const query = new QueryCommand({
      ...allOf('a'),
      Select: 'COUNT',
      ReturnConsumedCapacity: 'TOTAL',
    });
    const document = (operator: string) => ({
      Version: '2012-10-17',
      Statement: [statement({ Condition: { [operator]: { [key]: value } } })],
    });
    expect(await error(document('StringEquals'), query)).toBe('no error');
    expect(await error(document('StringNotEquals'), query)).toMatch(/^AccessDenied/);
  });

  test('may be let into a table through transactions only', async () => {
    const Condition = { StringEquals: { 'dynamodb:EnclosingOperation': 'TransactWriteItems' } };
    const document = { Version: '2012-10-17', Statement: [statement({ Condition })] };
    const put = { TableName: tableName, Item: anyKey };
    expect(await error(document, new PutItemCommand(put))).toMatch(/^AccessDenied/);
    const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Put: put }] });
    // Past the policies, and at the engine, which has none.
    expect(await error(document, transaction)).toMatch(
      /^UnknownOperationException: The embedded engine/,
    );
  });
});
