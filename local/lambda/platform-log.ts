/**
 * What the Lambda service itself writes to a function's log: `platform.*` records in the JSON format, START, END and REPORT
 * lines in the text format. Sources: AWS Lambda Developer Guide, "Lambda Telemetry API Event schema reference",
 * "Log-level filtering", "Log and monitor Node.js Lambda functions", "Understanding the Lambda execution environment lifecycle".
 */
import type { FunctionModel } from './function-model.ts';
import type { Trace } from './trace-header.ts';

export type Status = 'success' | 'error' | 'timeout';

export interface Span {
  readonly name: 'responseLatency' | 'runtimeOverhead';
  /** ISO 8601 */
  readonly start: string;
  readonly durationMs: number;
}

export interface InitReport {
  readonly phase: 'init' | 'invoke';
  readonly status: Status;
  readonly errorType?: string;
  readonly durationMs: number;
}

export interface InvocationReport {
  readonly requestId: string;
  readonly status: Status;
  readonly errorType?: string;
  /** Without init. */
  readonly durationMs: number;
  /** Only for the first invocation after a cold start. */
  readonly initDurationMs?: number;
  readonly maxMemoryUsedMb: number;
  readonly producedBytes: number;
  readonly spans: readonly Span[];
  readonly trace: Trace;
}

export interface PlatformLog {
  initStart(phase: InitReport['phase']): void;
  initDone(report: InitReport): void;
  start(requestId: string, trace: Trace): void;
  done(report: InvocationReport): void;
}

const ranks = { DEBUG: 0, INFO: 1, WARN: 2 } as const;
type SystemLevel = keyof typeof ranks;

const round = (milliseconds: number, digits: number) => Number(milliseconds.toFixed(digits));

/** Since August 2025 the init phase is billed too (AWS Lambda Developer Guide, REPORT sample). */
const billed = ({ durationMs, initDurationMs = 0 }: InvocationReport) =>
  Math.ceil(durationMs + initDurationMs);

const tracing = ({ sampled, functionSegmentId, header }: Trace) =>
  sampled ? { tracing: { spanId: functionSegmentId, type: 'X-Amzn-Trace-Id', value: header } } : {};

/** Text: `Status: error\tError Type: Runtime.ExitError`; nothing on success. */
const statusFields = ({ status, errorType }: { status: Status; errorType?: string }) => [
  ...(status === 'success' ? [] : [`Status: ${status}`]),
  ...(errorType === undefined ? [] : [`Error Type: ${errorType}`]),
];

function textReport(fn: FunctionModel, report: InvocationReport): string {
  const { trace, initDurationMs } = report;
  const fields = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${report.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billed(report)} ms`,
    `Memory Size: ${fn.memoryMb} MB`,
    `Max Memory Used: ${report.maxMemoryUsedMb} MB`,
    ...(initDurationMs === undefined ? [] : [`Init Duration: ${initDurationMs.toFixed(2)} ms`]),
    ...statusFields(report),
    '',
  ];
  const xray = [
    `XRAY TraceId: ${trace.traceId}`,
    `SegmentId: ${trace.serviceSegmentId}`,
    'Sampled: true',
    '',
  ];
  return [fields, ...(trace.sampled ? [xray] : [])].map((line) => line.join('\t')).join('\n');
}

const jsonReport = (fn: FunctionModel, report: InvocationReport) => ({
  requestId: report.requestId,
  metrics: {
    durationMs: round(report.durationMs, 3),
    billedDurationMs: billed(report),
    memorySizeMB: fn.memoryMb,
    maxMemoryUsedMB: report.maxMemoryUsedMb,
    ...(report.initDurationMs === undefined
      ? {}
      : { initDurationMs: round(report.initDurationMs, 3) }),
  },
  status: report.status,
  ...(report.errorType === undefined ? {} : { errorType: report.errorType }),
  ...tracing(report.trace),
});

/** `write` gets finished log messages. */
export function createPlatformLog(
  fn: FunctionModel,
  version: string,
  region: string,
  write: (message: string) => void,
  now: () => number,
): PlatformLog {
  const runtimeVersion = 'nodejs:24.local';
  const runtimeVersionArn = `arn:aws:lambda:${region}::runtime:local`;

  const record = (level: SystemLevel, type: string, fields: object) => {
    if (ranks[level] < ranks[fn.systemLogLevel]) return;
    const time = new Date(now()).toISOString();
    write(JSON.stringify({ time, type: `platform.${type}`, record: fields }));
  };
  const failing = (status: Status, otherwise: SystemLevel) =>
    status === 'success' ? otherwise : 'WARN';

  const json: PlatformLog = {
    initStart: (phase) =>
      record('INFO', 'initStart', {
        initializationType: 'on-demand',
        phase,
        runtimeVersion,
        runtimeVersionArn,
        functionName: fn.name,
        functionVersion: version,
      }),
    initDone({ phase, status, errorType, durationMs }) {
      const common = {
        initializationType: 'on-demand',
        phase,
        status,
        ...(errorType === undefined ? {} : { errorType }),
      };
      const level = failing(status, 'DEBUG');
      record(level, 'initRuntimeDone', common);
      const metrics = { durationMs: round(durationMs, 3) };
      record(level, 'initReport', { ...common, metrics });
    },
    start: (requestId, trace) => record('INFO', 'start', { requestId, version, ...tracing(trace) }),
    done(report) {
      const { requestId, status, errorType, spans, durationMs, producedBytes } = report;
      record(failing(status, 'DEBUG'), 'runtimeDone', {
        requestId,
        status,
        ...(errorType === undefined ? {} : { errorType }),
        spans,
        metrics: { durationMs: round(durationMs, 3), producedBytes },
        ...tracing(report.trace),
      });
      record(failing(status, 'INFO'), 'report', jsonReport(fn, report));
    },
  };
  const text: PlatformLog = {
    initStart: () =>
      write(
        `INIT_START Runtime Version: ${runtimeVersion}\tRuntime Version ARN: ${runtimeVersionArn}`,
      ),
    initDone(report) {
      if (report.status === 'success') return;
      const fields = [
        `INIT_REPORT Init Duration: ${report.durationMs.toFixed(2)} ms`,
        `Phase: ${report.phase}`,
        ...statusFields(report),
      ];
      write(fields.join('\t'));
    },
    start: (requestId) => write(`START RequestId: ${requestId} Version: ${version}`),
    done(report) {
      write(`END RequestId: ${report.requestId}`);
      write(textReport(fn, report));
    },
  };
  return fn.logFormat === 'JSON' ? json : text;
}
