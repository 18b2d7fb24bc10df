/** The endpoint for a test: on a free port, with an empty table in a folder of its own, and SDK clients by function. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { MetricIdentity, Sample } from '../../../cloudwatch/metrics/metric.ts';
import { createFaults } from '../../faults/faults.ts';
import { createDynamoDb, type DynamoDbOptions } from '../dynamodb.ts';
import type { Credentials } from '../signature.ts';
import { newKey, sampleStage, tableName } from './sample-stage.ts';

// biome-ignore lint/suspicious/noExplicitAny: one sender for commands of every kind, and tests look into whatever came back
type Command = any;
type Output = Command;

export type RunningDynamoDb = Awaited<ReturnType<typeof startDynamoDb>>;

export async function startDynamoDb(options: Partial<DynamoDbOptions> = {}) {
  const directory = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'manara-dynamodb-')));
  const faults = createFaults((name) => [`route of ${name}`]);
  /** What went to the metric store. */
  const samples: (MetricIdentity & Sample)[] = [];
  /** Sentences that the runtime would print. */
  const reports: string[] = [];
  const clients = new Map<string | Credentials, DynamoDBClient>();
  const { stage = sampleStage() } = options;
  const dynamoDb = await createDynamoDb({
    stage,
    dataDirectory: directory,
    faults,
    telemetry: { metrics: { put: (metric, sample) => samples.push({ ...metric, ...sample }) } },
    port: 0,
    report: (sentence) => reports.push(sentence),
    ...options,
  }).catch(async (error) => {
    if (!options.dataDirectory) await rm(directory, { recursive: true, force: true });
    throw error;
  });
  const connect = (caller: string | Credentials) =>
    new DynamoDBClient({
      endpoint: dynamoDb.url,
      region: stage.region,
      credentials: typeof caller === 'string' ? dynamoDb.credentials(caller) : caller,
      maxAttempts: 1,
    });
  const clientOf = (caller: string | Credentials) => {
    const client = clients.get(caller) ?? connect(caller);
    clients.set(caller, client);
    return client;
  };
  const send = (caller: string | Credentials, command: Command): Promise<Output> =>
    clientOf(caller).send(command);
  return {
    dynamoDb,
    faults,
    directory,
    samples,
    reports,
    /** One client per function, or one for other credentials. */
    client: clientOf,
    send,
    /** `<name>: <message>` of the error that the call ends in, or `no error`. */
    error: (caller: string | Credentials, command: Command) =>
      send(caller, command).then(
        () => 'no error',
        (error: Error) => `${error.name}: ${error.message}`,
      ),
    /** Writes an item as put-item. */
    put: (key: Output = newKey(), attributes = {}) =>
      send(
        'put-item',
        new PutItemCommand({ TableName: tableName, Item: { ...key, ...attributes } }),
      ),
    /** The samples of one metric: its dimensions and `value`. */
    samplesOf: (name: string): readonly (Record<string, unknown> & { readonly value: number })[] =>
      samples
        .filter((sample) => sample.name === name)
        .map(({ dimensions, value }) => ({ ...dimensions, value })),
    /** Forgets samples and ends faults. */
    reset() {
      samples.length = 0;
      for (const { id } of faults.list()) faults.remove(id);
    },
    async close() {
      for (const client of clients.values()) client.destroy();
      await dynamoDb.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
