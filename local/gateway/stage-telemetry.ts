/** What a stage leaves behind for each request, once its answer is known: metrics, a line of the access log, a trace. */
import type { Telemetry } from '../telemetry/sinks.ts';
import { createAccessLog } from './access-log.ts';
import type { ApiModel } from './api-model.ts';
import type { Exchange } from './exchange.ts';
import { createExecutionLog } from './execution-log.ts';
import type { Answer } from './gateway-response.ts';
import { stageSegment } from './trace.ts';
import { createVendedMetrics } from './vended-metrics.ts';

export type RecordRequest = (exchange: Exchange, answer: Answer) => void;

export function createStageTelemetry(
  api: ApiModel,
  telemetry: Telemetry,
  now: () => number,
): RecordRequest {
  const putMetrics = createVendedMetrics(api, telemetry.metrics);
  const writeAccessLog = createAccessLog(api, telemetry.logs);
  const writeExecutionLog = createExecutionLog(api, telemetry.logs);
  return (exchange, answer) => {
    const endedAt = now();
    const { context, startedAt, trace } = exchange;
    context.status = answer.status;
    context.responseLatency = Math.max(0, endedAt - startedAt);
    context.responseLength = Buffer.byteLength(answer.body);
    putMetrics(exchange, endedAt);
    writeExecutionLog(exchange);
    writeAccessLog?.(exchange, endedAt);
    if (trace.sampled) telemetry.traces.segment(stageSegment(exchange, api, answer, endedAt));
  };
}
