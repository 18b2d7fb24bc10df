/** What a stage leaves behind for each request, once its answer is known: metrics, logs, a trace. AWS: Set up CloudWatch logging. */
import { createHash } from 'node:crypto';
import type { Telemetry } from '../telemetry/sinks.ts';
import type { Answer } from './answer.ts';
import type { ApiModel, MethodSettings } from './api-model.ts';
import type { Exchange, LogLevel } from './exchange.ts';
import { stageSegment } from './stage-segment.ts';
import { compileSubstitution } from './substitution.ts';
import { createVendedMetrics } from './vended-metrics.ts';

export type RecordRequest = (exchange: Exchange, answer: Answer) => void;

export function createStageTelemetry(
  api: ApiModel,
  { metrics, logs, traces }: Telemetry,
  now: () => number,
): RecordRequest {
  const putMetrics = createVendedMetrics(api, metrics);
  const accessLine = api.accessLog && compileSubstitution(api.accessLog.format, '-', api.variables);
  const accessLog = {
    logGroup: api.accessLog?.logGroup ?? '',
    logStream: streamName(`${api.id}/${api.stageName}/access`),
  };
  const executionLog = {
    logGroup: `API-Gateway-Execution-Logs_${api.id}/${api.stageName}`,
    logStream: streamName(`${api.id}/${api.stageName}/execution`),
  };
  return (exchange, answer) => {
    const timestamp = now();
    const { context, startedAt, trace, notes } = exchange;
    context.status = answer.status;
    context.responseLatency = Math.max(0, timestamp - startedAt);
    context.responseLength = Buffer.byteLength(answer.body);
    putMetrics(exchange, timestamp);
    for (const note of notes) {
      const message = cut(`(${context.requestId}) ${note.line}`);
      logs.write({ ...executionLog, timestamp: note.timestamp, message });
    }
    if (accessLine) logs.write({ ...accessLog, timestamp, message: accessLine(exchange) });
    if (trace.sampled) traces.segment(stageSegment(exchange, api, timestamp));
  };
}

/** Streams are named by a hash on AWS too. */
const streamName = (of: string): string => createHash('md5').update(of).digest('hex');

const logged = {
  ERROR: ({ loggingLevel }) => loggingLevel !== 'OFF',
  INFO: ({ loggingLevel }) => loggingLevel === 'INFO',
  DATA: ({ loggingLevel, dataTrace }) => loggingLevel === 'INFO' && dataTrace,
} as const satisfies Record<LogLevel, (settings: MethodSettings) => boolean>;

export const isLogged = (level: LogLevel, settings: MethodSettings): boolean =>
  logged[level](settings);

/** AWS cuts events of the execution log at 1,024 bytes; what is left of a broken character goes too. */
const cut = (message: string): string =>
  Buffer.byteLength(message) <= 1024
    ? message
    : new TextDecoder().decode(Buffer.from(message).subarray(0, 1024), { stream: true });
