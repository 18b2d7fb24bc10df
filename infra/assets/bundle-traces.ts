/** Runs a bundle in a process of its own against a stub of DynamoDB, and listens where X-Ray's daemon would. For tests. */
import { fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Batch } from './invoke-bundle.ts';

/** An X-Ray segment document. */
export type SegmentDocument = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly parent_id: string;
  readonly trace_id: string;
  readonly name: string;
};

export interface BundleRun {
  readonly results: readonly (readonly APIGatewayProxyResult[])[];
  readonly segments: readonly SegmentDocument[];
  /** Lines on standard output and on standard error. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** The members of a proxy event that handlers cannot do without. The request id tells requests apart in traces and logs. */
export const bareEvent = (extendedRequestId: string, members: object): object => ({
  ...members,
  requestContext: {
    path: '/dev/items',
    extendedRequestId,
    authorizer: { claims: { sub: 'owner-1' } },
  },
});

export interface TableReply {
  readonly status: number;
  readonly body: object;
  readonly delayMs?: number;
}

export interface BundleRunOptions {
  readonly batches: readonly Batch[];
  /** What the table answers, by the sort key asked for. */
  readonly reply?: (sortKey: string) => TableReply;
  readonly variables?: Readonly<Record<string, string>>;
}

export async function runBundle(
  file: string,
  { batches, reply = () => ({ status: 200, body: {} }), variables }: BundleRunOptions,
): Promise<BundleRun> {
  const segments: SegmentDocument[] = [];
  const daemon = createSocket('udp4').on('message', (message) =>
    segments.push(JSON.parse(message.toString().split('\n')[1]!)),
  );
  daemon.bind(0, '127.0.0.1');
  const table = tableStub(reply).listen(0, '127.0.0.1');
  await Promise.all([once(daemon, 'listening'), once(table, 'listening')]);
  const address = table.address();
  const port = address && typeof address === 'object' ? address.port : 0;
  const child = forkBundle(file, {
    AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    ...variables,
  });
  try {
    const results: APIGatewayProxyResult[][] = [];
    for (const batch of batches) results.push(await child.run(batch));
    await settled(() => segments.length);
    const { stdout, stderr } = child.written;
    return { results, segments, stdout: lines(stdout), stderr: lines(stderr) };
  } finally {
    child.kill();
    daemon.close();
    table.close();
  }
}

function forkBundle(file: string, variables: Readonly<Record<string, string>>) {
  const child = fork(join(import.meta.dirname, 'invoke-bundle.ts'), [file], {
    silent: true,
    env: {
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      LAMBDA_TASK_ROOT: '/var/task',
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      TABLE_NAME: 'items',
      STAGE: 'dev',
      ALLOWED_ORIGIN: '*',
      ...variables,
    },
  });
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.on('data', (chunk) => {
      written[stream] += chunk;
    });
  }
  const crashed = once(child, 'close').then(() => Promise.reject(new Error(written.stderr)));
  crashed.catch(() => {});
  return {
    written,
    async run(batch: Batch): Promise<APIGatewayProxyResult[]> {
      child.send(batch);
      const [results] = await Promise.race([once(child, 'message'), crashed]);
      return results;
    },
    kill: () => child.kill(),
  };
}

const lines = (text: string) => text.split('\n').filter((line) => line !== '');

/** Datagrams have no end: waits until no more come. */
async function settled(count: () => number): Promise<void> {
  for (let before = -1; before !== count(); ) {
    before = count();
    await delay(60);
  }
}

function tableStub(reply: (sortKey: string) => TableReply) {
  return createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { Key, Item } = JSON.parse(text);
    const { status, body, delayMs = 0 } = reply((Key ?? Item).sk.S);
    await delay(delayMs);
    response.writeHead(status, {
      'Content-Type': 'application/x-amz-json-1.0',
      'x-amzn-RequestId': 'TABLE-REQUEST',
    });
    response.end(JSON.stringify(body));
  });
}
