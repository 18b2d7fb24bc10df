/**
 * The @-fields that Logs Insights discovers in Lambda's own lines: START, END and REPORT as text, or platform records
 * as JSON. Memory is in bytes, durations in milliseconds.
 * Sources: CloudWatch Logs user guide, "Supported logs and discovered fields"; Lambda developer guide, telemetry events.
 */
import type { Value } from './value.ts';

type Fields = Readonly<Record<string, Value>>;

const megabyte = 1_000_000;

/** Each figure of a report: its field, where the text and where the record has it, and its unit. */
const report: readonly (readonly [string, RegExp, member: string, scale: number])[] = [
  ['@duration', /\tDuration: ([\d.]+) ms/, 'durationMs', 1],
  ['@billedDuration', /\tBilled Duration: ([\d.]+) ms/, 'billedDurationMs', 1],
  ['@initDuration', /\tInit Duration: ([\d.]+) ms/, 'initDurationMs', 1],
  ['@memorySize', /\tMemory Size: (\d+) MB/, 'memorySizeMB', megabyte],
  ['@maxMemoryUsed', /\tMax Memory Used: (\d+) MB/, 'maxMemoryUsedMB', megabyte],
];

const systemLine = /^(START|END|REPORT) RequestId: ([\w-]+)/;
/** What Lambda's text format puts before a line of the function. */
const functionLine = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t([\da-f-]{36})\t/;

/** Of a text line. */
export function textFields(message: string): Fields {
  const [, type, requestId] = systemLine.exec(message) ?? [];
  if (!type) return present({ '@requestId': functionLine.exec(message)?.[1] });
  if (type !== 'REPORT') return present({ '@type': type, '@requestId': requestId });
  return present({
    ...{ '@type': type, '@requestId': requestId },
    ...figures((_, pattern) => pattern.exec(message)?.[1]),
    '@xrayTraceId': /\bXRAY TraceId: ([\w-]+)/.exec(message)?.[1],
    '@xraySegmentId': /\bSegmentId: (\w+)/.exec(message)?.[1],
  });
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

/** Of a JSON line. That platform records get the same fields as the text lines is this engine's reading. */
export function platformFields(line: Readonly<Record<string, unknown>>): Fields {
  const type = types.get(line['type']);
  if (!type) return {};
  const { requestId, metrics = {}, tracing } = (line['record'] ?? {}) as PlatformRecord;
  return present({
    ...{ '@type': type, '@requestId': requestId },
    ...(type === 'REPORT' && figures((member) => metrics[member])),
    '@xrayTraceId': /Root=([\w-]+)/.exec(tracing?.value ?? '')?.[1],
  });
}

const figures = (find: (member: string, pattern: RegExp) => string | number | undefined) =>
  Object.fromEntries(
    report.map(([field, pattern, member, scale]) => {
      const found = find(member, pattern);
      return [field, found === undefined ? undefined : Number(found) * scale];
    }),
  );

const present = (fields: Readonly<Record<string, Value | undefined>>): Fields =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
