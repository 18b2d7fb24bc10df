/**
 * Where all telemetry of the runtime arrives: maps real time to the observability clock, keeps logs, and makes metrics of
 * them as CloudWatch Logs does (EMF, metric filters, AWS/Logs).
 */
import { extractEmf } from '../../cloudwatch/metrics/emf.ts';
import type { MetricIdentity, MetricSink } from '../../cloudwatch/metrics/metric.ts';
import type { Stage } from '../template/resource.ts';
import type { Clock } from './clock.ts';
import type { LogEvent, LogStore } from './log-store.ts';
import { createMetricFilters } from './metric-filters.ts';
import { shiftSegment } from './shift-segment.ts';
import type { Telemetry, TraceSink } from './sinks.ts';

export interface TelemetryOptions {
  readonly clock: Clock;
  readonly stage: Stage;
  /** These three keep observability time. */
  readonly metricStore: MetricSink;
  readonly logStore: LogStore;
  readonly traceStore: TraceSink;
}

/**
 * The metrics that CloudWatch Logs itself publishes here, always per group and for the first two also for the account
 * (user guide, "Monitoring with CloudWatch metrics"). Bytes are those of the message: what a batch adds is not in them.
 */
export const logsMetrics = {
  IncomingBytes: { unit: 'Bytes', dimensionSets: [['LogGroupName'], []] },
  IncomingLogEvents: { unit: 'None', dimensionSets: [['LogGroupName'], []] },
  EMFParsingErrors: { unit: 'None', dimensionSets: [['LogGroupName']] },
  EMFValidationErrors: { unit: 'None', dimensionSets: [['LogGroupName']] },
} as const;

const emfErrors = { parsing: 'EMFParsingErrors', validation: 'EMFValidationErrors' } as const;

/** @throws an Error of one line where a metric filter of the template cannot be read */
export function createTelemetry(options: TelemetryOptions): Telemetry & { close(): void } {
  const { clock, stage, metricStore, logStore, traceStore } = options;
  const filters = createMetricFilters(stage, metricStore);
  const timer = setInterval(() => filters.closeMinutes(clock.now()), 1000);
  timer.unref();

  const metrics: MetricSink = {
    put: (metric, sample) =>
      metricStore.put(metric, {
        ...sample,
        timestamp: clock.toObservability(sample.timestamp),
      }),
  };

  const identities = new Map<string, readonly MetricIdentity[]>();
  const countLogs = (
    name: keyof typeof logsMetrics,
    { logGroup, timestamp }: LogEvent,
    value: number,
  ) => {
    const known = identities.get(`${name} ${logGroup}`) ?? identitiesOf(name, logGroup);
    identities.set(`${name} ${logGroup}`, known);
    const { unit } = logsMetrics[name];
    for (const identity of known) metricStore.put(identity, { timestamp, value, unit });
  };

  return {
    metrics,
    logs: {
      write({ timestamp, ...line }) {
        const event: LogEvent = {
          ...line,
          timestamp: Math.floor(clock.toObservability(timestamp)),
          ingestionTime: Math.floor(clock.now()),
        };
        logStore.write(event);
        countLogs('IncomingBytes', event, Buffer.byteLength(event.message));
        countLogs('IncomingLogEvents', event, 1);
        filters.apply(event);
        const emf = extractEmf(event.message, Date.now());
        if (!emf) return;
        if ('error' in emf) countLogs(emfErrors[emf.error], event, 1);
        else for (const { metric, sample } of emf.samples) metrics.put(metric, sample);
      },
    },
    traces: { segment: (document) => traceStore.segment(shiftSegment(document, clock)) },
    close() {
      clearInterval(timer);
      filters.closeMinutes(Number.POSITIVE_INFINITY);
    },
  };
}

const identitiesOf = (name: keyof typeof logsMetrics, logGroup: string): MetricIdentity[] =>
  logsMetrics[name].dimensionSets.map((keys) => ({
    namespace: 'AWS/Logs',
    name,
    dimensions: Object.fromEntries(keys.map((key) => [key, logGroup])),
  }));
