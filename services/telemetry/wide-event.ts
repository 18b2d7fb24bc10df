/**
 * The one wide event per request: a log line that is an EMF document too, which CloudWatch allows (a document may have
 * members that it does not declare). Everything that dashboards, runbooks and alarms know of a request is in it.
 * Never in it: a token, a title, a note.
 */
import { createHash } from 'node:crypto';
import type { MetricName } from '../contract/metrics.ts';
import { type Outcome, outcomes } from '../contract/outcomes.ts';
import type { ProblemCode } from '../contract/problems.ts';
import { type FunctionName, routeKey, routes } from '../contract/routes.ts';
import { createLog, type Log } from './logger.ts';
import { emfDocument } from './metrics.ts';

/** The ids under which a request can be found. */
export interface RequestIds {
  /** API Gateway's extended request id, the one that callers know as `x-request-id`. */
  readonly requestId: string;
  /** API Gateway's plain request id, which a caller may choose. */
  readonly apiRequestId: string;
  readonly traceId: string | undefined;
}

export interface HandledRequest extends RequestIds {
  readonly status: number;
  readonly outcome: Outcome;
  readonly errorCode?: ProblemCode | undefined;
  readonly durationMs: number;
  /** The token's `sub`; only a short hash of it is written. */
  readonly owner: string | undefined;
  readonly itemId?: string | undefined;
  /** What failed, for a failure of ours: written in a line of its own, after the DEBUG lines kept back. */
  readonly error?: unknown;
  readonly memoryLimitInMB: string;
  readonly functionVersion: string;
}

export interface WideEvents {
  readonly debug: Log['debug'];
  write(request: HandledRequest): void;
}

/** Call it last at start-up: the time since the process began is written as `initMs` with the first event. */
export function wideEvents(functionName: FunctionName, stage: string): WideEvents {
  const log = createLog(stage);
  const emf = emfDocument(stage, functionName);
  const route = routeKey(routes[functionName]);
  const initMs = Math.round(performance.now());
  let coldStart = process.env['AWS_LAMBDA_INITIALIZATION_TYPE'] !== 'provisioned-concurrency';
  return {
    debug: log.debug,
    write({ owner, error, apiRequestId, memoryLimitInMB, functionVersion, ...request }) {
      const { requestId, outcome, errorCode } = request;
      if (outcome === 'fault') log.error('The request failed', { requestId, error });
      else log.forget();
      const { service: _, ...document } = emf(
        metricsOf(outcome, errorCode, coldStart),
        functionVersion,
      );
      log.info({
        route,
        ...request,
        // For a request that succeeded the access log has it; here each byte is paid for a million times.
        ...(errorCode && { apiRequestId }),
        caller: owner && shortHash(owner),
        ...(coldStart && { coldStart, initMs, memoryMb: Number(memoryLimitInMB) }),
        ...document,
      });
      coldStart = false;
    },
  };
}

function metricsOf(
  outcome: Outcome,
  errorCode: ProblemCode | undefined,
  coldStart: boolean,
): readonly MetricName[] {
  const names: (MetricName | null)[] = ['Handled', outcomes[outcome]];
  if (errorCode === 'stale-version') names.push('VersionConflict');
  if (coldStart) names.push('ColdStart');
  return names.filter((name) => name !== null);
}

/** Long enough to tell the callers of a day apart, too short to be looked up. */
const shortHash = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 6);
