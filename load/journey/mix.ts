/** What callers do, as shares of their requests. Read-heavy, as item lists are. */
import type { FunctionName } from '../../services/contract/routes.ts';

export const mix = {
  'get-item': 0.5,
  'list-items': 0.25,
  'put-item': 0.09,
  'update-item': 0.09,
  'delete-item': 0.07,
} as const satisfies Record<FunctionName, number>;

/** Shares of the requests of one kind. */
export const variants = {
  /** Reads that name the version they have, and get 304. */
  conditionalRead: 0.2,
  /** Lists that go on where the last one ended. */
  nextPage: 0.5,
  /** Creates that are sent once more, with the same Idempotency-Key. */
  replay: 0.1,
  /** Updates that name a version they know to be old, and get 412. */
  staleUpdate: 0.05,
} as const;
