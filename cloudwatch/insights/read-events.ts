/** NDJSON → log events: lines as CloudWatch exports them, or the raw lines of an application. */
import type { LogEvent } from './row.ts';

const eventMembers = new Set([
  ...['timestamp', 'message', 'ingestionTime', 'eventId'],
  ...['logStream', 'logStreamName', 'logGroup', 'logGroupName'],
]);

/** Where applications put the time of a line. */
const timeMembers = ['timestamp', 'time', '@timestamp'];

/**
 * A line `{timestamp, message, …}` with nothing but an event's members is an event; any other line is a message, its
 * time taken from it where it tells (`_aws.Timestamp`, `timestamp`, `time`), else from the line before.
 */
export function* readEvents(text: string): Generator<LogEvent> {
  let previous = 0;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const event = readLine(line.trimEnd(), previous);
    previous = event.timestamp;
    yield event;
  }
}

type Json = Readonly<Record<string, unknown>>;

function readLine(line: string, previous: number): LogEvent {
  const json = parse(line);
  const { timestamp, message, ingestionTime, ...names } = json ?? {};
  const isEvent =
    typeof message === 'string' &&
    timestamp !== undefined &&
    Object.keys(json!).every((key) => eventMembers.has(key));
  if (!isEvent) return { timestamp: (json && timeOf(json)) ?? previous, message: line };
  const logStream = names['logStream'] ?? names['logStreamName'];
  const logGroup = names['logGroup'] ?? names['logGroupName'];
  const ingested = toMillis(ingestionTime);
  return {
    timestamp: toMillis(timestamp) ?? previous,
    message,
    ...(typeof logStream === 'string' && { logStream }),
    ...(typeof logGroup === 'string' && { logGroup }),
    ...(ingested !== undefined && { ingestionTime: ingested }),
  };
}

function parse(line: string): Json | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
}

function timeOf(json: Json): number | undefined {
  const emf = json['_aws'] as { Timestamp?: unknown } | undefined;
  for (const value of [emf?.Timestamp, ...timeMembers.map((member) => json[member])]) {
    const millis = toMillis(value);
    if (millis !== undefined) return millis;
  }
  return undefined;
}

function toMillis(value: unknown): number | undefined {
  const millis = typeof value === 'string' ? Date.parse(value) : value;
  return typeof millis === 'number' && Number.isFinite(millis) ? millis : undefined;
}
