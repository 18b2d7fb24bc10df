/** `$context`: AWS, "Variables for access logging" and "Variables for data transformations". What is absent is not there. */
import { randomUUID } from 'node:crypto';
import type { ApiModel } from './api-model.ts';
import { random } from './random.ts';
import type { GatewayRequest } from './request.ts';

export type Context = ReturnType<typeof newContext> & {
  resourceId?: string;
  resourcePath?: string;
  authorizer?: { claims?: Readonly<Record<string, string>>; [more: string]: unknown };
  error?: Readonly<Record<string, string | undefined>>;
  integration?: Readonly<Record<string, string | number>>;
  integrationLatency?: number;
  integrationStatus?: number;
  awsEndpointRequestId?: string;
  status?: number;
  responseLatency?: number;
  responseLength?: number;
};

const noIdentity = Object.fromEntries(
  'accessKey accountId caller cognitoAuthenticationProvider cognitoAuthenticationType cognitoIdentityId cognitoIdentityPoolId principalOrgId user userArn'
    .split(' ')
    .map((name) => [name, null]),
);
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * @param startedAt real ms since the epoch
 * @param xrayTraceId where the stage traces
 */
export function newContext(
  api: ApiModel,
  request: GatewayRequest,
  startedAt: number,
  xrayTraceId: string | undefined,
) {
  const offered = String(request.lowered['x-amzn-requestid'] ?? '');
  return {
    accountId: api.accountId,
    apiId: api.id,
    deploymentId: api.deploymentId,
    domainName: request.host,
    domainPrefix: request.host.split('.', 1)[0]!,
    endpointType: 'REGIONAL',
    // 15 characters of base64 and a `=`, the form seen in recorded responses.
    extendedRequestId: random(11, 'base64'),
    httpMethod: request.method,
    identity: {
      ...noIdentity,
      sourceIp: request.sourceIp,
      userAgent: request.lowered['user-agent'] ?? null,
    },
    path: request.contextPath,
    protocol: request.protocol,
    // A client may send its own, as a UUID only. AWS: Set up CloudWatch logging.
    requestId: uuid.test(offered) ? offered : randomUUID(),
    requestTime: logTime(startedAt),
    requestTimeEpoch: startedAt,
    stage: api.stageName,
    xrayTraceId,
    customDomain: { basePathMatched: '(none)' },
    requestOverride: { header: {}, path: {}, querystring: {} },
    responseOverride: { header: {} } as { status?: unknown; header: Record<string, unknown> },
  };
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** Common log format: `17/Jun/2024:15:00:26 +0000`. */
function logTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  const month = months[Number(iso.slice(5, 7)) - 1];
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
