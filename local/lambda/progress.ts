/** Keeps the times of the invocation that an environment is working on. */
import type { FunctionModel } from './function-model.ts';
import type { Invocation, Outcome, Run } from './invocation.ts';

export interface Progress {
  readonly invocation: Invocation;
  /** Ms since the epoch. */
  readonly deadline: number;
  readonly isHandedOver: boolean;
  readonly isAnswered: boolean;
  handOver(): void;
  answer(outcome: Outcome): void;
  /** `end` is why the process died, if that is how it ends. */
  finish(rest: Pick<Run, 'init' | 'maxMemoryUsedMb'>, end?: Outcome): Run;
}

export function trackProgress(
  fn: FunctionModel,
  invocation: Invocation,
  now: () => number,
): Progress {
  const timeoutMs = fn.timeoutSeconds * 1000;
  const clock = performance.now();
  const startedAt = now();
  let handedOverAt: number | undefined;
  let answer: { readonly at: number; readonly outcome: Outcome } | undefined;
  return {
    invocation,
    deadline: Math.round(startedAt + timeoutMs),
    get isHandedOver() {
      return handedOverAt !== undefined;
    },
    get isAnswered() {
      return answer !== undefined;
    },
    handOver() {
      handedOverAt = now();
    },
    answer(outcome) {
      answer = { at: now(), outcome };
    },
    finish(rest, end) {
      const finishedAt = now();
      const answeredAt = answer?.at ?? finishedAt;
      return {
        ...rest,
        outcome: end ?? answer!.outcome,
        // A killed process needs a moment to die: the time-out is what counts.
        durationMs: Math.min(performance.now() - clock, timeoutMs),
        invocation: { start: handedOverAt ?? startedAt, end: answeredAt },
        overhead: { start: answeredAt, end: finishedAt },
      };
    },
  };
}
