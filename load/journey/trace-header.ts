/**
 * `X-Amzn-Trace-Id`, made by the caller so that a failure can be looked up whether or not an answer came.
 * Source: AWS X-Ray developer guide, "Tracing header" and "Trace ID format".
 */
export interface TraceHeader {
  readonly traceId: string;
  readonly sampled: boolean;
  readonly header: string;
}

/** Share of requests whose trace is kept: the service's own sampling rule asks for as much. */
export const sampledShare = 0.05;

export function traceHeader(nowMs: number, random: () => number = Math.random): TraceHeader {
  const time = hex(Math.floor(nowMs / 1000), 8);
  const unique = [1, 2, 3].map(() => hex(Math.floor(random() * 2 ** 32), 8)).join('');
  const traceId = `1-${time}-${unique}`;
  const sampled = random() < sampledShare;
  return { traceId, sampled, header: `Root=${traceId};Sampled=${sampled ? 1 : 0}` };
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
