/**
 * One execution environment: a process, its Runtime API, its log stream; one invocation at a time.
 * Init runs before the first invocation. When the process has died (crash, time-out, failed init) the environment stays, and
 * init runs again inside the next invocation, on its time. Source: AWS Lambda Developer Guide, "Understanding the Lambda
 * execution environment lifecycle".
 */
import { randomBytes } from 'node:crypto';
import { type EnvironmentFacts, environmentVariables } from './environment-variables.ts';
import { type Exit, type FunctionProcess, startProcess } from './function-process.ts';
import {
  exited,
  type Invocation,
  type Outcome,
  outOfMemory,
  type Run,
  stopped,
  timedOut,
} from './invocation.ts';
import type { Keeper } from './keeper.ts';
import type { Limits } from './limits.ts';
import { createPlatformLog, type Phase } from './platform-log.ts';
import { type Progress, runOf } from './progress.ts';
import { createRuntimeApi, type RuntimeApi, type RuntimeListener } from './runtime-api.ts';

/** `stopped`: no process; it can take an invocation, which then pays for init. `finishing`: answered, not yet ready. */
export type EnvironmentState = 'starting' | 'ready' | 'busy' | 'finishing' | 'stopped';

/** What can be told of an environment. */
export interface EnvironmentSummary {
  readonly functionName: string;
  readonly version: string;
  readonly logStream: string;
  readonly state: EnvironmentState | 'frozen';
  readonly pid: number | undefined;
}

export interface Environment {
  readonly state: EnvironmentState;
  /** Real ms since when it has had nothing to do. */
  readonly idleSince: number;
  /** Runs init; at its end the environment is available. */
  start(): void;
  /** Only when `ready` or `stopped`. */
  invoke(invocation: Invocation): void;
  /** Kills the process when it holds more memory than the function has. */
  checkMemory(): void;
  summary(): EnvironmentSummary;
  close(): Promise<void>;
}

export interface EnvironmentOptions extends EnvironmentFacts {
  readonly keeper: Keeper;
  readonly limits: Limits;
  readonly log: (logStream: string, message: string) => void;
  /** It became `ready` or `stopped`. */
  readonly onAvailable: () => void;
}

/** `2026/11/22/[$LATEST]<32 hex>` */
const logStreamName = (version: string) => {
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return `${date}/[${version}]${randomBytes(16).toString('hex')}`;
};

export function createEnvironment(options: EnvironmentOptions): Environment {
  const { fn, version, limits, onAvailable } = options;
  const timeoutMs = fn.timeoutSeconds * 1000;
  const logStream = logStreamName(version);
  const write = (message: string) => options.log(logStream, message);
  const platform = createPlatformLog(options, write);
  let state: EnvironmentState = 'starting';
  let idleSince = Date.now();
  let api: RuntimeApi | undefined;
  let running: FunctionProcess | undefined;
  let init: { readonly start: number; readonly clock: number } | undefined;
  let coldStart: Run['init'];
  let progress: Progress | undefined;
  let killedFor: Outcome | undefined;
  let timer: NodeJS.Timeout | undefined;
  let maxRssKb = 0;
  let closing = false;
  let onClosed: (() => void) | undefined;

  /** The one limit that holds now: of init, of the invocation, of idleness. */
  function after(milliseconds: number, action: () => void) {
    clearTimeout(timer);
    timer = setTimeout(action, milliseconds);
  }

  const requestId = () => progress?.invocation.requestId ?? '';

  /** The process's end brings the first reason to the caller. */
  function kill(outcome: Outcome) {
    killedFor ??= outcome;
    maxRssKb = Math.max(maxRssKb, running?.residentKb() ?? 0);
    running?.kill();
  }

  const initPhase = (): Phase => (progress ? 'invoke' : 'init');

  async function startRuntime() {
    init = { start: Date.now(), clock: performance.now() };
    maxRssKb = 0;
    platform.initStart(initPhase());
    try {
      api ??= await createRuntimeApi(listener);
      if (closing) return void api.close();
      running = startProcess({
        memoryMb: fn.memoryMb,
        variables: environmentVariables(options, logStream, api.address),
        keeper: options.keeper,
        onLine: write,
        onExit: processEnded,
      });
    } catch (error) {
      return processEnded((error as Error).message); // this machine has no memory or no file handle left
    }
    if (!progress) after(limits.initMs, () => kill({ status: 'timeout', payload: '' }));
  }

  function endInit(outcome: Outcome) {
    const { start, clock } = init!;
    const durationMs = performance.now() - clock;
    init = undefined;
    platform.initDone(initPhase(), durationMs, outcome);
    if (!progress && outcome.status === 'success')
      coldStart = { start, end: Date.now(), durationMs };
  }

  function handOver(to: Progress) {
    to.handedOverAt = Date.now();
    platform.start(to.invocation);
    api?.deliver(to.invocation, Math.round(to.startedAt + timeoutMs));
  }

  function answer(outcome: Outcome) {
    if (!progress || killedFor) return; // it was killed while it answered
    state = 'finishing';
    progress.answeredAt = Date.now();
    progress.outcome = outcome;
    // After the poll phase: output that was written before the response has been read by then.
    setImmediate(progress.invocation.settle, outcome);
  }

  function finish(of: Progress, end?: Outcome) {
    clearTimeout(timer);
    const maxMemoryUsedMb = Math.min(fn.memoryMb, Math.ceil(maxRssKb / 1024));
    const rest = { maxMemoryUsedMb, ...(coldStart && { init: coldStart }) };
    const run = runOf(of, rest, { timeoutMs, finishedAt: Date.now(), ...(end && { end }) });
    progress = undefined;
    coldStart = undefined;
    platform.done(of.invocation, run);
    of.invocation.done(run);
  }

  function becomeAvailable(next: 'ready' | 'stopped') {
    state = next;
    idleSince = Date.now();
    if (next === 'ready') after(limits.freezeAfterMs, () => running?.freeze());
    onAvailable();
  }

  function processEnded(exit: Exit) {
    const outcome = killedFor ?? exited(requestId(), exit);
    killedFor = undefined;
    running = undefined;
    clearTimeout(timer);
    api?.reset();
    if (init) endInit(outcome);
    if (progress) {
      if (progress.handedOverAt === undefined) platform.start(progress.invocation);
      if (!progress.outcome) answer(outcome);
      finish(progress, outcome);
    }
    if (closing) onClosed?.();
    else becomeAvailable('stopped');
  }

  const listener: RuntimeListener = {
    next(rssKb) {
      if (killedFor) return;
      maxRssKb = Math.max(maxRssKb, rssKb);
      if (init) endInit({ status: 'success', payload: '' });
      else if (progress) finish(progress);
      if (progress) handOver(progress);
      else becomeAvailable('ready');
    },
    answering() {
      if (progress) progress.answeringAt = Date.now();
    },
    answer,
    initError: kill,
  };

  return {
    get state() {
      return state;
    },
    get idleSince() {
      return idleSince;
    },
    start: () => void startRuntime(),
    invoke(invocation) {
      state = 'busy';
      progress = { invocation, startedAt: Date.now(), clock: performance.now() };
      after(timeoutMs, () => kill(timedOut(invocation.requestId, fn.timeoutSeconds)));
      if (!running) return void startRuntime();
      running.thaw();
      handOver(progress);
    },
    checkMemory() {
      if (!running || state === 'ready' || running.residentKb() <= fn.memoryMb * 1024) return;
      kill(outOfMemory(requestId()));
    },
    summary: () => ({
      functionName: fn.name,
      version,
      logStream,
      state: running?.isFrozen ? 'frozen' : state,
      pid: running?.pid,
    }),
    async close() {
      closing = true;
      clearTimeout(timer);
      const ended = running && new Promise<void>((resolve) => (onClosed = resolve));
      kill(stopped);
      await ended;
      await api?.close();
    },
  };
}
