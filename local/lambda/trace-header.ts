/** `X-Amzn-Trace-Id`: what the caller sent, and what Lambda makes of it for the function. */
import { randomUUID } from 'node:crypto';
import type { FunctionModel } from './function-model.ts';

/** The X-Ray ids of one invocation. */
export interface Trace {
  readonly traceId: string;
  /** Segment of the caller, if it told. */
  readonly parentId?: string;
  /** The segments of the Lambda service and of the function; only sent where `sampled`. */
  readonly serviceSegmentId: string;
  readonly functionSegmentId: string;
  readonly sampled: boolean;
  /** What the runtime gets as `Lambda-Runtime-Trace-Id` and the handler as `_X_AMZN_TRACE_ID`. */
  readonly header: string;
}

/** 16 random hex digits, out of a UUID: Node keeps those in stock, while `randomBytes` asks the system for each. */
export function newSegmentId(): string {
  const uuid = randomUUID();
  return uuid.slice(0, 8) + uuid.slice(-8);
}

/** `1-<epoch seconds in hex>-<96 random bits>`. Source: X-Ray Developer Guide, "Sending trace data to X-Ray". */
function newTraceId(now: number): string {
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0');
  return `1-${seconds}-${newSegmentId()}${newSegmentId().slice(8)}`;
}

/**
 * A function with active tracing honours the caller's decision and samples what nobody decided (AWS samples the first request
 * of each second and 5 % of the rest, which a person at a laptop does not exceed). PassThrough hands the header on as it is.
 * Source: AWS Lambda Developer Guide, "Visualize Lambda function invocations using AWS X-Ray".
 */
export function traceOf(
  tracing: FunctionModel['tracing'],
  header: string | undefined,
  now: number,
): Trace {
  const fields = new Map<string, string>();
  for (const part of (header ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key && value) fields.set(key, value);
  }
  const traceId = fields.get('Root') ?? newTraceId(now);
  const parentId = fields.get('Parent');
  const functionSegmentId = newSegmentId();
  const isActive = tracing === 'Active';
  const sampled = isActive && fields.get('Sampled') !== '0';
  return {
    traceId,
    ...(parentId === undefined ? {} : { parentId }),
    serviceSegmentId: newSegmentId(),
    functionSegmentId,
    sampled,
    header: isActive
      ? `Root=${traceId};Parent=${functionSegmentId};Sampled=${sampled ? 1 : 0}`
      : header || `Root=${traceId}`,
  };
}
