import { endpoint } from '../http/endpoint.ts';
import { readEnvironment } from '../http/environment.ts';
import { updateItem } from './operations/update-item.ts';
import { replacingStore } from './store/dynamodb/replacing-store.ts';
import { dynamodbTable } from './store/dynamodb/table.ts';

const environment = readEnvironment();
const store = replacingStore(dynamodbTable(environment.tableName));

export const handler = endpoint('update-item', environment, updateItem({ store, now: Date.now }));
