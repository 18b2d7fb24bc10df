/** A table in memory for tests: dynalite on a free port, and what it lacks of DynamoDB. */
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { dynamodbTable, type Table, type TableOptions } from '../items/store/dynamodb/table.ts';

const dynalite = createRequire(import.meta.url)('dynalite');

export interface DynaliteTable {
  /** Of a client of its own. */
  table(options?: TableOptions): Table;
  close(): Promise<void>;
}

/** Sets the SDK's environment variables (endpoint, region, credentials) for this process. */
export async function dynaliteTable(): Promise<DynaliteTable> {
  const server: Server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address && typeof address === 'object' ? address.port : 0;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  const raw = new DynamoDBClient({});
  await raw.send(
    new CreateTableCommand({
      TableName: 'items',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'owner', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'owner', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  return {
    table: (options) => returningOld(dynamodbTable('items', options), raw),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** dynalite ignores `ReturnValuesOnConditionCheckFailure`: reads the record that was in the way afterwards. */
function returningOld(table: Table, raw: DynamoDBClient): Table {
  table.client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const failure = error as Error & { Item?: unknown };
        if (failure.name === 'ConditionalCheckFailedException') {
          const { body } = (args as { request: { body: Uint8Array } }).request;
          failure.Item = await oldRecord(raw, JSON.parse(new TextDecoder().decode(body)));
        }
        throw error;
      }
    },
    { step: 'build', name: 'returnOld' },
  );
  return table;
}

type RecordKey = Pick<NonNullable<GetItemCommandInput['Key']>, 'owner' | 'sk'>;

/** What a PutItem, UpdateItem or DeleteItem says on the wire. */
interface WriteInput {
  readonly TableName: string;
  readonly Key?: RecordKey;
  readonly Item?: RecordKey;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

async function oldRecord(raw: DynamoDBClient, input: WriteInput): Promise<unknown> {
  const { TableName, Key, Item, ReturnValuesOnConditionCheckFailure } = input;
  if (ReturnValuesOnConditionCheckFailure !== 'ALL_OLD') return undefined;
  const { owner, sk } = Key ?? Item!;
  return (await raw.send(new GetItemCommand({ TableName, Key: { owner: owner!, sk: sk! } }))).Item;
}
