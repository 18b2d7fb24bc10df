/** One call of a function on its way through an environment, and the ways in which it can end. */
import type { Exit } from './function-process.ts';
import type { Trace } from './trace-header.ts';

export type Status = 'success' | 'error' | 'timeout';

export interface Outcome {
  readonly status: Status;
  /** JSON text for the caller: the response, or `{errorType, errorMessage}`. */
  readonly payload: string;
  readonly errorType?: string;
}

/** Real time, in ms since the epoch. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** How a finished invocation went: what the log, the metrics and the segments tell. */
export interface Run {
  readonly outcome: Outcome;
  /** Without an init before the invocation, with one inside it. */
  readonly durationMs: number;
  /** From the hand-over to the answer. */
  readonly invocation: Interval;
  /** From the answer's first byte to its last; missing where the runtime gave none. */
  readonly response?: Interval;
  /** From the answer until the runtime was ready again. */
  readonly overhead: Interval;
  /** The cold start, told by the first invocation after it. */
  readonly init?: Interval & { readonly durationMs: number };
  readonly maxMemoryUsedMb: number;
}

export interface Invocation {
  readonly requestId: string;
  readonly functionArn: string;
  readonly payload: string;
  readonly trace: Trace;
  /** A fault for our bootstrap to act out: `crash`, `delay=<ms>`. */
  readonly fault?: string;
  /** Answers the caller. */
  settle(outcome: Outcome): void;
  /** The environment is done with it: after the answer, when the runtime is ready again or gone. */
  done(run: Run): void;
}

/** The largest response, and so says the error (AWS: 6 MB and room for the envelope). */
export const maxResponseBytes = 6_291_556;

const failure = (errorType: string, errorMessage: string, status: Status = 'error'): Outcome => ({
  status,
  errorType,
  payload: JSON.stringify({ errorType, errorMessage }),
});

/** Failures that the service itself reports. Source: recorded Invoke answers (gateway and runtime of AWS, 2025). */
export const timedOut = (requestId: string, seconds: number): Outcome => {
  const message = `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`;
  return failure('Sandbox.Timedout', message, 'timeout');
};

export const exited = (requestId: string, exit: Exit, errorType = 'Runtime.ExitError'): Outcome => {
  const how = exit === undefined ? 'without providing a reason' : `with error: ${exit}`;
  return failure(errorType, `RequestId: ${requestId} Error: Runtime exited ${how}`);
};

export const outOfMemory = (requestId: string): Outcome =>
  exited(requestId, 'signal: killed', 'Runtime.OutOfMemory');

export const oversize = failure(
  'Function.ResponseSizeTooLarge',
  `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
);

export const stopped = failure('Sandbox.Failure', 'The local runtime was stopped');

/**
 * An error as the runtime reported it: the caller gets it as it is; a type that is none of Lambda's is `Runtime.Unknown` in
 * Lambda's own records (so does the runtime interface emulator).
 */
export const reported = (payload: string, errorType: string): Outcome => ({
  status: 'error',
  payload,
  errorType: /^(Runtime|Function|Sandbox)\.[A-Z][a-zA-Z]+$/.test(errorType)
    ? errorType
    : 'Runtime.Unknown',
});
