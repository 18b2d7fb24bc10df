import { afterAll } from '@jest/globals';
import { type DynaliteTable, dynaliteTable } from '../../../testing/dynalite-table.ts';
import { itemStoreContract } from '../item-store-contract.ts';
import { dynamodbItemStore } from './dynamodb-item-store.ts';

let dynalite: DynaliteTable;
afterAll(() => dynalite.close());

itemStoreContract('The store in DynamoDB', async () => {
  dynalite = await dynaliteTable();
  return dynamodbItemStore(dynalite.table());
});
