/** The X-Ray document of a traced stage, with the Lambda call as subsegment. AWS: X-Ray segment documents. */
import type { SegmentDocument } from '../telemetry/sinks.ts';
import type { ApiModel } from './api-model.ts';
import type { Exchange } from './exchange.ts';

export function stageSegment(
  { trace, request, context, startedAt, integration, method }: Exchange,
  api: ApiModel,
  endedAt: number,
): SegmentDocument {
  const functionArn =
    method?.integration.type === 'AWS_PROXY' ? method.integration.functionArn : '';
  const { status = 0 } = context;
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
        user_agent: context.identity.userAgent ?? undefined,
      },
      response: { status, content_length: context.responseLength },
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
          response: { status: context.integrationStatus },
        },
        aws: {
          operation: 'Invoke',
          function_arn: functionArn,
          request_id: context.awsEndpointRequestId,
        },
        ...flags(context.integrationStatus ?? status),
      },
    ],
  };
}

const flags = (status: number) => ({
  ...(status >= 500 && { fault: true }),
  ...(status >= 400 && status < 500 && { error: true }),
  ...(status === 429 && { throttle: true }),
});
