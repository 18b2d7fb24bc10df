/** Builds the events that tests hand to a handler, with all the members that API Gateway sends (null where empty). */
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';

export interface ProxyRequest {
  readonly method?: string;
  /** Without the stage. */
  readonly path?: string;
  readonly id?: string;
  readonly owner?: string;
  readonly scope?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Several values of one name are joined by the builder as the gateway does: all, and the last. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as it is if text or bytes, as JSON otherwise. */
  readonly body?: unknown;
  readonly base64?: boolean;
}

export const extendedRequestId = 'Aa1Bb2Cc3Dd4Ee5=';
export const apiRequestId = 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef';
export const traceId = '1-67891233-abcdef012345678912345678';

export function proxyEvent(request: ProxyRequest = {}): APIGatewayProxyEvent {
  const { method = 'GET', path = '/items', id, owner = 'owner-1', query, body } = request;
  const headers = Object.entries({ 'X-Amzn-Trace-Id': `Root=${traceId}`, ...request.headers });
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const bytes = Buffer.from(isRaw ? body : JSON.stringify(body ?? null));
  return {
    resource: id === undefined ? path : '/items/{id}',
    path,
    httpMethod: method,
    headers: Object.fromEntries(headers.map(([name, values]) => [name, [values].flat().at(-1)!])),
    multiValueHeaders: Object.fromEntries(headers.map(([name, values]) => [name, [values].flat()])),
    queryStringParameters: query ?? null,
    multiValueQueryStringParameters: query
      ? Object.fromEntries(Object.entries(query).map(([k, v]) => [k, [v]]))
      : null,
    pathParameters: id === undefined ? null : { id },
    stageVariables: null,
    requestContext: requestContext(method, path, owner, request.scope ?? 'items/read items/write'),
    body: body === undefined ? null : bytes.toString(request.base64 ? 'base64' : 'utf8'),
    isBase64Encoded: request.base64 ?? false,
  };
}

function requestContext(
  method: string,
  path: string,
  sub: string,
  scope: string,
): APIGatewayProxyEvent['requestContext'] {
  const claims = { sub, token_use: 'access', scope, client_id: '6k0p4l', username: 'alice' };
  return {
    accountId: '000000000000',
    apiId: 'a1b2c3d4e5',
    authorizer: { claims },
    domainName: 'api.example.com',
    domainPrefix: 'api',
    extendedRequestId,
    httpMethod: method,
    path: `/dev${path}`,
    protocol: 'HTTP/1.1',
    requestId: apiRequestId,
    requestTime: '22/Nov/2026:10:00:00 +0000',
    requestTimeEpoch: 1795341600000,
    resourceId: 'abc123',
    resourcePath: path,
    stage: 'dev',
    identity: {
      accessKey: null,
      accountId: null,
      apiKey: null,
      apiKeyId: null,
      caller: null,
      clientCert: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: '192.0.2.1',
      user: null,
      userAgent: 'test',
      userArn: null,
    },
  };
}

/** What of Lambda's context a handler looks at. */
export const lambdaContext = {
  functionName: 'manara-dev-get-item',
  functionVersion: '7',
  memoryLimitInMB: '256',
  awsRequestId: '8476a536-e9f4-11e8-9739-2dfe598c3fcd',
  getRemainingTimeInMillis: () => 10_000,
} as Context;
