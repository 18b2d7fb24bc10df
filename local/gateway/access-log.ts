/** One line for each request that reached the stage; `-` for what has no value. AWS: Set up CloudWatch logging. */
import { createHash } from 'node:crypto';
import type { LogSink } from '../telemetry/sinks.ts';
import type { ApiModel } from './api-model.ts';
import type { Exchange } from './exchange.ts';
import { compileSubstitution } from './substitution.ts';

export type WriteAccessLog = (exchange: Exchange, timestamp: number) => void;

/** @returns undefined where the stage keeps no access log */
export function createAccessLog(api: ApiModel, logs: LogSink): WriteAccessLog | undefined {
  if (!api.accessLog) return undefined;
  const { logGroup, format } = api.accessLog;
  const line = compileSubstitution(format, '-', api.variables);
  const logStream = streamName(`${api.id}/${api.stageName}/access`);
  return (exchange, timestamp) =>
    logs.write({ logGroup, logStream, timestamp, message: line(exchange) });
}

/** Streams are named by a hash on AWS too. */
export const streamName = (of: string): string => createHash('md5').update(of).digest('hex');
