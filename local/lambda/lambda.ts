/**
 * The Lambda service on this machine: finds the function, keeps to its concurrency, gives each invocation an environment of its
 * own and tells the telemetry. Sources: AWS Lambda Developer Guide, "Understanding Lambda function scaling"; API Reference,
 * "Invoke".
 */
import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Faults } from '../faults/faults.ts';
import type { Telemetry } from '../telemetry/sinks.ts';
import { createEnvironment, type EnvironmentState, type Invocation } from './environment.ts';
import { createFunctionMetrics, type FunctionMetrics } from './function-metrics.ts';
import type { FunctionModel } from './function-model.ts';
import { createFunctionPool, type FunctionPool } from './function-pool.ts';
import { sendSegments, sendThrottledSegment } from './function-segments.ts';
import { createKeeper } from './keeper.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { traceOf } from './trace-header.ts';

/** What Lambda's Invoke API answers. */
export interface InvokeResult {
  /** 200 also where the function failed. */
  readonly statusCode: number;
  /** Set where the function failed; `payload` then is its error. */
  readonly functionError?: 'Unhandled';
  /** JSON text. */
  readonly payload: string;
  readonly requestId: string;
  readonly executedVersion?: string;
}

export interface EnvironmentSummary {
  readonly functionName: string;
  readonly version: string;
  readonly logStream: string;
  readonly state: EnvironmentState | 'frozen';
  readonly pid?: number;
}

export interface Lambda {
  /**
   * Runs the function synchronously. Never rejects: what Lambda refuses is a status code (404 unknown function, 413 request
   * too large, 429 throttled) with Lambda's error body.
   *
   * @param functionArn unqualified, or with `:<alias>`, `:<version>`, `:$LATEST`
   * @param payload the event as JSON text
   * @param options.traceHeader `X-Amzn-Trace-Id` of the caller
   */
  invoke(
    functionArn: string,
    payload: string,
    options?: { readonly traceHeader?: string },
  ): Promise<InvokeResult>;
  /** The environments that exist now. */
  environments(): readonly EnvironmentSummary[];
  /** Lets invocations in progress finish, then ends every process and removes the copies of the code. */
  close(): Promise<void>;
}

export interface LambdaOptions {
  readonly functions: readonly FunctionModel[];
  readonly telemetry: Telemetry;
  /** `host:port` of the X-Ray daemon. */
  readonly xrayAddress: string;
  /** Variables that only this machine needs: credentials, service endpoints. */
  readonly environment: (fn: FunctionModel) => Readonly<Record<string, string>>;
  readonly faults: Faults;
  readonly limits?: Partial<Limits>;
  readonly now?: () => number;
}

/** The request limit of synchronous invocations (AWS Lambda Developer Guide, "Lambda quotas"). */
const maxRequestBytes = 6_291_456;

/** A function, version or alias that can be called. */
interface Target {
  readonly fn: FunctionModel;
  readonly version: string;
  readonly pool: FunctionPool;
  readonly metrics: FunctionMetrics;
  running: number;
}

const refusal = (statusCode: number, requestId: string, body: object): InvokeResult => ({
  statusCode,
  payload: JSON.stringify(body),
  requestId,
});

const throttled = (reason: string) => ({ Reason: reason, Type: 'User', message: 'Rate Exceeded.' });

/** `Error` or not, what the function reported as JSON. */
function describeFailure(payload: string) {
  try {
    const { errorType, errorMessage } = JSON.parse(payload);
    return { type: String(errorType), message: String(errorMessage) };
  } catch {
    return { type: 'Runtime.Unknown', message: payload };
  }
}

/** The fault that this call shall meet, in the words of our bootstrap. */
function faultFor(faults: Faults, functionName: string): { fault?: string } {
  if (faults.hit('function-crash', functionName)) return { fault: 'crash' };
  if (faults.hit('function-timeout', functionName)) return { fault: `delay=${2 ** 31 - 1}` };
  const slowness = faults.hit('function-slowness', functionName);
  return slowness ? { fault: `delay=${slowness.delayMs ?? 1000}` } : {};
}

/** Copies the code out of the project, where neither its `package.json` nor its `node_modules` can be seen by the function. */
function deploy(functions: readonly FunctionModel[]) {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'lambda-')));
  const taskRoots = new Map(functions.map((fn) => [fn, join(directory, fn.name)]));
  for (const [fn, root] of taskRoots) cpSync(fn.codeDirectory, root, { recursive: true });
  return { directory, taskRootOf: (fn: FunctionModel) => taskRoots.get(fn)! };
}

export function createLambda(options: LambdaOptions): Lambda {
  const { functions, telemetry, faults, now = Date.now } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const { directory, taskRootOf } = deploy(functions);
  const keeper = createKeeper(directory);
  const targets = new Map<string, Target>();
  const pools: { readonly fn: FunctionModel; readonly pool: FunctionPool }[] = [];
  const running = new Map<FunctionModel, number>(functions.map((fn) => [fn, 0]));
  let closing = false;

  const poolOf = (fn: FunctionModel, version: string): FunctionPool => {
    const log = (logStream: string, message: string) =>
      telemetry.logs.write({ logGroup: fn.logGroup, logStream, timestamp: now(), message });
    const pool = createFunctionPool((onAvailable) =>
      createEnvironment({
        fn,
        version,
        region: fn.arn.split(':')[3] ?? '',
        taskRoot: taskRootOf(fn),
        xrayAddress: options.xrayAddress,
        variables: options.environment(fn),
        keeper,
        limits,
        now,
        log,
        onAvailable,
      }),
    );
    pools.push({ fn, pool });
    return pool;
  };

  for (const fn of functions) {
    const versions = new Map(['$LATEST', ...fn.versions].map((v) => [v, poolOf(fn, v)]));
    const add = (arn: string, version: string, qualifier?: string, isAlias = false) => {
      const pool = versions.get(version);
      if (!pool) {
        throw new Error(`${arn} points at version ${version}, which the template does not publish`);
      }
      const { name: functionName } = fn;
      const metrics = createFunctionMetrics(telemetry.metrics, {
        functionName,
        version,
        isAlias,
        ...(qualifier === undefined ? {} : { qualifier }),
      });
      targets.set(arn, { fn, version, pool, metrics, running: 0 });
    };
    add(fn.arn, '$LATEST');
    for (const version of versions.keys()) add(`${fn.arn}:${version}`, version, version);
    for (const { name, version } of fn.aliases) add(`${fn.arn}:${name}`, version, name, true);
  }

  const reserved = functions.reduce((sum, fn) => sum + (fn.reservedConcurrency ?? 0), 0);
  const sumRunning = (which: (fn: FunctionModel) => boolean) =>
    functions.reduce((sum, fn) => sum + (which(fn) ? running.get(fn)! : 0), 0);
  const unreserved = () => sumRunning((fn) => fn.reservedConcurrency === undefined);

  /** Why this function may not run one more now. */
  function throttleReason(fn: FunctionModel): string | undefined {
    if (fn.reservedConcurrency !== undefined) {
      return running.get(fn)! >= fn.reservedConcurrency
        ? 'ReservedFunctionConcurrentInvocationLimitExceeded'
        : undefined;
    }
    return unreserved() >= limits.accountConcurrency - reserved
      ? 'ConcurrentInvocationLimitExceeded'
      : undefined;
  }

  function count(target: Target, change: 1 | -1) {
    target.running += change;
    running.set(target.fn, running.get(target.fn)! + change);
  }

  function reportStart(target: Target, at: number) {
    target.metrics.started(at, {
      account: sumRunning(() => true),
      unreserved: unreserved(),
      claimed: unreserved() + reserved,
      function: running.get(target.fn)!,
      resource: target.running,
    });
  }

  function execute(
    target: Target,
    requestId: string,
    functionArn: string,
    payload: string,
    header?: string,
  ) {
    const { fn, version, metrics } = target;
    const acceptedAt = now();
    const trace = traceOf(fn.tracing, header, acceptedAt);
    const reason = throttleReason(fn);
    if (reason) {
      metrics.throttled(acceptedAt);
      if (trace.sampled)
        sendThrottledSegment(telemetry.traces, fn, { trace, requestId, at: acceptedAt });
      return refusal(429, requestId, throttled(reason));
    }
    count(target, 1);
    reportStart(target, acceptedAt);
    return new Promise<InvokeResult>((resolve) => {
      let answeredAt = acceptedAt;
      const invocation: Invocation = {
        requestId,
        functionArn,
        payload,
        trace,
        ...faultFor(faults, fn.name),
        settle({ status, payload }) {
          answeredAt = now();
          count(target, -1);
          const failed = status === 'success' ? {} : { functionError: 'Unhandled' as const };
          resolve({ statusCode: 200, ...failed, payload, requestId, executedVersion: version });
        },
        done({ outcome, durationMs, ...intervals }) {
          const failed = outcome.status !== 'success';
          metrics.finished(intervals.invocation.start, durationMs, failed);
          if (!trace.sampled) return;
          const failure = failed ? { failure: describeFailure(outcome.payload) } : {};
          const service = {
            start: acceptedAt,
            end: Math.max(answeredAt, intervals.invocation.end),
          };
          sendSegments(telemetry.traces, fn, {
            requestId,
            trace,
            service,
            ...intervals,
            ...failure,
          });
        },
      };
      target.pool.run(invocation);
    });
  }

  const busy = () => pools.flatMap(({ pool }) => pool.environments);
  const reaper = setInterval(
    () => {
      for (const { pool } of pools) pool.reap(now() - limits.reapAfterMs);
    },
    Math.min(limits.reapAfterMs, 30_000),
  );
  const memoryGuard = setInterval(() => {
    for (const environment of busy()) environment.checkMemory();
  }, limits.memoryCheckMs);
  reaper.unref();
  memoryGuard.unref();

  return {
    async invoke(functionArn, payload, { traceHeader } = {}) {
      const requestId = randomUUID();
      const target = targets.get(functionArn);
      if (!target) {
        const message = `Function not found: ${functionArn}`;
        return refusal(404, requestId, { Type: 'User', message });
      }
      if (closing) {
        const message = 'The local runtime is stopping';
        return refusal(503, requestId, { Type: 'Service', message });
      }
      if (Buffer.byteLength(payload) > maxRequestBytes) {
        const message = `Request must be smaller than ${maxRequestBytes} bytes for the InvokeFunction operation`;
        return refusal(413, requestId, { Type: 'User', message });
      }
      return execute(target, requestId, functionArn, payload, traceHeader);
    },
    environments: () =>
      pools.flatMap(({ fn, pool }) =>
        pool.environments.map(({ version, logStream, state, isFrozen, pid }) => ({
          functionName: fn.name,
          version,
          logStream,
          state: isFrozen ? ('frozen' as const) : state,
          ...(pid === undefined ? {} : { pid }),
        })),
      ),
    async close() {
      closing = true;
      const deadline = Date.now() + limits.closeGraceMs;
      while (sumRunning(() => true) > 0 && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      clearInterval(reaper);
      clearInterval(memoryGuard);
      await Promise.all(pools.map(({ pool }) => pool.close()));
      await keeper.close();
    },
  };
}
