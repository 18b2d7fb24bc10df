import {
  DescribeTableCommand,
  ExecuteStatementCommand,
  ListTablesCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { awsCatalogue } from '../../cloudwatch/catalogue/aws-catalogue.ts';
import { lookUp } from '../../cloudwatch/catalogue/catalogue.ts';
import { type MetricIdentity, metricKey, type Sample } from '../../cloudwatch/metrics/metric.ts';
import type { Json } from './aws-error.ts';
import { createDynamoDbMetrics, dynamoDbMetrics } from './metrics.ts';
import { tablesFromStage } from './tables.ts';
import { type RunningDynamoDb, startDynamoDb } from './testing/running-dynamodb.ts';
import { administrator, allOf, newKey, sampleStage, tableName } from './testing/sample-stage.ts';

let running: RunningDynamoDb;
beforeAll(async () => {
  running = await startDynamoDb();
});
afterAll(() => running.close());
beforeEach(() => running.reset());

describe('metrics', () => {
  test('of a success: latency per operation, items per query', async () => {
    await running.put();
    await running.send('list-items', new QueryCommand(allOf('alice')));
    expect(running.samplesOf('SuccessfulRequestLatency')).toEqual([
      { TableName: tableName, Operation: 'PutItem', value: expect.any(Number) },
      { TableName: tableName, Operation: 'Query', value: expect.any(Number) },
    ]);
    expect(running.samplesOf('ReturnedItemCount')).toEqual([
      { TableName: tableName, Operation: 'Query', value: expect.any(Number) },
    ]);
    expect(
      running.samples.map(({ name }) => name).filter((name) => /Error|Thrott/.test(name)),
    ).toEqual([]);
  });

  test('of a refused call: a user error without dimensions', async () => {
    await running.error('get-item', new ScanCommand({ TableName: tableName }));
    expect(running.samples).toEqual([
      expect.objectContaining({
        namespace: 'AWS/DynamoDB',
        name: 'UserErrors',
        dimensions: {},
        value: 1,
        unit: 'Count',
      }),
    ]);
  });

  test.each([
    ['signed with another secret', { secretAccessKey: 'guess' }, new ListTablesCommand({})],
    ['of PartiQL', {}, new ExecuteStatementCommand({ Statement: 'SELECT * FROM t' })],
  ])('of a request %s: a user error', async (_what, change, command) => {
    expect(await running.error({ ...administrator, ...change }, command)).not.toBe('no error');
    expect(running.samplesOf('UserErrors')).toEqual([{ value: 1 }]);
  });

  test('of a call about the table itself: none, for it is no value of the dimension Operation', async () => {
    await running.send(administrator, new DescribeTableCommand({ TableName: tableName }));
    expect(running.samples).toEqual([]);
  });

  test('come under one object for one metric', async () => {
    const seen = new Map<string, Set<object>>();
    const sink = {
      put: (metric: MetricIdentity) =>
        seen.set(metricKey(metric), (seen.get(metricKey(metric)) ?? new Set()).add(metric)),
    };
    const metrics = createDynamoDbMetrics(sink, new Map(), Date.now);
    const access = { action: 'dynamodb:PutItem', resource: '*', table: tableName };
    const ConsumedCapacity = { TableName: tableName, CapacityUnits: 1 };
    const answer = { status: 200, body: { ConsumedCapacity } };
    const call = { operation: 'PutItem', accesses: [access], answer, elapsedMs: 1 };
    metrics.record(call);
    metrics.record(call);
    expect([...seen.values()].map(({ size }) => size)).toEqual([1, 1]);
  });

  test('are all in the catalogue, with unit and dimensions', () => {
    const catalogue = awsCatalogue();
    const wrong = dynamoDbMetrics.flatMap(({ namespace, metric, unit, dimensionSets }) =>
      dimensionSets
        .map((set) => ({ unit, metric, set, verdict: lookUp(catalogue, namespace, metric, set) }))
        .filter(({ verdict }) => verdict.kind !== 'known' || verdict.entries[0]?.unit !== unit),
    );
    expect(wrong).toEqual([]);
  });

  test('all declare what they emit', async () => {
    const { dynamoDb } = running;
    await running.put(newKey(), { expiresAt: { N: '1' } });
    await dynamoDb.sweep();
    const declared = dynamoDbMetrics.flatMap(({ metric, dimensionSets }) =>
      dimensionSets.map((set) => `${metric} ${[...set].sort()}`),
    );
    for (const { name, dimensions } of running.samples) {
      expect(declared).toContain(`${name} ${Object.keys(dimensions).sort()}`);
    }
  });
});

describe('consumed capacity', () => {
  const index = {
    IndexName: 'by-owner',
    KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  };
  const withIndex = sampleStage({ GlobalSecondaryIndexes: [index] });

  /** Metrics of the table alone, as lines. */
  function recording() {
    const lines: string[] = [];
    const tables = new Map(tablesFromStage(withIndex).map((model) => [model.name, model]));
    const sink = {
      put: ({ name, dimensions }: MetricIdentity, { value }: Sample) =>
        lines.push(`${name} ${Object.values(dimensions).slice(1)} ${value}`),
    };
    return { lines, metrics: createDynamoDbMetrics(sink, tables, Date.now) };
  }
  const query = (ConsumedCapacity: Json) => ({
    operation: 'Query',
    accesses: [{ action: 'dynamodb:Query', resource: '*', table: tableName }],
    answer: { status: 200, body: { Count: 0, ConsumedCapacity } },
    elapsedMs: 1,
  });

  test('goes to the table, local indexes included, and to each global index', () => {
    const { lines, metrics } = recording();
    metrics.record(
      query({
        TableName: tableName,
        CapacityUnits: 10,
        Table: { CapacityUnits: 1 },
        LocalSecondaryIndexes: { local: { CapacityUnits: 2 } },
        GlobalSecondaryIndexes: { 'by-owner': { CapacityUnits: 7 } },
      }),
    );
    expect(lines.filter((line) => line.startsWith('Consumed'))).toEqual([
      'ConsumedReadCapacityUnits  3',
      'ConsumedReadCapacityUnits by-owner 7',
    ]);
  });

  test('is zero in idle minutes only', () => {
    const { lines, metrics } = recording();
    const idle = [
      'ConsumedReadCapacityUnits  0',
      'ConsumedWriteCapacityUnits  0',
      'ConsumedReadCapacityUnits by-owner 0',
      'ConsumedWriteCapacityUnits by-owner 0',
    ];
    metrics.minute();
    expect(lines.splice(0)).toEqual(idle);
    metrics.record(query({ TableName: tableName, CapacityUnits: 4 }));
    lines.length = 0;
    metrics.minute();
    expect(lines.splice(0)).toEqual(idle.slice(1));
    metrics.minute();
    expect(lines).toEqual(idle);
  });

  test('is published by the minute of a faster clock, too', async () => {
    const other = await startDynamoDb({ stage: withIndex, clock: { speed: 6000 } });
    while (other.samples.length < 8) await new Promise((resolve) => setTimeout(resolve, 5));
    await other.close();
    expect(other.samples.every(({ value }) => value === 0)).toBe(true);
  });
});
