import { endpoint } from '../http/endpoint.ts';
import { readEnvironment } from '../http/environment.ts';
import { deleteItem } from './operations/delete-item.ts';
import { removingStore } from './store/dynamodb/removing-store.ts';
import { dynamodbTable } from './store/dynamodb/table.ts';

const environment = readEnvironment();
const store = removingStore(dynamodbTable(environment.tableName));

export const handler = endpoint('delete-item', environment, deleteItem({ store, now: Date.now }));
