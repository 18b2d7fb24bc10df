/** Least privilege, shown both ways on the synthesized template: no function can do more, and none is granted more. */

import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningSystem, startSystem } from './running-system.ts';

let system: RunningSystem;
const clients: DynamoDBClient[] = [];
beforeAll(async () => {
  system = await startSystem();
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await system.close();
});

const Key = { owner: { S: 'o' }, sk: { S: 's' } };
const commands = {
  PutItem: (TableName: string) => new PutItemCommand({ TableName, Item: Key }),
  GetItem: (TableName: string) => new GetItemCommand({ TableName, Key }),
  UpdateItem: (TableName: string) => new UpdateItemCommand({ TableName, Key }),
  DeleteItem: (TableName: string) => new DeleteItemCommand({ TableName, Key }),
  Query: (TableName: string) =>
    new QueryCommand({
      TableName,
      KeyConditionExpression: '#o = :o',
      ExpressionAttributeNames: { '#o': 'owner' },
      ExpressionAttributeValues: { ':o': { S: 'o' } },
    }),
  Scan: (TableName: string) => new ScanCommand({ TableName }),
  CreateTable: (TableName: string) =>
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'owner', AttributeType: 'S' }],
    }),
} as const;
type Action = keyof typeof commands;

/** The design's sentence, not read from the template: each function has exactly one action. */
const needs: Readonly<Record<string, Action>> = {
  'put-item': 'PutItem',
  'get-item': 'GetItem',
  'list-items': 'Query',
  'update-item': 'UpdateItem',
  'delete-item': 'DeleteItem',
};

const tableName = 'manara-dev-items';

async function attempt(functionName: string, action: Action, table = tableName): Promise<string> {
  const client = new DynamoDBClient({
    endpoint: system.runtime.urls.dynamodb,
    region: system.runtime.model.region,
    credentials: system.runtime.credentials(`manara-dev-${functionName}`),
    maxAttempts: 1,
  });
  clients.push(client);
  try {
    // biome-ignore lint/suspicious/noExplicitAny: the commands have no common type that send() takes
    await client.send(commands[action](table) as any);
    return 'allowed';
  } catch (error) {
    return (error as Error).name;
  }
}

describe('least privilege', () => {
  const cases = Object.keys(needs).flatMap((name) =>
    (Object.keys(commands) as Action[]).map((action) => [name, action] as const),
  );

  test.each(cases)('%s calling %s', async (name, action) => {
    expect(await attempt(name, action)).toBe(
      needs[name] === action ? 'allowed' : 'AccessDeniedException',
    );
  });

  test.each(Object.entries(needs))('%s cannot %s another table', async (name, action) => {
    expect(await attempt(name, action, 'somebody-elses')).toBe('AccessDeniedException');
  });

  test('after every route has been driven no grant is unused, and no call was denied that a handler needs', async () => {
    // Traces are sampled: these requests ask for one, so that the grants for X-Ray are needed.
    const headers = { 'x-amzn-trace-id': 'Root=1-5f84c7a5-e61b1fc2f4b8a0b1c2d3e4f5;Sampled=1' };
    const alice = { as: 'alice', headers };
    const made = await system.call('POST', '/items', { ...alice, body: { title: 'x' } });
    const path = `/items/${made.json.id}`;
    const etag = made.headers.get('etag') ?? '';
    const statuses = [
      made,
      await system.call('GET', '/items', alice),
      await system.call('GET', path, alice),
      await system.call('PUT', path, {
        ...alice,
        headers: { 'if-match': etag },
        body: { title: 'y' },
      }),
      await system.call('DELETE', path, alice),
    ].map(({ status }) => status);
    expect(statuses).toEqual([201, 200, 200, 200, 204]);
    // The last function's segments come a moment after its answer.
    let unused: readonly unknown[] = [];
    for (let attempt = 0; attempt < 100; attempt++) {
      const grants = await system.control<{ used: unknown[]; unused: unknown[] }>('/api/grants');
      unused = grants.unused;
      // One table action, two of logs, two of X-Ray for each of the five functions.
      if (unused.length === 0) return expect(grants.used).toHaveLength(25);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(unused).toEqual([]);
  });
});
