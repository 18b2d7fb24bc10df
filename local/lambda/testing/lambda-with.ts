/** A Lambda service with functions written on the spot, for tests: everything it told the telemetry can be looked at. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { MetricIdentity, Sample } from '../../../cloudwatch/metrics/metric.ts';
import { createFaults } from '../../faults/faults.ts';
import type { SegmentDocument } from '../../telemetry/sinks.ts';
import type { FunctionModel } from '../function-model.ts';
import type { InvokeResult } from '../invoker.ts';
import { createLambda, type Lambda, type LambdaOptions } from '../lambda.ts';

export interface LogEvent {
  readonly logGroup: string;
  readonly logStream: string;
  readonly timestamp: number;
  readonly message: string;
}

const account = '123456789012';

export const arnOf = (name: string) => `arn:aws:lambda:eu-west-1:${account}:function:${name}`;

const folders: string[] = [];
const running: Lambda[] = [];

/** Writes files (path → content) into a new folder. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'function-'));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** A function `f` of the given code: `index.js`, or several files. */
export function functionModel(
  code: string | Readonly<Record<string, string>>,
  changes: Partial<FunctionModel> = {},
): FunctionModel {
  const name = changes.name ?? 'f';
  return {
    name,
    arn: arnOf(name),
    roleArn: `arn:aws:iam::${account}:role/${name}`,
    codeDirectory: folderWith(typeof code === 'string' ? { 'index.js': code } : code),
    handler: 'index.handler',
    memoryMb: 512,
    timeoutSeconds: 10,
    environment: {},
    tracing: 'PassThrough',
    logGroup: `/functions/${name}`,
    logFormat: 'Text',
    applicationLogLevel: 'INFO',
    systemLogLevel: 'INFO',
    versions: [],
    aliases: [],
    ignored: [],
    ...changes,
  };
}

export function lambdaWith(
  functions: readonly FunctionModel[],
  options: Partial<LambdaOptions> = {},
) {
  const logs: LogEvent[] = [];
  const metrics: { readonly metric: MetricIdentity; readonly sample: Sample }[] = [];
  const segments: SegmentDocument[] = [];
  const faults = createFaults(() => []);
  const lambda = createLambda({
    functions,
    telemetry: {
      logs: { write: (event) => logs.push(event) },
      metrics: { put: (metric, sample) => metrics.push({ metric, sample }) },
      traces: { segment: (document) => segments.push(document) },
    },
    xrayAddress: '127.0.0.1:2000',
    environment: () => ({}),
    faults,
    ...options,
  });
  running.push(lambda);
  return {
    lambda,
    faults,
    logs,
    metrics,
    segments,
    messages: () => logs.map(({ message }) => message),
    invoke: (event: unknown = {}, arn = functions[0]!.arn, traceHeader?: string) =>
      lambda.invoke(arn, JSON.stringify(event), traceHeader === undefined ? {} : { traceHeader }),
  };
}

export const payloadOf = ({ payload }: InvokeResult) => JSON.parse(payload);

/** Waits for what must come: fails the test after five seconds without it. */
export async function until<T>(look: () => T | undefined | false | null): Promise<T> {
  const end = Date.now() + 5000;
  for (;;) {
    const found = look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`This has not come true: ${look}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** For `afterEach`. */
export async function stopAll() {
  await Promise.all(running.splice(0).map((lambda) => lambda.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
