/** A request is dropped when it is due and no virtual user is free: because answers are slow, or because this machine is. */
import { virtualUsers } from '../profiles/load-plan.ts';

export interface Drops {
  /** Requests a second that were asked for. */
  readonly rate: number;
  /** p99 of the latency that k6 saw, and that the service says it had; ms. */
  readonly callerMs: number;
  readonly serviceMs: number | undefined;
}

export interface DropCause {
  readonly cause: 'service' | 'generator';
  readonly note: string;
}

/**
 * With `n` virtual users for `rate` requests a second each may be busy for `n ÷ rate`. Nothing that is faster can keep
 * them all busy; and what the service did not take itself was spent on the way, or waiting for this machine's processor.
 */
export function explainDrops({ rate, callerMs, serviceMs }: Drops): DropCause {
  const mayTakeMs = (virtualUsers(rate) / rate) * 1000;
  const advice = 'lower --rate, or generate the load on a machine with more to spare';
  if (callerMs < mayTakeMs / 2) {
    const note = `this machine cannot start ${rate} requests a second, though answers are fast: ${advice}`;
    return { cause: 'generator', note };
  }
  if (serviceMs !== undefined && serviceMs < callerMs / 2) {
    const note = `callers waited ${callerMs.toFixed(0)} ms (p99) for what took the service ${serviceMs.toFixed(0)} ms: this machine or the network is slow: ${advice}`;
    return { cause: 'generator', note };
  }
  return {
    cause: 'service',
    note: `answers are slow (p99 ${callerMs.toFixed(0)} ms): all virtual users waited`,
  };
}
