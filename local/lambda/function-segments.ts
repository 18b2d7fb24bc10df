/**
 * The two segments that Lambda sends for a traced invocation: the service's and the function's, with the fields that recorded
 * traces have. Source: AWS Lambda Developer Guide, "Visualize Lambda function invocations using AWS X-Ray"; X-Ray Developer
 * Guide, "X-Ray segment documents".
 */
import type { SegmentDocument, TraceSink } from '../telemetry/sinks.ts';
import type { FunctionModel } from './function-model.ts';
import type { Interval, Outcome, Run } from './invocation.ts';
import { newSegmentId, type Trace } from './trace-header.ts';

export interface TracedInvocation extends Run {
  readonly requestId: string;
  readonly trace: Trace;
  /** From the call to its answer. */
  readonly service: Interval;
}

const times = ({ start, end }: Interval) => ({ start_time: start / 1000, end_time: end / 1000 });

/** What the function reported, as X-Ray shows an exception. */
function causeOf({ payload, errorType }: Outcome) {
  let { type, message } = { type: errorType, message: payload };
  try {
    ({ errorType: type, errorMessage: message } = JSON.parse(payload));
  } catch {} // not JSON: shown as it is
  return { exceptions: [{ id: newSegmentId(), type, message }] };
}

const serviceSegment = (
  fn: FunctionModel,
  { trace, requestId, service }: Pick<TracedInvocation, 'trace' | 'requestId' | 'service'>,
  status: number,
): SegmentDocument => ({
  id: trace.serviceSegmentId,
  name: fn.name,
  trace_id: trace.traceId,
  ...(trace.parentId === undefined ? {} : { parent_id: trace.parentId }),
  ...times(service),
  http: { response: { status } },
  aws: { request_id: requestId },
  origin: 'AWS::Lambda',
  resource_arn: fn.arn,
});

/** A function error is a fault of both segments, although the service answers 200 (which of them X-Ray marks is undocumented). */
export function sendSegments(sink: TraceSink, fn: FunctionModel, traced: TracedInvocation) {
  const { trace, outcome, init, invocation, overhead } = traced;
  const failed = outcome.status !== 'success';
  const part = (name: string, interval: Interval) => ({
    id: newSegmentId(),
    name,
    ...times(interval),
    aws: { function_arn: fn.arn },
  });
  sink.segment({ ...serviceSegment(fn, traced, 200), ...(failed && { fault: true }) });
  sink.segment({
    id: trace.functionSegmentId,
    name: fn.name,
    trace_id: trace.traceId,
    parent_id: trace.serviceSegmentId,
    ...times({ start: invocation.start, end: overhead.end }),
    aws: {
      account_id: fn.arn.split(':')[4],
      function_arn: fn.arn,
      resource_names: [fn.name],
      cloudwatch_logs: [{ log_group: fn.logGroup }],
    },
    origin: 'AWS::Lambda::Function',
    ...(failed && { fault: true, cause: causeOf(outcome) }),
    subsegments: [
      ...(init ? [part('Initialization', init)] : []),
      part('Invocation', invocation),
      part('Overhead', overhead),
    ],
  });
}

/** A refused call: only the service has a segment. */
export function sendThrottledSegment(
  sink: TraceSink,
  fn: FunctionModel,
  { trace, requestId, at }: { trace: Trace; requestId: string; at: number },
) {
  const service = { start: at, end: at };
  const segment = serviceSegment(fn, { trace, requestId, service }, 429);
  sink.segment({ ...segment, error: true, throttle: true });
}
