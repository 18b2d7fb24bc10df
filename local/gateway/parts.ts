/** What a gateway is put together from, and what it asks of the parts around it. */
import type { Telemetry } from '../telemetry/sinks.ts';
import type { ApiModel } from './api-model.ts';
import type { Limits } from './limits.ts';
import type { Readings } from './readings.ts';

export interface Parts {
  readonly api: ApiModel;
  readonly invoke: Invoke;
  readonly verifyToken: VerifyToken;
  readonly telemetry: Telemetry;
  /** Real ms since the epoch. */
  readonly now: () => number;
  readonly limits: Limits;
  readonly readings: Readings;
}

/** What the Invoke API answers: `statusCode` is the API's own (200 even when the function threw). */
export interface Invocation {
  readonly statusCode: number;
  readonly functionError?: string;
  readonly payload: string;
  readonly requestId: string;
}

/** Rejects where the function cannot be reached at all. */
export type Invoke = (
  functionArn: string,
  payload: string,
  context: { readonly traceHeader: string },
) => Promise<Invocation>;

export type Claims = Readonly<Record<string, unknown>>;

/** Checks signature, issuer and expiry for one pool; scopes and `token_use` are the gateway's business. */
export type VerifyToken = (
  userPoolArn: string,
  token: string,
) => Promise<{ readonly claims: Claims } | { readonly error: 'invalid' | 'expired' }>;
