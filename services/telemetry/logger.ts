/** The logger: structured lines with nothing in them that the service did not put there. */
import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { serviceName } from '../contract/metrics.ts';
import { currentTraceId } from './tracer.ts';

export type { LogAttributes };

class LineFormatter extends LogFormatter {
  /**
   * An INFO line is written for every request, so it does without the two members that Lambda supplies: it takes a JSON
   * line without `level` and `timestamp` as INFO, written now ("Log-level filtering").
   */
  formatAttributes(base: UnformattedAttributes, attributes: LogAttributes): LogItem {
    const { logLevel: level, message, serviceName: service } = base;
    const timestamp = this.formatTimestamp(base.timestamp);
    const own = level === 'INFO' ? {} : { level, timestamp, message };
    return new LogItem({ attributes: { ...own, service, ...attributes } });
  }

  /** No other members: an error of the SDK carries the item that it is about. */
  override formatError({ name, message, stack, cause, ...members }: Error): LogAttributes {
    const metadata = (members as { readonly $metadata?: unknown }).$metadata;
    return { name, message, stack, metadata, cause };
  }
}

export interface Log {
  info(attributes: LogAttributes): void;
  /** Kept back, and written only when the request fails. */
  debug(message: string, attributes: LogAttributes): void;
  /** Writes what was kept back, then this. */
  error(message: string, attributes: LogAttributes): void;
  /** Drops what was kept back: the request did not fail. */
  forget(): void;
}

export function createLog(stage: string): Log {
  const logger = new Logger({
    serviceName,
    logLevel: 'DEBUG',
    persistentKeys: { stage },
    logFormatter: new LineFormatter(),
    logBufferOptions: { bufferAtVerbosity: 'debug', flushOnErrorLog: true },
  });
  return {
    info: (attributes) => logger.info('', attributes),
    // Powertools keeps lines per trace; without one it would write them at once.
    debug: (message, attributes) => currentTraceId() && logger.debug(message, attributes),
    error: (message, attributes) => logger.error(message, attributes),
    forget: () => logger.clearBuffer(),
  };
}
