import { afterAll } from '@jest/globals';
import { type DynaliteTable, dynaliteTable } from '../../../testing/dynalite-table.ts';
import { itemStoreContract } from '../item-store-contract.ts';
import { creatingStore } from './creating-store.ts';
import { dynamodbItemStore } from './dynamodb-item-store.ts';

let dynalite: DynaliteTable | undefined;
afterAll(() => dynalite?.close());

async function table() {
  dynalite ??= await dynaliteTable();
  return dynalite.table();
}

itemStoreContract('The store in DynamoDB', async () => dynamodbItemStore(await table()));

itemStoreContract('The store in DynamoDB, reading with PutItem as put-item does', async () => ({
  ...dynamodbItemStore(await table()),
  ...creatingStore(await table()),
}));
