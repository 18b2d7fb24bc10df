/** The three places where parts of the runtime leave their telemetry. Parts know these interfaces, never the stores behind them. */
import type { MetricSink } from '../../cloudwatch/metrics/metric.ts';

export interface LogSink {
  /** One event: `message` is the raw line as CloudWatch Logs would keep it; `timestamp` is real time in ms. */
  write(event: {
    readonly logGroup: string;
    readonly logStream: string;
    readonly timestamp: number;
    readonly message: string;
  }): void;
}

/** An X-Ray segment or subsegment document (times in epoch seconds, ids in hex), as the daemon protocol carries it. */
export interface SegmentDocument {
  readonly trace_id: string;
  readonly id: string;
  readonly name: string;
  readonly start_time: number;
  readonly end_time?: number;
  readonly parent_id?: string;
  readonly [field: string]: unknown;
}

export interface TraceSink {
  segment(document: SegmentDocument): void;
}

/** All times given to these sinks are real; the sinks map them to the observability clock on arrival. */
export interface Telemetry {
  readonly metrics: MetricSink;
  readonly logs: LogSink;
  readonly traces: TraceSink;
}
