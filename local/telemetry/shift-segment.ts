/** Puts a trace on the observability clock. */
import type { Clock } from './clock.ts';
import type { SegmentDocument } from './sinks.ts';

/**
 * Moves the times of a segment and its subsegments by one distance per trace, taken from the second in the trace id: so
 * the segments of a trace stay in place among each other, and durations stay as they were measured.
 */
export function shiftSegment(document: SegmentDocument, clock: Clock): SegmentDocument {
  if (clock.speed === 1) return document;
  const second = Number.parseInt(document.trace_id.split('-')[1] ?? '', 16);
  const start = Number.isNaN(second) ? document.start_time : second;
  const distance = clock.toObservability(start * 1000) / 1000 - start;
  return shift(document, distance) as SegmentDocument;
}

function shift(segment: Readonly<Record<string, unknown>>, distance: number): object {
  const { start_time, end_time, subsegments } = segment;
  return {
    ...segment,
    ...(typeof start_time === 'number' && { start_time: start_time + distance }),
    ...(typeof end_time === 'number' && { end_time: end_time + distance }),
    ...(Array.isArray(subsegments) && {
      subsegments: subsegments.map((each) => shift(each, distance)),
    }),
  };
}
