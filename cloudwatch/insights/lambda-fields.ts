/**
 * The @-fields that Logs Insights discovers in Lambda's own lines: START, END and REPORT as text, or platform records
 * as JSON. Memory is in bytes, durations in milliseconds.
 * Sources: CloudWatch Logs user guide, "Supported logs and discovered fields"; Lambda developer guide, telemetry events.
 */
import type { Value } from './value.ts';

type Fields = Readonly<Record<string, Value>>;

const none: Fields = {};
const megabyte = 1_000_000;

const report: Readonly<Record<string, readonly [RegExp, scale: number]>> = {
  '@duration': [/\tDuration: ([\d.]+) ms/, 1],
  '@billedDuration': [/\tBilled Duration: ([\d.]+) ms/, 1],
  '@initDuration': [/\tInit Duration: ([\d.]+) ms/, 1],
  '@memorySize': [/\tMemory Size: (\d+) MB/, megabyte],
  '@maxMemoryUsed': [/\tMax Memory Used: (\d+) MB/, megabyte],
};

const systemLine = /^(START|END|REPORT) RequestId: ([\w-]+)/;
/** What Lambda's text format puts before a line of the function. */
const functionLine = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t([\da-f-]{36})\t/;

/** Of a text line. */
export function textFields(message: string): Fields {
  const [, type, requestId] = systemLine.exec(message) ?? [];
  if (!type || !requestId) {
    const [, id] = functionLine.exec(message) ?? [];
    return id ? { '@requestId': id } : none;
  }
  const fields: Record<string, Value> = { '@type': type, '@requestId': requestId };
  if (type !== 'REPORT') return fields;
  for (const [name, [pattern, scale]] of Object.entries(report)) {
    const [, number] = pattern.exec(message) ?? [];
    if (number) fields[name] = Number(number) * scale;
  }
  const [, trace] = /\bXRAY TraceId: ([\w-]+)/.exec(message) ?? [];
  const [, segment] = /\bSegmentId: (\w+)/.exec(message) ?? [];
  if (trace) fields['@xrayTraceId'] = trace;
  if (segment) fields['@xraySegmentId'] = segment;
  return fields;
}

const types: ReadonlyMap<unknown, string> = new Map([
  ['platform.start', 'START'],
  ['platform.runtimeDone', 'END'],
  ['platform.report', 'REPORT'],
]);

interface PlatformRecord {
  readonly requestId?: string;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly tracing?: { readonly value?: string };
}

const metrics: readonly (readonly [field: string, member: string, scale: number])[] = [
  ['@duration', 'durationMs', 1],
  ['@billedDuration', 'billedDurationMs', 1],
  ['@initDuration', 'initDurationMs', 1],
  ['@memorySize', 'memorySizeMB', megabyte],
  ['@maxMemoryUsed', 'maxMemoryUsedMB', megabyte],
];

/** Of a JSON line. That platform records get the same fields as the text lines is this engine's reading. */
export function platformFields(line: Readonly<Record<string, unknown>>): Fields {
  const type = types.get(line['type']);
  if (!type) return none;
  const {
    requestId = null,
    metrics: given = {},
    tracing,
  } = (line['record'] ?? {}) as PlatformRecord;
  const fields: Record<string, Value> = { '@type': type, '@requestId': requestId };
  for (const [field, member, scale] of type === 'REPORT' ? metrics : []) {
    const number = given[member];
    if (number !== undefined) fields[field] = number * scale;
  }
  const [, trace] = /Root=([\w-]+)/.exec(tracing?.value ?? '') ?? [];
  if (trace) fields['@xrayTraceId'] = trace;
  return fields;
}
