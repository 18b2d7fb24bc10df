/** Takes a call that Lambda accepts through its environment and tells the telemetry how it went; throttles what is too much. */
import type { Faults } from '../faults/faults.ts';
import type { Telemetry } from '../telemetry/sinks.ts';
import type { Concurrency } from './concurrency.ts';
import { sendSegments, sendThrottledSegment } from './function-segments.ts';
import type { Invocable } from './functions-by-arn.ts';
import type { Invocation } from './invocation.ts';

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

export const refusal = (statusCode: number, requestId: string, body: object): InvokeResult => ({
  statusCode,
  payload: JSON.stringify(body),
  requestId,
});

/** The fault that this call shall meet, in the words of our bootstrap. */
function faultFor(faults: Faults, functionName: string): { fault?: string } {
  if (faults.hit('function-crash', functionName)) return { fault: 'crash' };
  if (faults.hit('function-timeout', functionName)) return { fault: `delay=${2 ** 31 - 1}` };
  const slowness = faults.hit('function-slowness', functionName);
  return slowness ? { fault: `delay=${slowness.delayMs ?? 1000}` } : {};
}

type Call = Pick<Invocation, 'requestId' | 'payload' | 'trace'>;

export type Invoker = (invocable: Invocable, call: Call) => InvokeResult | Promise<InvokeResult>;

export function createInvoker({
  telemetry,
  faults,
  concurrency,
}: {
  readonly telemetry: Telemetry;
  readonly faults: Faults;
  readonly concurrency: Concurrency;
}): Invoker {
  const { traces } = telemetry;

  function throttle({ fn, metrics }: Invocable, { requestId, trace }: Call, reason: string) {
    const at = Date.now();
    metrics.throttled(at);
    if (trace.sampled) sendThrottledSegment(traces, fn, { requestId, trace, at });
    return refusal(429, requestId, { Reason: reason, Type: 'User', message: 'Rate Exceeded.' });
  }

  function run({ fn, arn, version, pool, metrics }: Invocable, call: Call): Promise<InvokeResult> {
    const { requestId, trace } = call;
    const start = Date.now();
    let end = start;
    concurrency.enter(fn, arn);
    metrics.started(start, concurrency.of(fn, arn));
    return new Promise((resolve) =>
      pool.run({
        ...call,
        ...faultFor(faults, fn.name),
        functionArn: arn,
        settle({ status, payload }) {
          end = Date.now();
          concurrency.leave(fn, arn);
          const failed = status === 'success' ? {} : { functionError: 'Unhandled' as const };
          resolve({ statusCode: 200, ...failed, payload, requestId, executedVersion: version });
        },
        done(run) {
          metrics.finished(run.invocation.start, run.durationMs, run.outcome.status !== 'success');
          if (!trace.sampled) return;
          const service = { start, end: Math.max(end, run.invocation.end) };
          sendSegments(traces, fn, { requestId, trace, service, ...run });
        },
      }),
    );
  }

  return (invocable, call) => {
    const reason = concurrency.refusal(invocable.fn);
    return reason ? throttle(invocable, call, reason) : run(invocable, call);
  };
}
