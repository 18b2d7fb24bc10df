/** The event of a Lambda proxy integration. AWS: Set up Lambda proxy integrations, "Input format"; keys as recorded. */
import type { ApiModel } from './api-model.ts';
import type { Exchange } from './exchange.ts';
import { reachesFunction } from './headers.ts';
import { isBinary, mediaType } from './media-type.ts';
import type { Readings } from './readings.ts';

/** As JSON, the payload of the invocation. */
export function proxyEvent(exchange: Exchange, api: ApiModel, readings: Readings): string {
  const { request, body, context, pathParameters } = exchange;
  const headers = forwarded(exchange);
  const query = [...request.query];
  const isBase64Encoded =
    body !== null && isBinary(api.binaryMediaTypes, mediaType(request.lowered['content-type']));
  return JSON.stringify({
    resource: context.resourcePath,
    path: request.path,
    httpMethod: request.method,
    headers: lastOf(headers),
    multiValueHeaders: allOf(headers),
    queryStringParameters: lastOf(query),
    multiValueQueryStringParameters: allOf(query),
    pathParameters,
    stageVariables: api.variables,
    requestContext: requestContext(exchange, readings),
    body: body === null ? null : body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  });
}

function requestContext({ context }: Exchange, { authorizerKey }: Readings) {
  const claims = context.authorizer?.claims;
  const none = authorizerKey === 'nulls' ? { claims: null, scopes: null } : undefined;
  return {
    resourceId: context.resourceId,
    authorizer: claims ? { claims } : none,
    resourcePath: context.resourcePath,
    httpMethod: context.httpMethod,
    extendedRequestId: context.extendedRequestId,
    requestTime: context.requestTime,
    path: context.path,
    accountId: context.accountId,
    protocol: context.protocol,
    stage: context.stage,
    domainPrefix: context.domainPrefix,
    requestTimeEpoch: context.requestTimeEpoch,
    requestId: context.requestId,
    identity: context.identity,
    domainName: context.domainName,
    deploymentId: context.deploymentId,
    apiId: context.apiId,
  };
}

/** The client's headers without those of the connection, and what API Gateway adds: it is always https on port 443. */
function forwarded({ request, trace }: Exchange): Entries {
  const addresses = [request.lowered['x-forwarded-for'], request.sourceIp].filter(Boolean);
  return [
    ...[...request.headers].filter(([name]) => reachesFunction(name)),
    ['X-Amzn-Trace-Id', [trace.eventHeader]],
    ['X-Forwarded-For', [addresses.join(', ')]],
    ['X-Forwarded-Port', ['443']],
    ['X-Forwarded-Proto', ['https']],
  ];
}

type Entries = readonly (readonly [name: string, values: readonly string[]])[];

const lastOf = (entries: Entries) =>
  allOf(entries.map(([name, values]) => [name, values.at(-1)] as const));

const allOf = (entries: readonly (readonly [string, unknown])[]) =>
  entries.length === 0 ? null : Object.fromEntries(entries);
