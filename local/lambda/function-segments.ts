/**
 * The two segments that Lambda sends for a traced invocation: the service's and the function's, with the fields that recorded
 * traces have. Source: AWS Lambda Developer Guide, "Visualize Lambda function invocations using AWS X-Ray"; X-Ray Developer
 * Guide, "X-Ray segment documents".
 */
import { randomBytes } from 'node:crypto';
import type { SegmentDocument, TraceSink } from '../telemetry/sinks.ts';
import type { FunctionModel } from './function-model.ts';
import type { Trace } from './trace-header.ts';

export interface Interval {
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
}

export interface TracedInvocation {
  readonly requestId: string;
  readonly trace: Trace;
  /** From the call to its answer. */
  readonly service: Interval;
  /** From the hand-over to the end of the handler, and on to the runtime's readiness. */
  readonly invocation: Interval;
  readonly overhead: Interval;
  readonly init?: Interval;
  /** What the function reported, where it failed. */
  readonly failure?: { readonly type: string; readonly message: string };
}

const newId = () => randomBytes(8).toString('hex');

const times = ({ start, end }: Interval) => ({ start_time: start / 1000, end_time: end / 1000 });

const subsegment = (name: string, interval: Interval, functionArn: string) => ({
  id: newId(),
  name,
  ...times(interval),
  aws: { function_arn: functionArn },
});

/** A function error is a fault of both segments, although the service answers 200 (which of them X-Ray marks is undocumented). */
const fault = ({ failure }: TracedInvocation) =>
  failure === undefined
    ? {}
    : {
        fault: true,
        cause: { exceptions: [{ id: newId(), type: failure.type, message: failure.message }] },
      };

export function sendSegments(sink: TraceSink, fn: FunctionModel, invocation: TracedInvocation) {
  const { trace, requestId, init } = invocation;
  const service: SegmentDocument = {
    id: trace.serviceSegmentId,
    name: fn.name,
    trace_id: trace.traceId,
    ...(trace.parentId === undefined ? {} : { parent_id: trace.parentId }),
    ...times(invocation.service),
    http: { response: { status: 200 } },
    aws: { request_id: requestId },
    origin: 'AWS::Lambda',
    resource_arn: fn.arn,
    ...(invocation.failure === undefined ? {} : { fault: true }),
  };
  const run: SegmentDocument = {
    id: trace.functionSegmentId,
    name: fn.name,
    trace_id: trace.traceId,
    parent_id: trace.serviceSegmentId,
    ...times({ start: invocation.invocation.start, end: invocation.overhead.end }),
    aws: {
      account_id: fn.arn.split(':')[4],
      function_arn: fn.arn,
      resource_names: [fn.name],
      cloudwatch_logs: [{ log_group: fn.logGroup }],
    },
    origin: 'AWS::Lambda::Function',
    ...fault(invocation),
    subsegments: [
      ...(init === undefined ? [] : [subsegment('Initialization', init, fn.arn)]),
      subsegment('Invocation', invocation.invocation, fn.arn),
      subsegment('Overhead', invocation.overhead, fn.arn),
    ],
  };
  sink.segment(service);
  sink.segment(run);
}

/** A refused call: only the service has a segment. */
export function sendThrottledSegment(
  sink: TraceSink,
  fn: FunctionModel,
  { trace, requestId, at }: { trace: Trace; requestId: string; at: number },
) {
  sink.segment({
    id: trace.serviceSegmentId,
    name: fn.name,
    trace_id: trace.traceId,
    ...(trace.parentId === undefined ? {} : { parent_id: trace.parentId }),
    ...times({ start: at, end: at }),
    http: { response: { status: 429 } },
    aws: { request_id: requestId },
    origin: 'AWS::Lambda',
    resource_arn: fn.arn,
    error: true,
    throttle: true,
  });
}
