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
import { createEnvironment, type EnvironmentSummary } from './environment.ts';
import { createFleet } from './fleet.ts';
import type { FunctionModel } from './function-model.ts';
import { functionsByArn } from './functions-by-arn.ts';
import { createInvoker, type InvokeResult, refusal } from './invoker.ts';
import { createKeeper } from './keeper.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { traceOf } from './trace-header.ts';

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
}

/** The request limit of synchronous invocations (AWS Lambda Developer Guide, "Lambda quotas"). */
const maxRequestBytes = 6_291_456;
const tooLarge = `Request must be smaller than ${maxRequestBytes} bytes for the InvokeFunction operation`;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Starts no process before the first invocation. Throws where an alias points nowhere or code cannot be read. */
export function createLambda(options: LambdaOptions): Lambda {
  const { functions, telemetry, faults } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const fleet = createFleet(limits);
  const concurrency = createConcurrency(functions, limits.accountConcurrency);
  const invoke = createInvoker({ telemetry, faults, concurrency });
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
        log: (logStream, message) => {
          const { logGroup } = fn;
          telemetry.logs.write({ logGroup, logStream, timestamp: Date.now(), message });
        },
        onAvailable,
      }),
    );
  const byArn = functionsByArn(functions, telemetry.metrics, createPool);
  const { directory, taskRootOf } = deployCode(functions);
  const keeper = createKeeper(directory);

  const reap = () => fleet.reap(Date.now() - limits.reapAfterMs);
  const checkMemory = () => {
    for (const environment of fleet.environments()) environment.checkMemory();
  };
  const timers = [
    setInterval(reap, Math.min(limits.reapAfterMs, 30_000)),
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
      const refuse = (status: number, message: string, Type = 'User') =>
        refusal(status, requestId, { Type, message });
      if (closed) return refuse(503, 'The local runtime is stopping', 'Service');
      if (!invocable) return refuse(404, `Function not found: ${functionArn}`);
      if (Buffer.byteLength(payload) > maxRequestBytes) return refuse(413, tooLarge);
      if (!isJson(payload)) return refuse(400, 'Could not parse request body into json');
      const trace = traceOf(invocable.fn.tracing, traceHeader, Date.now());
      return invoke(invocable, { requestId, trace, payload });
    },
    environments: () => fleet.environments().map((environment) => environment.summary()),
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}
