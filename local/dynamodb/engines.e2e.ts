/** The items' store on both engines, each function with its own credentials through the endpoint; and where the engines differ. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, describe, expect, test } from '@jest/globals';
import { creatingStore } from '../../services/items/store/dynamodb/creating-store.ts';
import { dynamodbItemStore } from '../../services/items/store/dynamodb/dynamodb-item-store.ts';
import type { ItemStore } from '../../services/items/store/item-store.ts';
import { itemStoreContract } from '../../services/items/store/item-store-contract.ts';
import { errorName } from './aws-error.ts';
import { openEmbeddedEngine } from './embedded-engine.ts';
import type { Engine } from './engine.ts';
import { connectRemoteEngine } from './remote-engine.ts';
import { ensureTable, type TableModel, tablesFromStage } from './tables.ts';
import { startDynamoDbLocal } from './testing/dynamodb-local.ts';
import { type RunningDynamoDb, startDynamoDb } from './testing/running-dynamodb.ts';
import { sampleStage, stageOf, tableName } from './testing/sample-stage.ts';

const stopping: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stopping.reverse()) await stop();
});

const start = async (engineUrl?: string) => {
  const running = await startDynamoDb({ engineUrl, sweepEveryMs: 1_000_000_000 });
  stopping.push(running.close);
  return running;
};

/** Started by the first test that needs it, so that a filtered run starts nothing that it does not stop. */
function once<Value>(start: () => Promise<Value>): () => Promise<Value> {
  let started: Promise<Value> | undefined;
  return () => {
    started ??= start();
    return started;
  };
}

/** Each function's part of the store under its own credentials. */
function through({ client }: RunningDynamoDb): ItemStore {
  const as = (caller: string) =>
    dynamodbItemStore({ name: tableName, client: DynamoDBDocumentClient.from(client(caller)) });
  const { claimKey, settleKey, insert } = as('put-item');
  const { get } = as('get-item');
  const { list } = as('list-items');
  const { replace } = as('update-item');
  const { remove } = as('delete-item');
  return { claimKey, settleKey, insert, get, list, replace, remove };
}

/** The store's contract, each function with its own credentials; and what put-item does with PutItem alone. */
function theStoreOn(name: string, engineUrl?: string): void {
  const running = once(() => start(engineUrl));
  itemStoreContract(name, async () => through(await running()));

  test(`${name}: a PutItem that cannot succeed reads the item in the way`, async () => {
    const client = DynamoDBDocumentClient.from((await running()).client('put-item'));
    const { insert, get } = creatingStore({ name: tableName, client });
    const at = '2026-01-01T00:00:00.000Z';
    const item = { id: 'x', title: 'T', done: false, version: 1, createdAt: at, updatedAt: at };
    expect(await get('bob', 'x', 0)).toBeUndefined();
    await insert('bob', item, 0);
    expect(await get('bob', 'x', 0)).toEqual(item);
  });
}

theStoreOn('The embedded engine');

const stage = sampleStage();
const [table] = stage.ofType('AWS::DynamoDB::Table');
const TableName = 'engines';
const [model] = tablesFromStage(stageOf([{ ...table!, ref: TableName }]));
const key = { owner: { S: 'alice' }, sk: { S: 'item#1' } };
const item = { TableName, Item: key };
const byOwner = {
  TableName,
  KeyConditionExpression: '#o = :o',
  ExpressionAttributeNames: { '#o': 'owner' },
  ExpressionAttributeValues: { ':o': { S: 'alice' } },
};

/** What both engines answer alike; the wording of errors may differ. */
const alike: readonly (readonly [operation: string, input: object, outcome: string])[] = [
  ['PutItem', { TableName, Item: { ...key, text: { S: '' } } }, 'done'],
  ['PutItem', { TableName, Item: { ...key, sk: { S: '' } } }, 'ValidationException'],
  ['PutItem', { TableName, Item: { owner: key.owner } }, 'ValidationException'],
  ['PutItem', { TableName, Item: { ...key, n: { N: 'ten' } } }, 'ValidationException'],
  ['PutItem', { TableName, Item: { ...key, set: { SS: [] } } }, 'ValidationException'],
  [
    'PutItem',
    { ...item, ConditionExpression: 'attribute_not_exists(sk)' },
    'ConditionalCheckFailedException',
  ],
  ['PutItem', { ...item, ConditionExpression: 'attribute_exists(owner)' }, 'ValidationException'],
  ['PutItem', { ...item, ConditionExpression: '((sk' }, 'ValidationException'],
  ['PutItem', { TableName: 'none', Item: key }, 'ResourceNotFoundException'],
  ['GetItem', { TableName, Key: key }, 'done'],
  ['GetItem', { TableName, Key: { owner: key.owner } }, 'ValidationException'],
  ['UpdateItem', { TableName, Key: key, UpdateExpression: 'SET a.b = sk' }, 'ValidationException'],
  ['Query', byOwner, 'done'],
  ['Query', { ...byOwner, Limit: 0 }, 'ValidationException'],
  ['BatchGetItem', { RequestItems: { [TableName]: { Keys: [key] } } }, 'done'],
  ['DescribeContinuousBackups', { TableName }, 'UnknownOperationException'],
];

const unknown = 'UnknownOperationException';
const nested = Array.from({ length: 32 }).reduce<object>((inner) => ({ M: { inner } }), { S: '' });
const arn = `arn:aws:dynamodb:eu-central-1:0:table/${TableName}`;

/** Where they differ: [embedded, DynamoDB Local]. The README lists the same. */
const different: readonly (readonly [string, object, readonly [string, string]])[] = [
  ['TransactWriteItems', { TransactItems: [{ Put: item }] }, [unknown, 'done']],
  ['TransactGetItems', { TransactItems: [{ Get: { TableName, Key: key } }] }, [unknown, 'done']],
  [
    'UpdateTimeToLive',
    { TableName, TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } },
    [unknown, 'done'],
  ],
  ['DescribeLimits', {}, [unknown, 'done']],
  ['PutItem', { TableName, Item: { ...key, nested } }, ['done', 'ValidationException']],
  [
    'Query',
    {
      ...byOwner,
      KeyConditionExpression: '#o = :o AND begins_with(sk, :p)',
      ExpressionAttributeValues: { ':o': { S: 'alice' }, ':p': { S: '' } },
    },
    ['done', 'ValidationException'],
  ],
  ['TagResource', { ResourceArn: arn, Tags: [{ Key: 'a', Value: 'b' }] }, ['done', unknown]],
  ['UpdateTable', { TableName, DeletionProtectionEnabled: false }, ['ValidationException', 'done']],
];

const dynamoDbLocal = await startDynamoDbLocal().catch((error: Error) => error);

describe("AWS's DynamoDB Local", () => {
  if (dynamoDbLocal instanceof Error) {
    test('is there, at least in CI', () => {
      if (process.env['CI']) throw dynamoDbLocal;
      console.warn(`Not run on the second engine. ${dynamoDbLocal.message}`);
    });
    return;
  }
  const { url, close } = dynamoDbLocal;
  stopping.push(close);
  theStoreOn('The second engine', url);

  describe('and the embedded engine', () => {
    const outcomes = async (operation: string, input: object) => {
      const engines = [await embedded(), await second()];
      return Promise.all(
        engines.map(async (engine) => {
          const answer = await engine.call(operation, structuredClone(input));
          return errorName(answer) ?? 'done';
        }),
      );
    };
    const report = (sentence: string) => console.error(sentence);
    const region = 'eu-central-1';
    const open = async () => {
      const directory = await mkdtemp(join(tmpdir(), 'manara-engine-'));
      stopping.push(() => rm(directory, { recursive: true, force: true }));
      const engine = await openEmbeddedEngine({ directory, region, account: '0', report });
      stopping.push(engine.close);
      return engine;
    };
    const connect = () => connectRemoteEngine({ url, region, report });
    const prepared = async (opening: Promise<Engine>) => {
      const engine = await opening;
      await ensureTable(engine, model as TableModel);
      await engine.call('PutItem', { TableName, Item: key });
      return engine;
    };
    const embedded = once(() => prepared(open()));
    const second = once(() => prepared(connect()));

    test.each(alike)('agree: %s %j is %s', async (operation, input, outcome) => {
      expect(await outcomes(operation, input)).toEqual([outcome, outcome]);
    });

    test.each(different)('differ: %s %j is %j', async (operation, input, expected) => {
      expect(await outcomes(operation, input)).toEqual(expected);
    });
  });
});
