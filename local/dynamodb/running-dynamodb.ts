/** The endpoint for a test: on a free port, with an empty table in a folder of its own, and SDK clients by function. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { MetricIdentity, Sample } from '../../cloudwatch/metrics/metric.ts';
import { createFaults, type Faults } from '../faults/faults.ts';
import { createDynamoDb, type DynamoDb, type DynamoDbOptions } from './dynamodb.ts';
import { sampleStage } from './sample-stage.ts';
import type { Credentials } from './signature.ts';

export interface RunningDynamoDb {
  readonly dynamoDb: DynamoDb;
  readonly faults: Faults;
  readonly directory: string;
  /** What went to the metric store, `Name {Dimension=Value} value`. */
  readonly samples: (MetricIdentity & Sample)[];
  /** Sentences that the runtime would print. */
  readonly reports: string[];
  /** One client per function, or one for other credentials. */
  client(caller: string | Credentials): DynamoDBClient;
  close(): Promise<void>;
}

export async function startDynamoDb(
  options: Partial<DynamoDbOptions> = {},
): Promise<RunningDynamoDb> {
  const directory = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'manara-dynamodb-')));
  const faults = createFaults((name) => [`route of ${name}`]);
  const samples: (MetricIdentity & Sample)[] = [];
  const reports: string[] = [];
  const clients = new Map<string | Credentials, DynamoDBClient>();
  const dynamoDb = await createDynamoDb({
    stage: sampleStage(),
    dataDirectory: directory,
    faults,
    telemetry: { metrics: { put: (metric, sample) => samples.push({ ...metric, ...sample }) } },
    port: 0,
    report: (sentence) => reports.push(sentence),
    ...options,
  });
  const connect = (caller: string | Credentials) =>
    new DynamoDBClient({
      endpoint: dynamoDb.url,
      region: dynamoDb.adminClientConfig.region,
      credentials: typeof caller === 'string' ? dynamoDb.credentials(caller) : caller,
      maxAttempts: 1,
    });
  return {
    dynamoDb,
    faults,
    directory,
    samples,
    reports,
    client(caller) {
      const client = clients.get(caller) ?? connect(caller);
      clients.set(caller, client);
      return client;
    },
    async close() {
      for (const client of clients.values()) client.destroy();
      await dynamoDb.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
