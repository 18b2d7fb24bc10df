/**
 * One execution environment: a process, its Runtime API, its log stream; one invocation at a time.
 * Init runs before the first invocation. When the process has died (crash, time-out, failed init) the environment stays, and
 * init runs again inside the next invocation, on its time. Source: AWS Lambda Developer Guide, "Understanding the Lambda
 * execution environment lifecycle".
 */
import { randomBytes } from 'node:crypto';
import { environmentVariables } from './environment-variables.ts';
import type { FunctionModel } from './function-model.ts';
import {
  type Exit,
  type FunctionProcess,
  runtimeDirectory,
  startProcess,
} from './function-process.ts';
import type { Interval } from './function-segments.ts';
import {
  exited,
  type Invocation,
  type Outcome,
  outOfMemory,
  oversize,
  reported,
  stopped,
  timedOut,
} from './invocation.ts';
import type { Keeper } from './keeper.ts';
import type { Limits } from './limits.ts';
import { createPlatformLog, type InitReport, type Span } from './platform-log.ts';
import { createRuntimeApi, type ReportedError, type RuntimeApi } from './runtime-api.ts';

/** `stopped`: no process; it can take an invocation, which then pays for init. `finishing`: answered, not yet ready. */
export type EnvironmentState = 'starting' | 'ready' | 'busy' | 'finishing' | 'stopped' | 'closed';

export interface Environment {
  readonly version: string;
  readonly logStream: string;
  readonly state: EnvironmentState;
  readonly isFrozen: boolean;
  readonly pid: number | undefined;
  /** Real ms of the last change from work to idleness. */
  readonly idleSince: number;
  /** Runs init; at its end the environment is available. */
  start(): Promise<void>;
  /** Only when `ready` or `stopped`. */
  invoke(invocation: Invocation): void;
  /** Kills the process when it holds more memory than the function has. */
  checkMemory(): void;
  close(): Promise<void>;
}

interface Current {
  readonly invocation: Invocation;
  readonly startedAt: number;
  readonly clock: number;
  readonly timer: NodeJS.Timeout;
  handedOverAt?: number;
  answeredAt?: number;
  outcome?: Outcome;
}

/** For records: a time-out is a status of its own and has no error type there. */
const statusOf = ({ status, errorType }: Pick<Outcome, 'status' | 'errorType'>) =>
  status === 'error' && errorType ? { status, errorType } : { status };

/** `2026/11/22/[$LATEST]<32 hex>` */
const logStreamName = (version: string, now: number) =>
  `${new Date(now).toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]${randomBytes(16).toString('hex')}`;

export interface EnvironmentOptions {
  readonly fn: FunctionModel;
  readonly version: string;
  readonly region: string;
  readonly taskRoot: string;
  readonly xrayAddress: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly keeper: Keeper;
  readonly limits: Limits;
  readonly now: () => number;
  readonly log: (logStream: string, message: string) => void;
  /** It became `ready` or `stopped`. */
  readonly onAvailable: () => void;
}

export function createEnvironment(options: EnvironmentOptions): Environment {
  const { fn, version, limits, now, onAvailable } = options;
  const logStream = logStreamName(version, now());
  const write = (message: string) => options.log(logStream, message);
  const platform = createPlatformLog(fn, version, options.region, write, now);
  let state: EnvironmentState = 'starting';
  let idleSince = now();
  let api: RuntimeApi | undefined;
  let running: FunctionProcess | undefined;
  let init:
    | { phase: InitReport['phase']; at: number; clock: number; timer?: NodeJS.Timeout }
    | undefined;
  let coldStart: (Interval & { durationMs: number }) | undefined; // told with the first invocation
  let reason: Outcome | undefined; // why the process is about to end
  let current: Current | undefined;
  let maxRssKb = 0;
  let freezeTimer: NodeJS.Timeout | undefined;
  let closing = false;
  let onClosed: (() => void) | undefined;

  const requestId = () => current?.invocation.requestId ?? '';

  /** The first reason counts; the process's end brings it to the caller. */
  function kill(outcome: Outcome) {
    reason ??= outcome;
    if (running?.pid) maxRssKb = Math.max(maxRssKb, running.residentKb());
    running?.kill();
  }

  async function start(phase: InitReport['phase'] = 'init') {
    init = { phase, at: now(), clock: performance.now() };
    platform.initStart(phase);
    api ??= await createRuntimeApi(listener);
    if (closing) return void api.close();
    maxRssKb = 0;
    running = startProcess({
      memoryMb: fn.memoryMb,
      variables: environmentVariables(
        fn,
        { ...options, logStream, runtimeApi: api.address, runtimeDirectory },
        options.variables,
      ),
      directory: options.taskRoot,
      keeper: options.keeper,
      onLine: write,
      onExit: ended,
    });
    if (phase === 'init') {
      const late = () => kill({ status: 'timeout', payload: '' });
      init.timer = setTimeout(late, limits.initMs);
    }
  }

  function initDone(outcome: Pick<Outcome, 'status' | 'errorType'>) {
    const { phase, at, clock, timer } = init!;
    init = undefined;
    clearTimeout(timer);
    const durationMs = performance.now() - clock;
    platform.initDone({ phase, durationMs, ...statusOf(outcome) });
    if (phase === 'init' && outcome.status === 'success')
      coldStart = { start: at, end: now(), durationMs };
  }

  function handOver() {
    const { invocation, startedAt } = current!;
    current!.handedOverAt = now();
    platform.start(invocation.requestId, invocation.trace);
    api!.deliver({
      requestId: invocation.requestId,
      functionArn: invocation.functionArn,
      deadlineMs: Math.round(startedAt + fn.timeoutSeconds * 1000),
      traceHeader: invocation.trace.header,
      payload: invocation.payload,
      ...(invocation.fault === undefined ? {} : { fault: invocation.fault }),
    });
  }

  function answer(outcome: Outcome) {
    if (reason || !current) return; // it was killed while it answered
    state = 'finishing';
    current.outcome = outcome;
    current.answeredAt = now();
    // After the poll phase: output that was written before the response has been read by then.
    setImmediate(current.invocation.settle, outcome);
  }

  /** The runtime is ready again, or gone (`end` says why). */
  function finish(end?: Outcome) {
    const { invocation, clock, timer, startedAt, handedOverAt = startedAt, ...rest } = current!;
    clearTimeout(timer);
    const finishedAt = now();
    const { answeredAt = finishedAt } = rest;
    const outcome = end ?? rest.outcome!;
    const durationMs = Math.min(performance.now() - clock, fn.timeoutSeconds * 1000);
    platform.done({
      requestId: invocation.requestId,
      ...statusOf(outcome),
      durationMs,
      ...(coldStart ? { initDurationMs: coldStart.durationMs } : {}),
      maxMemoryUsedMb: Math.min(fn.memoryMb, Math.ceil(maxRssKb / 1024)),
      producedBytes: Buffer.byteLength(outcome.payload),
      spans: spansOf(handedOverAt, answeredAt, finishedAt),
      trace: invocation.trace,
    });
    invocation.done({
      outcome,
      durationMs,
      invocation: { start: handedOverAt, end: answeredAt },
      overhead: { start: answeredAt, end: finishedAt },
      ...(coldStart ? { init: coldStart } : {}),
    });
    coldStart = undefined;
    current = undefined;
  }

  function becomeAvailable(next: 'ready' | 'stopped') {
    state = next;
    idleSince = now();
    if (next === 'ready') freezeTimer = setTimeout(() => running?.freeze(), limits.freezeAfterMs);
    freezeTimer?.unref();
    onAvailable();
  }

  function ended(exit: Exit) {
    const outcome = reason ?? exited(requestId(), exit);
    reason = undefined;
    running = undefined;
    clearTimeout(freezeTimer);
    api?.reset();
    if (init) initDone(outcome);
    if (current && current.handedOverAt === undefined) {
      platform.start(current.invocation.requestId, current.invocation.trace);
    }
    if (current && !current.outcome) answer(outcome);
    if (current) finish(outcome);
    if (closing) onClosed?.();
    else becomeAvailable('stopped');
  }

  const listener = {
    next(rssKb: number) {
      if (reason) return;
      maxRssKb = Math.max(maxRssKb, rssKb);
      if (init) initDone({ status: 'success' });
      else if (current) finish();
      if (current) handOver();
      else if (!closing) becomeAvailable('ready');
    },
    response: (payload: string) => answer({ status: 'success', payload }),
    oversize: () => answer(oversize),
    error: (error: ReportedError) => answer(reported(error)),
    initError: (error: ReportedError) => kill(reported(error)),
  };

  return {
    version,
    logStream,
    get state() {
      return closing ? 'closed' : state;
    },
    get isFrozen() {
      return running?.isFrozen ?? false;
    },
    get pid() {
      return running?.pid;
    },
    get idleSince() {
      return idleSince;
    },
    start,
    invoke(invocation) {
      clearTimeout(freezeTimer);
      state = 'busy';
      const timer = setTimeout(
        () => kill(timedOut(invocation.requestId, fn.timeoutSeconds)),
        fn.timeoutSeconds * 1000,
      );
      current = { invocation, startedAt: now(), clock: performance.now(), timer };
      if (!running) return void start('invoke');
      running.thaw();
      handOver();
    },
    checkMemory() {
      if (!running || state === 'ready' || running.residentKb() <= fn.memoryMb * 1024) return;
      kill(outOfMemory(requestId()));
    },
    async close() {
      closing = true;
      clearTimeout(freezeTimer);
      const ending = running && new Promise<void>((resolve) => (onClosed = resolve));
      kill(stopped);
      await ending;
      await api?.close();
    },
  };
}

const spansOf = (handedOver: number, answered: number, finished: number): readonly Span[] => [
  {
    name: 'responseLatency',
    start: new Date(handedOver).toISOString(),
    durationMs: answered - handedOver,
  },
  {
    name: 'runtimeOverhead',
    start: new Date(answered).toISOString(),
    durationMs: finished - answered,
  },
];
