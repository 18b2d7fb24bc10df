/**
 * What the Lambda service itself writes to a function's log: `platform.*` records in the JSON format; START, END and REPORT
 * lines in the text format. Sources: AWS Lambda Developer Guide, "Lambda Telemetry API Event schema reference",
 * "Log-level filtering", "Log and monitor Node.js Lambda functions", "Understanding the Lambda execution environment lifecycle".
 */
import type { EnvironmentFacts } from './environment-variables.ts';
import type { Interval, Invocation, Outcome, Run } from './invocation.ts';

/** `init` before an invocation, `invoke` inside one. */
export type Phase = 'init' | 'invoke';

export interface PlatformLog {
  initStart(phase: Phase): void;
  initDone(phase: Phase, durationMs: number, outcome: Outcome): void;
  start(invocation: Invocation): void;
  done(invocation: Invocation, run: Run): void;
}

type Facts = Pick<EnvironmentFacts, 'fn' | 'version' | 'region'>;
type Write = (message: string) => void;

/** These stand for the managed runtime's version, which a laptop does not have. */
const runtimeVersion = 'nodejs:24.local';
const runtimeVersionArn = (region: string) => `arn:aws:lambda:${region}::runtime:local`;

/** Since August 2025 init is billed too (AWS Lambda Developer Guide, sample of a REPORT line). */
const billed = ({ durationMs, init }: Run) => Math.ceil(durationMs + (init?.durationMs ?? 0));

/** A time-out is a status of its own and has no error type here. */
const statusOf = ({ status, errorType }: Outcome) =>
  status === 'error' && errorType ? { status, errorType } : { status };

export function createPlatformLog(facts: Facts, write: Write): PlatformLog {
  return facts.fn.logFormat === 'JSON' ? jsonLog(facts, write) : textLog(facts, write);
}

function jsonLog({ fn, version, region }: Facts, write: Write): PlatformLog {
  /** Whether records of successes are written; all others are warnings, which no level hides. */
  const shows = { DEBUG: fn.systemLogLevel === 'DEBUG', INFO: fn.systemLogLevel !== 'WARN' };
  const record = (type: string, fields: object) => {
    const time = new Date().toISOString();
    write(JSON.stringify({ time, type: `platform.${type}`, record: fields }));
  };
  const round = (milliseconds: number) => Number(milliseconds.toFixed(3));
  const tracing = ({ trace: { sampled, functionSegmentId, header } }: Invocation) =>
    sampled && {
      tracing: { spanId: functionSegmentId, type: 'X-Amzn-Trace-Id', value: header },
    };
  const span = (name: string, { start, end }: Interval) => ({
    name,
    start: new Date(start).toISOString(),
    durationMs: end - start,
  });
  const spans = ({ invocation, response, overhead }: Run) => [
    ...(response
      ? [
          span('responseLatency', { start: invocation.start, end: response.start }),
          span('responseDuration', response),
        ]
      : []),
    span('runtimeOverhead', overhead),
  ];
  const initializationType = 'on-demand';
  return {
    initStart(phase) {
      if (!shows.INFO) return;
      record('initStart', {
        initializationType,
        phase,
        runtimeVersion,
        runtimeVersionArn: runtimeVersionArn(region),
        functionName: fn.name,
        functionVersion: version,
      });
    },
    initDone(phase, durationMs, outcome) {
      if (outcome.status === 'success' && !shows.DEBUG) return;
      const fields = { initializationType, phase, ...statusOf(outcome) };
      record('initRuntimeDone', fields);
      record('initReport', { ...fields, metrics: { durationMs: round(durationMs) } });
    },
    start(invocation) {
      if (!shows.INFO) return;
      record('start', { requestId: invocation.requestId, version, ...tracing(invocation) });
    },
    done(invocation, run) {
      const { outcome, init } = run;
      const failed = outcome.status !== 'success';
      if (!failed && !shows.INFO) return;
      const fields = {
        requestId: invocation.requestId,
        ...statusOf(outcome),
        ...tracing(invocation),
      };
      const durationMs = round(run.durationMs);
      if (failed || shows.DEBUG) {
        const producedBytes = run.response ? Buffer.byteLength(outcome.payload) : 0;
        const metrics = { durationMs, producedBytes };
        record('runtimeDone', { ...fields, spans: spans(run), metrics });
      }
      record('report', {
        ...fields,
        metrics: {
          durationMs,
          billedDurationMs: billed(run),
          memorySizeMB: fn.memoryMb,
          maxMemoryUsedMB: run.maxMemoryUsedMb,
          ...(init && { initDurationMs: round(init.durationMs) }),
        },
      });
    },
  };
}

function textLog({ fn, version, region }: Facts, write: Write): PlatformLog {
  const fields = (...each: readonly string[]) => each.join('\t');
  const milliseconds = (value: number) => `${value.toFixed(2)} ms`;
  const statusFields = (outcome: Outcome) => {
    const { status, errorType } = statusOf(outcome);
    if (status === 'success') return [];
    return [`Status: ${status}`, ...(errorType ? [`Error Type: ${errorType}`] : [])];
  };
  return {
    initStart() {
      const arn = runtimeVersionArn(region);
      write(fields(`INIT_START Runtime Version: ${runtimeVersion}`, `Runtime Version ARN: ${arn}`));
    },
    initDone(phase, durationMs, outcome) {
      if (outcome.status === 'success') return;
      const duration = `INIT_REPORT Init Duration: ${milliseconds(durationMs)}`;
      write(fields(duration, `Phase: ${phase}`, ...statusFields(outcome)));
    },
    start: ({ requestId }) => write(`START RequestId: ${requestId} Version: ${version}`),
    done({ requestId, trace }, run) {
      write(`END RequestId: ${requestId}`);
      const report = fields(
        `REPORT RequestId: ${requestId}`,
        `Duration: ${milliseconds(run.durationMs)}`,
        `Billed Duration: ${billed(run)} ms`,
        `Memory Size: ${fn.memoryMb} MB`,
        `Max Memory Used: ${run.maxMemoryUsedMb} MB`,
        ...(run.init ? [`Init Duration: ${milliseconds(run.init.durationMs)}`] : []),
        ...statusFields(run.outcome),
        '',
      );
      const segment = `SegmentId: ${trace.serviceSegmentId}`;
      const xray = fields(`XRAY TraceId: ${trace.traceId}`, segment, 'Sampled: true', '');
      write(trace.sampled ? `${report}\n${xray}` : report);
    },
  };
}
