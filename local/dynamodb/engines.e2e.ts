/** The items' store on both engines, each function with its own credentials through the endpoint; and where the engines differ. */
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, describe, expect, test } from '@jest/globals';
import { creatingStore } from '../../services/items/store/dynamodb/creating-store.ts';
import { listingStore } from '../../services/items/store/dynamodb/listing-store.ts';
import { readingStore } from '../../services/items/store/dynamodb/reading-store.ts';
import { removingStore } from '../../services/items/store/dynamodb/removing-store.ts';
import { replacingStore } from '../../services/items/store/dynamodb/replacing-store.ts';
import type { ItemStore } from '../../services/items/store/item-store.ts';
import { itemStoreContract } from '../../services/items/store/item-store-contract.ts';
import { startDynamoDbLocal } from './dynamodb-local.ts';
import { type RunningDynamoDb, startDynamoDb } from './running-dynamodb.ts';
import { tableName } from './sample-stage.ts';

const stopping: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stopping.reverse()) await stop();
});

const start = async (engineUrl?: string) => {
  const running = await startDynamoDb({ engineUrl, sweepEveryMs: 1_000_000_000 });
  stopping.push(running.close);
  return running;
};

const through = ({ client }: RunningDynamoDb): ItemStore => {
  const table = (caller: string) => ({
    name: tableName,
    client: DynamoDBDocumentClient.from(client(caller)),
  });
  return {
    ...creatingStore(table('put-item')),
    ...readingStore(table('get-item')),
    ...listingStore(table('list-items')),
    ...replacingStore(table('update-item')),
    ...removingStore(table('delete-item')),
  };
};

itemStoreContract('The embedded engine', async () => through(await start()));

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
  itemStoreContract('The second engine', async () => through(await start(url)));
  test('x', () => expect(url).toBeDefined());
});
