/**
 * The Lambda service on this machine: finds the function, keeps to its concurrency, gives each invocation an environment of its
 * own and tells the telemetry. Sources: AWS Lambda Developer Guide, "Understanding Lambda function scaling"; API Reference,
 * "Invoke".
 */
import { randomUUID } from 'node:crypto';
import type { Faults } from '../faults/faults.ts';
import type { Telemetry } from '../telemetry/sinks.ts';
import { createConcurrency } from './concurrency.ts';
import { deployCode } from './deploy-code.ts';
import { createEnvironment, type EnvironmentState } from './environment.ts';
import { createFleet } from './fleet.ts';
import type { FunctionModel } from './function-model.ts';
import { sendSegments, sendThrottledSegment } from './function-segments.ts';
import { functionsByArn, type Invocable } from './functions-by-arn.ts';
import type { Invocation } from './invocation.ts';
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
   * Runs the function synchronously. Never rejects: what Lambda refuses is a status code (400 not JSON, 404 unknown function,
   * 413 request too large, 429 throttled) with Lambda's error body.
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

const refusal = (statusCode: number, requestId: string, body: object): InvokeResult => ({
  statusCode,
  payload: JSON.stringify(body),
  requestId,
});

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** The fault that this call shall meet, in the words of our bootstrap. */
function faultFor(faults: Faults, functionName: string): { fault?: string } {
  if (faults.hit('function-crash', functionName)) return { fault: 'crash' };
  if (faults.hit('function-timeout', functionName)) return { fault: `delay=${2 ** 31 - 1}` };
  const slowness = faults.hit('function-slowness', functionName);
  return slowness ? { fault: `delay=${slowness.delayMs ?? 1000}` } : {};
}

/** Starts no process before the first invocation. Throws where an alias points nowhere or code cannot be read. */
export function createLambda(options: LambdaOptions): Lambda {
  const { functions, telemetry, faults, now = Date.now } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const { directory, taskRootOf } = deployCode(functions);
  const keeper = createKeeper(directory);
  const concurrency = createConcurrency(functions, limits.accountConcurrency);
  const fleet = createFleet(limits.maxEnvironments);
  let closed: Promise<void> | undefined;

  const createPool = (fn: FunctionModel, version: string) =>
    fleet.createPool((onAvailable) =>
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
        log: (logStream, message) =>
          telemetry.logs.write({ logGroup: fn.logGroup, logStream, timestamp: now(), message }),
        onAvailable,
      }),
    );
  const byArn = functionsByArn(functions, telemetry.metrics, createPool);

  function throttle(
    { fn, metrics }: Invocable,
    call: Pick<Invocation, 'requestId' | 'trace'>,
    reason: string,
  ): InvokeResult {
    const at = now();
    metrics.throttled(at);
    if (call.trace.sampled) sendThrottledSegment(telemetry.traces, fn, { ...call, at });
    const body = { Reason: reason, Type: 'User', message: 'Rate Exceeded.' };
    return refusal(429, call.requestId, body);
  }

  function run(
    { fn, arn, version, pool, metrics }: Invocable,
    call: Pick<Invocation, 'requestId' | 'trace' | 'payload'>,
  ): Promise<InvokeResult> {
    const { requestId, trace } = call;
    const start = now();
    let end = start;
    concurrency.enter(fn, arn);
    metrics.started(start, concurrency.of(fn, arn));
    return new Promise((resolve) =>
      pool.run({
        ...call,
        ...faultFor(faults, fn.name),
        functionArn: arn,
        settle({ status, payload }) {
          end = now();
          concurrency.leave(fn, arn);
          const failed = status === 'success' ? {} : { functionError: 'Unhandled' as const };
          resolve({ statusCode: 200, ...failed, payload, requestId, executedVersion: version });
        },
        done(run) {
          metrics.finished(run.invocation.start, run.durationMs, run.outcome.status !== 'success');
          if (!trace.sampled) return;
          const service = { start, end: Math.max(end, run.invocation.end) };
          sendSegments(telemetry.traces, fn, { requestId, trace, service, ...run });
        },
      }),
    );
  }

  const checkMemory = () => {
    for (const environment of fleet.environments()) environment.checkMemory();
  };
  const timers = [
    setInterval(() => fleet.reap(now() - limits.reapAfterMs), Math.min(limits.reapAfterMs, 30_000)),
    setInterval(checkMemory, limits.memoryCheckMs),
  ];
  for (const timer of timers) timer.unref();

  async function close() {
    const deadline = Date.now() + limits.closeGraceMs;
    while (concurrency.total() > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const timer of timers) clearInterval(timer);
    await fleet.close();
    await keeper.close();
  }

  return {
    async invoke(functionArn, payload, { traceHeader } = {}) {
      const requestId = randomUUID();
      const invocable = byArn.get(functionArn);
      if (!invocable) {
        const message = `Function not found: ${functionArn}`;
        return refusal(404, requestId, { Type: 'User', message });
      }
      if (closed) {
        const message = 'The local runtime is stopping';
        return refusal(503, requestId, { Type: 'Service', message });
      }
      if (Buffer.byteLength(payload) > maxRequestBytes) {
        const message = `Request must be smaller than ${maxRequestBytes} bytes for the InvokeFunction operation`;
        return refusal(413, requestId, { Type: 'User', message });
      }
      if (!isJson(payload)) {
        const message = 'Could not parse request body into json';
        return refusal(400, requestId, { Type: 'User', message });
      }
      const { fn } = invocable;
      const trace = traceOf(fn.tracing, traceHeader, now());
      const reason = concurrency.refusal(fn);
      if (reason) return throttle(invocable, { requestId, trace }, reason);
      return run(invocable, { requestId, trace, payload });
    },
    environments: () =>
      fleet.environments().map(({ functionName, version, logStream, state, isFrozen, pid }) => ({
        functionName,
        version,
        logStream,
        state: isFrozen ? 'frozen' : state,
        ...(pid === undefined ? {} : { pid }),
      })),
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}
