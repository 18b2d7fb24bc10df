import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Json } from './aws-error.ts';
import { openEmbeddedEngine } from './embedded-engine.ts';
import type { Engine } from './engine.ts';
import { ensureTable, tablesFromStage } from './tables.ts';
import { anyKey, sampleStage, tableName as TableName } from './testing/sample-stage.ts';

const { Level } = createRequire(createRequire(import.meta.url).resolve('dynalite/db'))('level');

let directory: string;
let engine: Engine;
let reports: string[];
const [table] = tablesFromStage(sampleStage());
const open = async () => {
  const report = (sentence: string) => reports.push(sentence);
  engine = await openEmbeddedEngine({ directory, region: 'eu-central-1', account: '0', report });
};
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'manara-engine-'));
  reports = [];
  await open();
  await ensureTable(engine, table!);
});
afterEach(async () => {
  await engine.close();
  await rm(directory, { recursive: true });
});

const statusOf = async (operation: string, input: Json) =>
  (await engine.call(operation, { TableName, ...input })).status;

describe('the embedded engine', () => {
  test('answers 500 for a damaged description, says so, and leaves it as it is', async () => {
    await engine.close();
    const files = new Level(directory, { valueEncoding: 'utf8' });
    await files.put(`table~${TableName}`, '{"TableName":');
    await files.close();
    await open();
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await statusOf('GetItem', { Key: anyKey })).toBe(500);
      expect(reports.splice(0)).toEqual([
        `DynamoDB GetItem: the data in ${directory} is damaged (corrupt value): restore it, or start with --fresh`,
      ]);
    }
  });

  test('takes an item nested too deeply for no fault of the disk', async () => {
    let nested: Json = { S: '' };
    for (let depth = 0; depth < 20_000; depth++) nested = { M: { a: nested } };
    expect(await statusOf('PutItem', { Item: { ...anyKey, nested } })).toBe(500);
    expect(reports).toEqual(['DynamoDB PutItem: Maximum call stack size exceeded']);
    expect(await statusOf('PutItem', { Item: anyKey })).toBe(200);
  });

  test('closes what it has read from, a part or all of it', async () => {
    const values = jest.spyOn(Level.prototype, 'values');
    for (const id of ['a', 'b', 'c']) {
      await statusOf('PutItem', { Item: { ...anyKey, sk: { S: id } } });
    }
    const KeyConditions = {
      owner: { ComparisonOperator: 'EQ', AttributeValueList: [anyKey.owner] },
    };
    for (const limit of [{ Limit: 1 }, {}]) {
      const { body } = await engine.call('Query', { TableName, KeyConditions, ...limit });
      expect(body['Count']).toBe(limit.Limit ?? 3);
    }
    expect(values.mock.results).toHaveLength(2);
    for (const { value: iterator } of values.mock.results) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await expect(iterator.next()).rejects.toThrow('cannot read after close()');
    }
    values.mockRestore();
  });

  test('says nothing of calls that come when it is closed', async () => {
    await engine.close();
    expect(await statusOf('PutItem', { Item: anyKey })).toBe(500);
    expect(reports).toEqual([]);
  });

  test('knows a table by its latest description', async () => {
    expect(await statusOf('GetItem', { Key: anyKey })).toBe(200);
    await engine.call('DeleteTable', { TableName });
    while ((await statusOf('DescribeTable', {})) === 200) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await statusOf('GetItem', { Key: anyKey })).toBe(400);
    const [owner] = table!.definition['KeySchema'];
    const [AttributeDefinition] = table!.definition['AttributeDefinitions'];
    const other = { KeySchema: [owner], AttributeDefinitions: [AttributeDefinition] };
    await ensureTable(engine, { ...table!, definition: { ...table!.definition, ...other } });
    expect(await statusOf('GetItem', { Key: anyKey })).toBe(400);
    expect(await statusOf('GetItem', { Key: { owner: anyKey.owner } })).toBe(200);
  });
});
