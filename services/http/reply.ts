/** What an operation answers; the endpoint adds the headers that every response has. */
import type { Outcome } from '../contract/outcomes.ts';

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; none for 204 and 304. */
  readonly body?: unknown;
  readonly outcome: Outcome;
  /** For the wide event: the item, where the path does not name it. */
  readonly itemId?: string | undefined;
}
