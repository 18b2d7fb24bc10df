import { monotonicFactory } from 'ulid';
import { endpoint } from '../http/endpoint.ts';
import { readEnvironment } from '../http/environment.ts';
import { putItem } from './operations/put-item.ts';
import { creatingStore } from './store/dynamodb/creating-store.ts';
import { dynamodbTable } from './store/dynamodb/table.ts';

const environment = readEnvironment();
const store = creatingStore(dynamodbTable(environment.tableName));

export const handler = endpoint(
  'put-item',
  environment,
  putItem({ store, now: Date.now, newId: monotonicFactory() }),
);
