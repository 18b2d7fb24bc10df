/** The event of a Lambda proxy integration. AWS: Set up Lambda proxy integrations, "Input format"; keys as recorded. */
import type { ApiModel } from './api-model.ts';
import type { Exchange } from './exchange.ts';
import { requestOnly } from './header-remap.ts';
import { isBinary, mediaType } from './media-type.ts';
import type { Readings } from './readings.ts';
import type { Values } from './request.ts';

/** As JSON, the payload of the invocation. */
export function proxyEvent(exchange: Exchange, api: ApiModel, readings: Readings): string {
  const { request, body, context, pathParameters } = exchange;
  const headers = forwarded(exchange);
  const isBase64Encoded =
    body !== null && isBinary(api.binaryMediaTypes, mediaType(request.lowered['content-type']));
  return JSON.stringify({
    resource: context.resourcePath,
    path: request.path,
    httpMethod: request.method,
    headers: lastOf(headers),
    multiValueHeaders: allOf(headers),
    queryStringParameters: lastOf(request.query),
    multiValueQueryStringParameters: allOf(request.query),
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
function forwarded({ request, trace }: Exchange): Values {
  const added = new Map([
    ['X-Amzn-Trace-Id', trace.eventHeader],
    [
      'X-Forwarded-For',
      [request.lowered['x-forwarded-for'], request.sourceIp].filter(Boolean).join(', '),
    ],
    ['X-Forwarded-Port', '443'],
    ['X-Forwarded-Proto', 'https'],
  ]);
  const replaced = new Set([...added.keys()].map((name) => name.toLowerCase()));
  const kept = [...request.headers].filter(([name]) => {
    const lower = name.toLowerCase();
    return !requestOnly.has(lower) && !replaced.has(lower);
  });
  return new Map([...kept, ...[...added].map(([name, value]) => [name, [value]] as const)]);
}

const lastOf = (values: Values) =>
  values.size === 0
    ? null
    : Object.fromEntries([...values].map(([name, list]) => [name, list.at(-1)]));

const allOf = (values: Values) => (values.size === 0 ? null : Object.fromEntries(values));
