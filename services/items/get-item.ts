import { endpoint } from '../http/endpoint.ts';
import { readEnvironment } from '../http/environment.ts';
import { getItem } from './operations/get-item.ts';
import { readingStore } from './store/dynamodb/reading-store.ts';
import { dynamodbTable } from './store/dynamodb/table.ts';

const environment = readEnvironment();
const store = readingStore(dynamodbTable(environment.tableName));

export const handler = endpoint('get-item', environment, getItem({ store, now: Date.now }));
