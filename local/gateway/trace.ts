/** X-Amzn-Trace-Id in, through and out, and the stage's X-Ray segment. AWS: X-Ray concepts; API Gateway active tracing. */
import { randomBytes } from 'node:crypto';
import type { SegmentDocument } from '../telemetry/sinks.ts';
import type { ApiModel } from './api-model.ts';
import type { Exchange } from './exchange.ts';
import type { Answer } from './gateway-response.ts';

export interface Trace {
  readonly root: string;
  /** The client's segment, if it named one. */
  readonly parent?: string;
  readonly sampled: boolean;
  readonly segmentId: string;
  /** The Lambda call: the parent of the function's segment. */
  readonly subsegmentId: string;
  /** What the function reads in the event: the client's header, or the root alone. */
  readonly eventHeader: string;
  /** What Lambda is invoked with. */
  readonly traceHeader: string;
  /** What the client gets back: begins with what it sent, if that was complete. Recorded: test_invocation_trace_id. */
  readonly answerHeader: string;
}

const id = (bytes: number) => randomBytes(bytes).toString('hex');
const rootForm = /^1-[0-9a-f]{8}-[0-9a-f]{24}$/i;

/** @param sample decides for a request whose client has not; undefined where the stage does not trace */
export function startTrace(
  header: string | undefined,
  startedAt: number,
  sample: (() => boolean) | undefined,
): Trace {
  const fields = new Map(
    (header ?? '').split(';').map((field) => field.trim().split('=', 2) as [string, string]),
  );
  const given = rootForm.test(fields.get('Root') ?? '') ? fields.get('Root') : undefined;
  const seconds = Math.floor(startedAt / 1000)
    .toString(16)
    .padStart(8, '0');
  const root = given ?? `1-${seconds}-${id(12)}`;
  const parent = given ? fields.get('Parent') : undefined;
  const decision = given ? fields.get('Sampled') : undefined;
  const decided = decision === '0' || decision === '1';
  const sampled = sample !== undefined && (decided ? decision === '1' : sample());
  const subsegmentId = id(8);
  const eventHeader = given && header ? header : `Root=${root}`;
  const own = `Root=${root};Parent=${subsegmentId};Sampled=${sampled ? 1 : 0}`;
  return {
    root,
    parent,
    sampled,
    segmentId: id(8),
    subsegmentId,
    eventHeader,
    // A stage that does not trace passes on what it got: the function decides for itself.
    traceHeader: sample ? own : eventHeader,
    answerHeader: decided && parent ? eventHeader : own,
  };
}

/** The document that X-Ray keeps for a traced stage, with the Lambda call as subsegment. */
export function stageSegment(
  { trace, request, context, startedAt, integration, method }: Exchange,
  api: ApiModel,
  { status, body }: Answer,
  endedAt: number,
): SegmentDocument {
  const functionArn =
    method?.integration.type === 'AWS_PROXY' ? method.integration.functionArn : '';
  return {
    trace_id: trace.root,
    id: trace.segmentId,
    parent_id: trace.parent,
    name: `${api.name}/${api.stageName}`,
    origin: 'AWS::ApiGateway::Stage',
    resource_arn: `arn:aws:apigateway:${api.region}::/restapis/${api.id}/stages/${api.stageName}`,
    start_time: startedAt / 1000,
    end_time: endedAt / 1000,
    http: {
      request: {
        method: request.method,
        url: `https://${request.host}${request.contextPath}`,
        client_ip: request.sourceIp,
        user_agent: context.identity['userAgent'] ?? undefined,
      },
      response: { status, content_length: Buffer.byteLength(body) },
    },
    ...flags(status),
    aws: {
      api_gateway: {
        account_id: api.accountId,
        rest_api_id: api.id,
        stage: api.stageName,
        request_id: context.requestId,
      },
    },
    subsegments: integration && [
      {
        id: trace.subsegmentId,
        name: 'Lambda',
        namespace: 'aws',
        start_time: integration.startedAt / 1000,
        end_time: integration.endedAt / 1000,
        http: {
          request: { method: 'POST', url: `${functionArn}/invocations` },
          response: { status: integration.status || undefined },
        },
        aws: {
          operation: 'Invoke',
          function_arn: functionArn,
          request_id: context.awsEndpointRequestId,
        },
        ...flags(integration.status || status),
      },
    ],
  };
}

/** AWS: X-Ray segment documents, "Segment fields". */
const flags = (status: number) => ({
  ...(status >= 500 && { fault: true }),
  ...(status >= 400 && status < 500 && { error: true }),
  ...(status === 429 && { throttle: true }),
});
