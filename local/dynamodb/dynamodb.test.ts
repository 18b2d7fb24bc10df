import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type RunningDynamoDb, startDynamoDb } from './testing/running-dynamodb.ts';
import { anyKey, sampleStage, tableName } from './testing/sample-stage.ts';

let running: RunningDynamoDb;
beforeAll(async () => {
  running = await startDynamoDb();
});
afterAll(() => running.close());
beforeEach(() => running.reset());

describe('a data directory', () => {
  test('keeps the items from one start to the next', async () => {
    const first = await startDynamoDb();
    await first.client('put-item').send(new PutItemCommand({ TableName: tableName, Item: anyKey }));
    await first.dynamoDb.close();
    const second = await startDynamoDb({ dataDirectory: first.directory });
    const { Item } = await second
      .client('get-item')
      .send(new GetItemCommand({ TableName: tableName, Key: anyKey }));
    await second.close();
    expect(Item).toEqual(anyKey);
  });

  test('in use is refused in one line', async () => {
    await expect(startDynamoDb({ dataDirectory: running.directory })).rejects.toThrow(
      /^the data in \/.* is in use by another process: stop it first$/,
    );
  });

  test('with another key than the template is refused in one line', async () => {
    const first = await startDynamoDb();
    await first.dynamoDb.close();
    const stage = sampleStage({
      KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'owner', AttributeType: 'S' }],
    });
    await expect(startDynamoDb({ dataDirectory: first.directory, stage })).rejects.toThrow(
      /^The stored table manara-test-items has another key or other indexes than the template: start with --fresh$/,
    );
    await first.close();
  });

  test.each(['MANIFEST-999999\n', 'no line'])(
    'damaged is refused in one line: %j',
    async (text) => {
      const first = await startDynamoDb();
      await first.dynamoDb.close();
      await writeFile(join(first.directory, 'CURRENT'), text);
      await expect(startDynamoDb({ dataDirectory: first.directory })).rejects.toThrow(
        /^the data in \S+ is damaged \(.*\): restore it, or start with --fresh$/,
      );
      await first.close();
    },
  );

  test('that is a file is refused in one line', async () => {
    await expect(startDynamoDb({ dataDirectory: import.meta.filename })).rejects.toThrow(
      /dynamodb\.test\.ts cannot be read or written \(/,
    );
  });
});

test('an engine that does not answer is refused in one line', async () => {
  await expect(startDynamoDb({ engineUrl: 'http://127.0.0.1:65534' })).rejects.toThrow(
    /^No DynamoDB engine answers at http:\/\/127\.0\.0\.1:65534 \(ECONNREFUSED\): start it, or leave out --dynamodb$/,
  );
});

test('a port in use is refused in one line', async () => {
  const port = Number(new URL(running.dynamoDb.url).port);
  await expect(startDynamoDb({ port })).rejects.toThrow(
    `Port ${port} (DynamoDB) is in use; free it`,
  );
});
