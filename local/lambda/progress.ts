/** The invocation that an environment is working on, and when what happened. */
import type { Invocation, Outcome, Run } from './invocation.ts';

/** Times are ms since the epoch. */
export interface Progress {
  readonly invocation: Invocation;
  readonly startedAt: number;
  /** The start on the clock that never jumps. */
  readonly clock: number;
  handedOverAt?: number;
  answeringAt?: number;
  answeredAt?: number;
  outcome?: Outcome;
}

/** What has come of it by now. `end` is why the process died, if that is how it ends. */
export function runOf(
  progress: Progress,
  rest: Pick<Run, 'init' | 'maxMemoryUsedMb'>,
  { timeoutMs, finishedAt, end }: { timeoutMs: number; finishedAt: number; end?: Outcome },
): Run {
  const { startedAt, handedOverAt = startedAt, answeringAt, answeredAt = finishedAt } = progress;
  return {
    ...rest,
    outcome: end ?? progress.outcome!,
    // A killed process needs a moment to die: the time-out is what counts.
    durationMs: Math.min(performance.now() - progress.clock, timeoutMs),
    invocation: { start: handedOverAt, end: answeredAt },
    ...(answeringAt !== undefined && { response: { start: answeringAt, end: answeredAt } }),
    overhead: { start: answeredAt, end: finishedAt },
  };
}
