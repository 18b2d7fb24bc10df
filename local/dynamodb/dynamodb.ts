/**
 * The DynamoDB endpoint of the local runtime: the template's tables on 127.0.0.1, behind the synthesized policies.
 * Clients reach it with the AWS SDK's own AWS_ENDPOINT_URL_DYNAMODB and the credentials handed out here.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import type { Faults } from '../faults/faults.ts';
import type { Decision } from '../iam/evaluate.ts';
import { type Call, createGrants, type GrantReport } from '../iam/grants.ts';
import { rolesFromStage } from '../iam/roles-from-stage.ts';
import type { Clock } from '../telemetry/clock.ts';
import type { Telemetry } from '../telemetry/sinks.ts';
import type { Stage } from '../template/resource.ts';
import { type Answer, internalServerError } from './aws-error.ts';
import { createCallers, developerKey } from './callers.ts';
import { openEmbeddedEngine } from './embedded-engine.ts';
import type { Engine } from './engine.ts';
import { createDynamoDbMetrics } from './metrics.ts';
import { connectRemoteEngine } from './remote-engine.ts';
import { createRequestHandler } from './request-handler.ts';
import type { Credentials, SignedRequest } from './signature.ts';
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
  /** For an AWS SDK client of a tool: an administrator, bound by the tables' policies like anyone. */
  readonly adminClientConfig: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: Credentials;
  };
  /** Decides a call of a function to another service (logs, traces) and marks the grant as used. */
  authorize(functionName: string, call: Call): Decision;
  grants(): GrantReport;
  /** Deletes the expired items now. @returns how many */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

/** @throws an Error of one line where a policy, the data, the engine or the port cannot be used. */
export async function createDynamoDb(options: DynamoDbOptions): Promise<DynamoDb> {
  const { stage, clock, port, now = Date.now, sweepEveryMs = 60_000 } = options;
  const sentences: string[] = [];
  let tell = (sentence: string): unknown => sentences.push(sentence);
  const report = (sentence: string) => void tell(sentence);
  const grants = createGrants(rolesFromStage(stage));
  const callers = createCallers(stage, grants);
  const tables = tablesFromStage(stage);
  const byName = new Map(tables.map((table) => [table.name, table]));
  const metrics = createDynamoDbMetrics(options.telemetry.metrics, byName, now);
  const engine = await openEngine(options, report);
  const handle = createRequestHandler({
    region: stage.region,
    account: stage.account,
    callers: new Map(callers.map((caller) => [caller.accessKeyId, caller])),
    grants,
    tables: byName,
    engine,
    faults: options.faults,
    metrics,
    now,
  });
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) =>
    respond(request, response, handle, stage.region).catch((error: Error) => {
      if (!request.complete) return; // the client went away
      report(`DynamoDB ${request.headers['x-amz-target']}: ${error.message}`);
      if (!response.headersSent) send(response, internalServerError());
    }),
  );
  try {
    for (const table of tables) await ensureTable(engine, table);
    await listen(server, port);
  } catch (error) {
    await engine.close();
    throw sentences[0] ? new Error(sentences[0], { cause: error }) : error;
  }
  tell = options.report ?? console.error;
  const sweep = async () => {
    let total = 0;
    for (const table of tables) {
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
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentialsOf = (matches: (caller: (typeof callers)[number]) => boolean) => {
    const found = callers.find(matches);
    if (!found) throw new Error('There is no such caller of DynamoDB in the template');
    const { accessKeyId, secretAccessKey, sessionToken } = found;
    return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  };
  return {
    url,
    credentials: (name) => credentialsOf(({ functionName }) => functionName === name),
    adminClientConfig: {
      endpoint: url,
      region: stage.region,
      credentials: credentialsOf(({ accessKeyId }) => accessKeyId === developerKey),
    },
    authorize: grants.authorize,
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

const listen = (server: ReturnType<typeof createServer>, port: number) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be used: ${error.message}`;
      reject(new Error(`Port ${port} (DynamoDB) ${reason}; free it or choose others with --port`));
    });
    server.listen(port, '127.0.0.1', resolve);
  });

/** The most that DynamoDB takes (Service, account, and table quotas). */
const maxRequestBytes = 16 * 1024 * 1024;

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (request: SignedRequest) => Promise<Answer>,
  region: string,
): Promise<void> {
  const { method = '', url = '/', headers } = request;
  if (method === 'GET') {
    response.end(`healthy: dynamodb.${region}.amazonaws.com `);
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maxRequestBytes) {
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    chunks.push(chunk);
  }
  send(response, await handle({ method, url, headers, body: Buffer.concat(chunks) }));
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    'x-amz-crc32': String(crc32(text)),
    'x-amzn-requestid': randomBytes(26).toString('hex').toUpperCase(),
  });
  response.end(text);
}
