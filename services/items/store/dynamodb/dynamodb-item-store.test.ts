import { afterAll } from '@jest/globals';
import { itemStoreContract } from '../item-store-contract.ts';
import { type DynaliteTable, dynaliteTable } from './dynalite-table.ts';
import { dynamodbItemStore } from './dynamodb-item-store.ts';

let dynalite: DynaliteTable;
afterAll(() => dynalite.close());

itemStoreContract('The store in DynamoDB', async () => {
  dynalite = await dynaliteTable();
  return dynamodbItemStore(dynalite.table());
});
