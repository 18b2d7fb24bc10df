/**
 * Keeps the latest traces and shows them as X-Ray does. Sources: X-Ray API Reference, "GetTraceSummaries", "BatchGetTraces",
 * "TraceSummary"; X-Ray Developer Guide, "X-Ray segment documents".
 */
import type { SegmentDocument } from '../telemetry/sinks.ts';
import { assembleTrace, type Segment, type Subsegment, subsegmentsOf } from './assemble-trace.ts';

export interface TraceStore {
  /**
   * @param ahead seconds by which the observability clock was ahead of the document's start. That of a trace's first document
   * holds for the whole trace, so that its parts stay in place among each other and durations stay as they were measured.
   */
  segment(document: SegmentDocument, ahead?: number): void;
  /** Traces that began in `[start, end)`, both ms on the observability clock; newest first. */
  summaries(range: { readonly start: number; readonly end: number }): {
    readonly TraceSummaries: readonly TraceSummary[];
  };
  /** Empty where the trace is unknown (or forgotten). */
  trace(id: string): { readonly Traces: readonly Trace[] };
}

type TraceSummary = ReturnType<typeof summarize>;
type Trace = ReturnType<typeof show>;

/** X-Ray keeps at most 500 kB of documents for a trace (X-Ray endpoints and quotas). */
const maxTraceBytes = 500_000;

interface Entry {
  /** Documents by segment id: what is sent again replaces what was in progress. */
  readonly documents: Map<string, string>;
  readonly ahead: number;
  /** Of what has arrived, before it is put on the observability clock. */
  startTime: number;
  bytes: number;
  limitExceeded: boolean;
}

const annotationValue = (value: unknown) => {
  if (typeof value === 'number') return { NumberValue: value };
  if (typeof value === 'boolean') return { BooleanValue: value };
  return { StringValue: String(value) };
};

function annotationsOf(nodes: readonly Subsegment[]) {
  const entries = nodes.flatMap(({ annotations }) => Object.entries(annotations ?? {}));
  const byKey = Map.groupBy(entries, ([key]) => key);
  return Object.fromEntries(
    [...byKey].map(([key, found]) => [
      key,
      found.map(([, value]) => ({ AnnotationValue: annotationValue(value) })),
    ]),
  );
}

const ended = ({ end_time, start_time }: Subsegment) => end_time ?? start_time;

/** To the millisecond, as X-Ray shows them. */
const seconds = (value: number) => Math.round(value * 1000) / 1000;

/** Seconds from the first segment's start to the last one's end. */
function durationOf(segments: readonly Segment[]): number {
  const start = Math.min(...segments.map(({ start_time }) => start_time));
  return seconds(Math.max(...segments.map(ended)) - start);
}

/** A TraceSummary. */
function summarize(id: string, segments: readonly Segment[]) {
  const nodes = segments.flatMap((segment) => [segment, ...subsegmentsOf(segment)]);
  const ids = new Set(nodes.map((node) => node.id));
  const root = segments.find(({ parent_id = '' }) => !ids.has(parent_id)) ?? segments[0];
  const request = root?.http?.request ?? {};
  const arns = new Set(segments.flatMap(({ resource_arn }) => resource_arn ?? []));
  return {
    Id: id,
    StartTime: Math.min(...segments.map(({ start_time }) => start_time)),
    Duration: durationOf(segments),
    ResponseTime: root ? seconds(ended(root) - root.start_time) : 0,
    // What the client got: a call that failed and was mended is neither.
    HasFault: root?.fault === true,
    HasError: root?.error === true,
    HasThrottle: nodes.some(({ throttle }) => throttle === true),
    IsPartial: nodes.some(({ in_progress }) => in_progress === true),
    Http: {
      HttpURL: request.url,
      HttpStatus: root?.http?.response?.status,
      HttpMethod: request.method,
      UserAgent: request.user_agent,
      ClientIp: request.client_ip,
    },
    Annotations: annotationsOf(nodes),
    ResourceARNs: [...arns].map((ARN) => ({ ARN })),
  };
}

/** A Trace. `Document` is JSON text: a segment with its subsegments, those sent separately included. */
const show = (id: string, segments: readonly Segment[], LimitExceeded: boolean) => ({
  Id: id,
  Duration: durationOf(segments),
  LimitExceeded,
  Segments: segments.map((segment) => ({ Id: segment.id, Document: JSON.stringify(segment) })),
});

/** Moves a segment and all below it. */
const moved = <T extends Subsegment>(node: T, seconds: number): T =>
  seconds === 0
    ? node
    : {
        ...node,
        start_time: node.start_time + seconds,
        ...(node.end_time !== undefined && { end_time: node.end_time + seconds }),
        ...(node.subsegments && {
          subsegments: node.subsegments.map((child) => moved(child, seconds)),
        }),
      };

/**
 * `maxBytes` of documents are kept; beyond that the oldest traces are forgotten, a tenth of the room at once so that the cost
 * per segment is the same however many there are. The default holds some 2,500 traces: enough to look back on, and so little
 * that filling it up does not show beside the memory that the runtime takes under load.
 */
export function createTraceStore({ maxBytes = 8_000_000 } = {}): TraceStore {
  const traces = new Map<string, Entry>();
  let totalBytes = 0;

  function entryFor({ trace_id, start_time }: SegmentDocument, ahead: number): Entry {
    const known = traces.get(trace_id);
    if (known) return known;
    const entry: Entry = {
      documents: new Map(),
      ahead,
      startTime: start_time,
      bytes: 0,
      limitExceeded: false,
    };
    traces.set(trace_id, entry);
    return entry;
  }

  function forgetOldest() {
    for (const [id, { bytes }] of traces) {
      if (totalBytes <= maxBytes * 0.9) return;
      traces.delete(id);
      totalBytes -= bytes;
    }
  }

  const segmentsOf = ({ documents, ahead }: Entry): readonly Segment[] =>
    assembleTrace([...documents.values()].map((text) => JSON.parse(text))).map((segment) =>
      moved(segment, ahead),
    );

  return {
    segment(document, ahead = 0) {
      const entry = entryFor(document, ahead);
      const text = JSON.stringify(document);
      const growth = text.length - (entry.documents.get(document.id)?.length ?? 0);
      if (entry.bytes + growth > maxTraceBytes) {
        entry.limitExceeded = true;
        return;
      }
      entry.documents.set(document.id, text);
      entry.startTime = Math.min(entry.startTime, document.start_time);
      entry.bytes += growth;
      totalBytes += growth;
      if (totalBytes > maxBytes) forgetOldest();
    },
    summaries({ start, end }) {
      const isInRange = ([, { startTime, ahead }]: readonly [string, Entry]) => {
        const began = (startTime + ahead) * 1000;
        return began >= start && began < end;
      };
      const TraceSummaries = [...traces]
        .filter(isInRange)
        .map(([id, entry]) => summarize(id, segmentsOf(entry)));
      return { TraceSummaries: TraceSummaries.sort((a, b) => b.StartTime - a.StartTime) };
    },
    trace(id) {
      const entry = traces.get(id);
      return { Traces: entry ? [show(id, segmentsOf(entry), entry.limitExceeded)] : [] };
    },
  };
}
