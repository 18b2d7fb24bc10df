/**
 * The `AWS/Lambda` metrics of synchronous invocations. Sources: AWS Lambda Developer Guide, "Types of metrics for Lambda
 * functions" and "View metrics for Lambda functions"; dimension sets as CloudWatch lists them.
 */
import type { MetricIdentity, MetricSink } from '../../cloudwatch/metrics/metric.ts';

const namespace = 'AWS/Lambda';

const perFunction = [
  [],
  ['FunctionName'],
  ['FunctionName', 'Resource'],
  ['ExecutedVersion', 'FunctionName', 'Resource'],
] as const;

/** Everything that this emulation emits, by metric name. */
export const lambdaMetrics = {
  Invocations: { unit: 'Count', dimensionSets: perFunction },
  Errors: { unit: 'Count', dimensionSets: perFunction },
  Throttles: { unit: 'Count', dimensionSets: perFunction },
  Duration: { unit: 'Milliseconds', dimensionSets: perFunction },
  ConcurrentExecutions: { unit: 'Count', dimensionSets: perFunction },
  UnreservedConcurrentExecutions: { unit: 'Count', dimensionSets: [[]] },
  ClaimedAccountConcurrency: { unit: 'Count', dimensionSets: [[]] },
} as const;

type MetricName = keyof typeof lambdaMetrics;

/** The dimensions of what was invoked. */
export interface Target {
  readonly FunctionName: string;
  /** The function, alias or version as it stood in the ARN. */
  readonly Resource: string;
  /** Published for calls through an alias only (aws/aws-cdk#14248). */
  readonly ExecutedVersion?: string;
}

/** Executions in progress, each counted in all the places it belongs to. */
export interface ConcurrentExecutions {
  readonly account: number;
  readonly unreserved: number;
  /** Unreserved executions and the reservations of all functions, used or not. */
  readonly claimed: number;
  readonly function: number;
  readonly resource: number;
}

export interface FunctionMetrics {
  /** An invocation was accepted. */
  started(timestamp: number, now: ConcurrentExecutions): void;
  /** An invocation is over; `timestamp` is its start, as on AWS. */
  finished(timestamp: number, durationMs: number, failed: boolean): void;
  throttled(timestamp: number): void;
}

/** Emits for one target. The identities are made once: there are twenty samples to an invocation. */
export function createFunctionMetrics(sink: MetricSink, target: Target): FunctionMetrics {
  const values = new Map<string, string>(Object.entries(target));
  const emitter = (name: MetricName) => {
    const { unit, dimensionSets } = lambdaMetrics[name];
    const metrics: readonly MetricIdentity[] = dimensionSets
      .filter((set: readonly string[]) => set.every((dimension) => values.has(dimension)))
      .map((set: readonly string[]) => ({
        namespace,
        name,
        dimensions: Object.fromEntries(set.map((dimension) => [dimension, values.get(dimension)!])),
      }));
    /** One value for all dimension sets, or one for each. */
    return (timestamp: number, ...each: readonly [number, ...number[]]) => {
      metrics.forEach((metric, n) => {
        sink.put(metric, { timestamp, value: each[n] ?? each[0], unit });
      });
    };
  };
  const invocations = emitter('Invocations');
  const errors = emitter('Errors');
  const throttles = emitter('Throttles');
  const duration = emitter('Duration');
  const concurrentExecutions = emitter('ConcurrentExecutions');
  const unreserved = emitter('UnreservedConcurrentExecutions');
  const claimed = emitter('ClaimedAccountConcurrency');

  return {
    started(timestamp, now) {
      concurrentExecutions(timestamp, now.account, now.function, now.resource, now.resource);
      unreserved(timestamp, now.unreserved);
      claimed(timestamp, now.claimed);
    },
    finished(timestamp, durationMs, failed) {
      invocations(timestamp, 1);
      errors(timestamp, failed ? 1 : 0);
      throttles(timestamp, 0);
      // Two decimals, as REPORT lines have: the store keeps one entry for each value that it has seen.
      duration(timestamp, Math.round(durationMs * 100) / 100);
    },
    throttled: (timestamp) => throttles(timestamp, 1),
  };
}
