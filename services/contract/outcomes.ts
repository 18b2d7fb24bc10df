import type { MetricName } from './metrics.ts';

/**
 * How a request ended: the `outcome` of its wide event and of its trace, with the metric that counts it.
 * `rejected` is the caller's fault (4xx), `fault` ours (5xx); `errorCode` then holds the problem's code.
 */
export const outcomes = {
  created: 'ItemCreated',
  replayed: 'IdempotentReplay',
  read: null,
  'not-modified': null,
  listed: null,
  updated: 'ItemUpdated',
  deleted: 'ItemDeleted',
  rejected: null,
  fault: 'Fault',
} as const satisfies Record<string, MetricName | null>;

export type Outcome = keyof typeof outcomes;
