/**
 * Puts the documents of one trace together: subsegments that were sent on their own go into the segment they name, calls to
 * services that send nothing themselves get an inferred segment. Source: X-Ray Developer Guide, "X-Ray segment documents"
 * ("Subsegments", "AWS resource data"), "Concepts" (inferred segments).
 */
import { createHash } from 'node:crypto';

export interface Subsegment {
  readonly id: string;
  readonly name: string;
  readonly start_time: number;
  readonly end_time?: number;
  readonly parent_id?: string;
  /** `subsegment` where it was sent on its own. */
  readonly type?: string;
  readonly namespace?: 'aws' | 'remote' | 'local';
  readonly in_progress?: boolean;
  readonly error?: boolean;
  readonly fault?: boolean;
  readonly throttle?: boolean;
  readonly http?: {
    readonly request?: {
      readonly url?: string;
      readonly method?: string;
      readonly user_agent?: string;
      readonly client_ip?: string;
    };
    readonly response?: { readonly status?: number };
  };
  readonly aws?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly subsegments?: readonly Subsegment[];
}

export interface Segment extends Subsegment {
  readonly trace_id: string;
  readonly origin?: string;
  readonly inferred?: boolean;
  readonly resource_arn?: string;
}

/** All subsegments below a segment, at any depth. */
export const subsegmentsOf = ({ subsegments = [] }: Subsegment): readonly Subsegment[] =>
  subsegments.flatMap((child) => [child, ...subsegmentsOf(child)]);

/** What stands behind a client's name for a service. */
const origins: Readonly<Record<string, string>> = { DynamoDB: 'AWS::DynamoDB::Table' };

/** The called service's side of a call, as far as the caller knows it. Its id is made from the call's, so it stays the same. */
function inferredFrom(call: Subsegment, traceId: string): Segment {
  const { name, start_time, end_time, http, aws, error, fault, throttle } = call;
  return {
    id: createHash('sha256').update(call.id).digest('hex').slice(0, 16),
    name,
    start_time,
    ...(end_time === undefined ? {} : { end_time }),
    trace_id: traceId,
    parent_id: call.id,
    inferred: true,
    ...(http && { http }),
    ...(aws && { aws }),
    ...(error && { error }),
    ...(fault && { fault }),
    ...(throttle && { throttle }),
    origin: origins[name] ?? `AWS::${name}`,
  };
}

/**
 * Segments in order of their start. A subsegment whose parent has not arrived stands for itself.
 */
export function assembleTrace(documents: readonly Segment[]): readonly Segment[] {
  const ids = new Set(
    documents.flatMap((document) => [document, ...subsegmentsOf(document)]).map(({ id }) => id),
  );
  const isNested = ({ type, parent_id }: Subsegment) =>
    type === 'subsegment' && parent_id !== undefined && ids.has(parent_id);
  const sentAlone = Map.groupBy(documents.filter(isNested), ({ parent_id }) => parent_id);

  const complete = <T extends Subsegment>(node: T): T => {
    const children = [...(node.subsegments ?? []), ...(sentAlone.get(node.id) ?? [])];
    // Each is placed once: documents that name each other as parents must not go round for ever.
    sentAlone.delete(node.id);
    return children.length === 0 ? node : { ...node, subsegments: children.map(complete) };
  };
  const segments = documents.filter((document) => !isNested(document)).map(complete);
  const called = new Set(segments.map(({ parent_id }) => parent_id));
  const inferred = segments.flatMap((segment) =>
    subsegmentsOf(segment)
      .filter(({ id, namespace }) => namespace === 'aws' && !called.has(id))
      .map((call) => inferredFrom(call, segment.trace_id)),
  );
  return [...segments, ...inferred].sort((a, b) => a.start_time - b.start_time);
}
