/** The execution log. AWS: Set up CloudWatch logging; group `API-Gateway-Execution-Logs_<api id>/<stage>`. */
import type { LogSink } from '../telemetry/sinks.ts';
import { streamName } from './access-log.ts';
import type { ApiModel, MethodSettings } from './api-model.ts';
import type { Exchange } from './exchange.ts';

export type LogLevel = 'ERROR' | 'INFO' | 'DATA';

const logged = {
  ERROR: ({ loggingLevel }) => loggingLevel !== 'OFF',
  INFO: ({ loggingLevel }) => loggingLevel === 'INFO',
  DATA: ({ loggingLevel, dataTrace }) => loggingLevel === 'INFO' && dataTrace,
} as const satisfies Record<LogLevel, (settings: MethodSettings) => boolean>;

export const isLogged = (level: LogLevel, settings: MethodSettings): boolean =>
  logged[level](settings);

/** Writes what was noted about a request. */
export function createExecutionLog(api: ApiModel, logs: LogSink): (exchange: Exchange) => void {
  const logGroup = `API-Gateway-Execution-Logs_${api.id}/${api.stageName}`;
  const logStream = streamName(`${api.id}/${api.stageName}/execution`);
  return ({ notes, context }) => {
    for (const { timestamp, line } of notes) {
      logs.write({
        logGroup,
        logStream,
        timestamp,
        message: cut(`(${context.requestId}) ${line}`),
      });
    }
  };
}

/** AWS cuts these events at 1,024 bytes; what is left of a broken character goes too. */
const cut = (message: string): string =>
  Buffer.byteLength(message) <= 1024
    ? message
    : new TextDecoder().decode(Buffer.from(message).subarray(0, 1024), { stream: true });
