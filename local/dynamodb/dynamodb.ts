/**
 * The DynamoDB endpoint of the local runtime: the template's tables on 127.0.0.1, behind the synthesized policies.
 * Clients reach it with the AWS SDK's own AWS_ENDPOINT_URL_DYNAMODB and the credentials handed out here.
 */
import type { AddressInfo } from 'node:net';
import type { Faults } from '../faults/faults.ts';
import type { Decision } from '../iam/evaluate.ts';
import { type Call, createGrants, type GrantReport } from '../iam/grants.ts';
import { rolesFromStage } from '../iam/roles-from-stage.ts';
import type { Clock } from '../telemetry/clock.ts';
import type { Telemetry } from '../telemetry/sinks.ts';
import type { Stage } from '../template/resource.ts';
import { createCallers } from './callers.ts';
import { openEmbeddedEngine } from './embedded-engine.ts';
import type { Engine } from './engine.ts';
import { createDynamoDbMetrics } from './metrics.ts';
import { connectRemoteEngine } from './remote-engine.ts';
import { createRequestHandler } from './request-handler.ts';
import { startServer } from './server.ts';
import type { Credentials } from './signature.ts';
import { ensureTable, tablesFromStage } from './tables.ts';
import { sweepExpired } from './time-to-live.ts';

export interface DynamoDbOptions {
  readonly stage: Stage;
  /** Where the embedded engine keeps its files; not touched where `engineUrl` is given. */
  readonly dataDirectory: string;
  /** Another engine instead of the embedded one. */
  readonly engineUrl?: string | undefined;
  readonly telemetry: Pick<Telemetry, 'metrics'>;
  readonly faults: Faults;
  readonly clock?: Pick<Clock, 'speed'>;
  /** 0 takes a free one. */
  readonly port: number;
  /** Real time, ms. */
  readonly now?: () => number;
  /** Real ms between two passes over the expired items. */
  readonly sweepEveryMs?: number;
  /** Told in one sentence what went wrong in here. */
  readonly report?: (sentence: string) => void;
}

export interface DynamoDb {
  readonly url: string;
  /** For the environment of a function: new at every start. @throws where the template has no such function. */
  credentials(functionName: string): Credentials;
  /** Decides a call of a function to another service (logs, traces) and marks the grant as used. */
  authorize(functionName: string, call: Call): Decision;
  grants(): GrantReport;
  /** Deletes the expired items now. @returns how many */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

/** @throws an Error of one line where a policy, the data, the engine or the port cannot be used. */
export async function createDynamoDb(options: DynamoDbOptions): Promise<DynamoDb> {
  const { stage, clock, port, faults, now = Date.now, sweepEveryMs = 60_000 } = options;
  const { region, account } = stage;
  const grants = createGrants(rolesFromStage(stage), stage, now);
  const callers = createCallers(stage, grants);
  const tables = new Map(tablesFromStage(stage).map((table) => [table.name, table]));
  const metrics = createDynamoDbMetrics(options.telemetry.metrics, tables, now);
  // What goes wrong before the start is the reason why there is none: it is thrown, not told.
  const sentences: string[] = [];
  let tell = (sentence: string): unknown => sentences.push(sentence);
  const report = (sentence: string) => void tell(sentence);
  const engine = await openEngine(options, report);
  const parts = { region, account, callers, grants, tables, engine, faults, metrics, now };
  const handle = createRequestHandler(parts);
  let server: Awaited<ReturnType<typeof startServer>>;
  try {
    for (const table of tables.values()) await ensureTable(engine, table);
    server = await startServer({ port, region, handle, report });
  } catch (error) {
    await engine.close();
    throw sentences[0] ? new Error(sentences[0], { cause: error }) : error;
  }
  tell = options.report ?? console.error;
  const sweep = async () => {
    let total = 0;
    for (const table of tables.values()) {
      const items = await sweepExpired(engine, table, now());
      if (items > 0) metrics.expired(table.name, items);
      total += items;
    }
    return total;
  };
  let sweeping: Promise<unknown> = Promise.resolve();
  const timers = [
    setInterval(() => metrics.minute(), 60_000 / (clock?.speed ?? 1)).unref(),
    setInterval(() => {
      sweeping = sweeping.then(sweep);
    }, sweepEveryMs).unref(),
  ];
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials(functionName) {
      const found = [...callers.values()].find((caller) => caller.functionName === functionName);
      if (!found) throw new Error(`There is no function ${functionName} in the template`);
      return found.credentials;
    },
    authorize: (functionName, call) => grants.decide(grants.principal(functionName), call),
    grants: grants.report,
    sweep,
    async close() {
      timers.forEach(clearInterval);
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await sweeping;
      await engine.close();
    },
  };
}

function openEngine(options: DynamoDbOptions, report: (sentence: string) => void): Promise<Engine> {
  const { stage, dataDirectory: directory, engineUrl: url } = options;
  const { region, account } = stage;
  return url
    ? connectRemoteEngine({ url, region, report })
    : openEmbeddedEngine({ directory, region, account, report });
}
