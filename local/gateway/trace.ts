/** X-Amzn-Trace-Id in, through and out. AWS: X-Ray concepts; Trace REST APIs with X-Ray. */
import { random } from './random.ts';

const rootForm = /^1-[0-9a-f]{8}-[0-9a-f]{24}$/i;

/** What a client says about its trace; nothing without a root. */
function readHeader(header: string): Readonly<Record<string, string | undefined>> {
  const fields = Object.fromEntries(header.split(';').map((field) => field.trim().split('=', 2)));
  return rootForm.test(fields['Root'] ?? '') ? fields : {};
}

export type Trace = ReturnType<typeof startTrace>;

/** @param sample decides for a request whose client has not; undefined where the stage does not trace */
export function startTrace(
  header: string | undefined,
  startedAt: number,
  sample: (() => boolean) | undefined,
) {
  const { Root, Parent: parent, Sampled } = header === undefined ? {} : readHeader(header);
  const ids = random(28, 'hex');
  const seconds = Math.floor(startedAt / 1000).toString(16);
  const root = Root ?? `1-${seconds.padStart(8, '0')}-${ids.slice(0, 24)}`;
  const decided = Sampled === '0' || Sampled === '1';
  const sampled = sample !== undefined && (decided ? Sampled === '1' : sample());
  // The Lambda call: the parent of the function's segment.
  const subsegmentId = ids.slice(24, 40);
  // What the function reads in the event: the client's header, or the root alone.
  const eventHeader = Root && header ? header : `Root=${root}`;
  const own = `Root=${root};Parent=${subsegmentId};Sampled=${sampled ? 1 : 0}`;
  return {
    root,
    /** The client's segment, if it named one. */
    parent,
    sampled,
    segmentId: ids.slice(40),
    subsegmentId,
    eventHeader,
    /** What Lambda is invoked with. A stage that does not trace passes on what it got: the function decides for itself. */
    traceHeader: sample ? own : eventHeader,
    /** What the client gets back: begins with what it sent, if that was complete. Recorded: test_invocation_trace_id. */
    answerHeader: decided && parent ? eventHeader : own,
  };
}
