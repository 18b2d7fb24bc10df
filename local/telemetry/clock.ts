/**
 * The observability clock. It starts at real time and runs `speed` times faster, so that alarms that need hours can be
 * watched in minutes. Only telemetry lives on it; tokens, time-outs and delays stay on real time.
 */
export interface Clock {
  readonly speed: number;
  /** Observability time now, ms since the epoch. */
  now(): number;
  /** Observability time of a real instant (both ms since the epoch). */
  toObservability(realMs: number): number;
}

export function createClock(speed = 1, realNow: () => number = Date.now): Clock {
  const origin = realNow();
  const toObservability = (realMs: number) => origin + (realMs - origin) * speed;
  return { speed, now: () => toObservability(realNow()), toObservability };
}
