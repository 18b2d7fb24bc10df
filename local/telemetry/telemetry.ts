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
import type { SegmentDocument, Telemetry } from './sinks.ts';

export interface TelemetryOptions {
  readonly clock: Clock;
  readonly stage: Stage;
  /** These keep observability time. */
  readonly metricStore: MetricSink;
  readonly logStore: LogStore;
  /** Puts a trace on the observability clock itself, `ahead` (seconds) of its documents: as a whole. */
  readonly traceStore: { segment(document: SegmentDocument, ahead: number): void };
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

type LogsMetric = keyof typeof logsMetrics;

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

  const identities = new Map<string, Identities>();
  const count = (name: LogsMetric, { logGroup, timestamp }: LogEvent, value: number) => {
    const known = identities.get(logGroup) ?? identitiesOf(logGroup);
    identities.set(logGroup, known);
    const { unit } = logsMetrics[name];
    for (const metric of known.get(name) ?? []) metricStore.put(metric, { timestamp, value, unit });
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
        count('IncomingBytes', event, Buffer.byteLength(event.message));
        count('IncomingLogEvents', event, 1);
        filters.apply(event);
        const emf = extractEmf(event.message, Date.now());
        if (!emf) return;
        if ('error' in emf) count(emfErrors[emf.error], event, 1);
        else for (const { metric, sample } of emf.samples) metrics.put(metric, sample);
      },
    },
    traces: {
      segment(document) {
        const ms = document.start_time * 1000;
        traceStore.segment(document, (clock.toObservability(ms) - ms) / 1000);
      },
    },
    close() {
      clearInterval(timer);
      filters.closeMinutes(Number.POSITIVE_INFINITY);
    },
  };
}

/** By name. The same objects for each line: the metric store knows them again without making a key. */
type Identities = ReadonlyMap<string, readonly MetricIdentity[]>;

const identitiesOf = (logGroup: string): Identities =>
  new Map(
    Object.entries(logsMetrics).map(([name, { dimensionSets }]) => [
      name,
      dimensionSets.map((keys) => ({
        namespace: 'AWS/Logs',
        name,
        dimensions: Object.fromEntries(keys.map((key) => [key, logGroup])),
      })),
    ]),
  );
