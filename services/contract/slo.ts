/**
 * The objectives: the only place where one is written. Alarms, dashboards, load-test thresholds and the README's table
 * derive from here. No handler may bundle this file.
 */
export interface BurnWindow {
  readonly severity: 'page' | 'ticket';
  /** Share of the whole error budget that this burn spends within the long window. */
  readonly budget: number;
  readonly longSeconds: number;
  /** All of these must burn too: the shorter ones make the alarm clear soon after the cause is gone. */
  readonly shortSeconds: readonly number[];
  /** How many times faster than allowed the budget is spent. */
  readonly burnRate: number;
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

export const sloWindowSeconds = 30 * day;

/** Multi-window, multi-burn-rate policy after the SRE workbook, chapter 5; `burnRate = budget × window ÷ long`. */
export const burnWindows = [
  { severity: 'page', budget: 0.02, longSeconds: hour, shortSeconds: [5 * minute], burnRate: 14.4 },
  {
    severity: 'page',
    budget: 0.05,
    longSeconds: 6 * hour,
    shortSeconds: [30 * minute, 5 * minute],
    burnRate: 6,
  },
  { severity: 'ticket', budget: 0.1, longSeconds: day, shortSeconds: [2 * hour], burnRate: 3 },
  { severity: 'ticket', budget: 0.1, longSeconds: 3 * day, shortSeconds: [6 * hour], burnRate: 1 },
] as const satisfies readonly BurnWindow[];

export const objectives = {
  availability: {
    /** Share of requests that API Gateway does not answer with a 5xx. */
    target: 0.999,
    /** Below this many failures in a window nobody is woken: one failure at night is no outage. */
    minimumBadEvents: { page: 5, ticket: 10 },
  },
  latency: {
    /** Share of requests that API Gateway answers within the threshold. */
    target: 0.99,
    thresholdMs: 300,
    minimumBadEvents: { page: 20, ticket: 40 },
  },
} as const;

/** 3600 → `1h`: how windows are named in alarm names, dashboards and runbooks. */
export const windowName = (seconds: number): string =>
  seconds % day === 0
    ? `${seconds / day}d`
    : seconds % hour === 0
      ? `${seconds / hour}h`
      : `${seconds / minute}m`;

/** The share of bad requests above which a window burns. Binary fractions leave dust at the end of `14.4 × (1 − 0.999)`. */
export const burnThreshold = (burnRate: number, target: number): number =>
  Number((burnRate * (1 - target)).toPrecision(6));
