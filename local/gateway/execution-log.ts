/** The execution log. AWS: Set up CloudWatch logging; group `API-Gateway-Execution-Logs_<api id>/<stage>`. */
import type { Telemetry } from '../telemetry/sinks.ts';
import { streamName } from './access-log.ts';
import type { ApiModel, MethodSettings } from './api-model.ts';
import type { Exchange } from './exchange.ts';

const writes = {
  ERROR: ({ loggingLevel }) => loggingLevel !== 'OFF',
  INFO: ({ loggingLevel }) => loggingLevel === 'INFO',
  DATA: ({ loggingLevel, dataTrace }) => loggingLevel === 'INFO' && dataTrace,
} as const satisfies Record<string, (settings: MethodSettings) => boolean>;

/** The log of one request, at the level that `settings()` gives when a line is written. */
export function createExecutionLog(api: ApiModel, { logs }: Telemetry, now: () => number) {
  const logGroup = `API-Gateway-Execution-Logs_${api.id}/${api.stageName}`;
  const logStream = streamName(`${api.id}/${api.stageName}/execution`);
  return (requestId: string, settings: () => MethodSettings): Exchange['note'] =>
    (level, line) => {
      if (!writes[level](settings())) return;
      const message = cut(`(${requestId}) ${line}`);
      logs.write({ logGroup, logStream, timestamp: now(), message });
    };
}

/** AWS cuts these events at 1,024 bytes; what is left of a broken character goes too. */
const cut = (message: string): string =>
  Buffer.byteLength(message) <= 1024
    ? message
    : new TextDecoder().decode(Buffer.from(message).subarray(0, 1024), { stream: true });
