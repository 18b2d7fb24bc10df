/** The service's own account of a run: CloudWatch's, or the local runtime's in the same shapes. */
import type { FunctionName } from '../../services/contract/routes.ts';

/** ms since the epoch on the clock that stamps metrics and logs; `start` included, `end` excluded. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** GetMetricData's MetricDataQuery, as far as it is used. */
export interface MetricQuery {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

export interface Telemetry {
  readonly stage: string;
  now(): Promise<number>;
  /** All values of each query, by its Id. */
  metricData(
    queries: readonly MetricQuery[],
    range: TimeRange,
  ): Promise<ReadonlyMap<string, readonly number[]>>;
  /** Events of the log group; `complete` is false where older ones are gone. */
  logEvents(
    logGroup: string,
    range: TimeRange,
  ): Promise<{ readonly events: readonly LogEvent[]; readonly complete: boolean }>;
  /** Metrics and logs arrive late: how often to look again, and how long to wait in between. */
  readonly settling: { readonly attempts: number; readonly everyMs: number };
}

export type PerFunction<T> = Readonly<Record<FunctionName, T>>;
