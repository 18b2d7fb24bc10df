import { endpoint } from '../http/endpoint.ts';
import { readEnvironment } from '../http/environment.ts';
import { listItems } from './operations/list-items.ts';
import { listingStore } from './store/dynamodb/listing-store.ts';
import { dynamodbTable } from './store/dynamodb/table.ts';

const environment = readEnvironment();
const store = listingStore(dynamodbTable(environment.tableName));

export const handler = endpoint('list-items', environment, listItems({ store, now: Date.now }));
