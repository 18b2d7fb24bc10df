/** One request on its way through the stage: what came in, and `$context` as it grows. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { ApiModel, MethodModel } from './api-model.ts';
import type { LogLevel } from './execution-log.ts';
import type { GatewayRequest } from './request.ts';
import type { Trace } from './trace.ts';

export interface Exchange {
  readonly request: GatewayRequest;
  readonly body: Buffer | null;
  /** Real ms since the epoch. */
  readonly startedAt: number;
  readonly context: Context;
  readonly trace: Trace;
  /** Once routed. */
  method?: MethodModel;
  pathParameters: Readonly<Record<string, string>> | null;
  /** Of the Lambda call, for the trace. */
  integration?: { readonly startedAt: number; endedAt: number; status: number };
  /** A line of the execution log; kept only once there is a method whose settings want its level. */
  note(level: LogLevel, line: string): void;
  readonly notes: { readonly timestamp: number; readonly line: string }[];
}

/** `$context`: AWS, "Variables for access logging" and "Variables for data transformations". What is absent is not there. */
export interface Context {
  readonly accountId: string;
  readonly apiId: string;
  readonly deploymentId: string;
  readonly domainName: string;
  readonly domainPrefix: string;
  readonly endpointType: 'REGIONAL';
  readonly extendedRequestId: string;
  readonly httpMethod: string;
  readonly identity: Readonly<Record<string, string | null>>;
  readonly path: string;
  readonly protocol: string;
  readonly requestId: string;
  readonly requestTime: string;
  readonly requestTimeEpoch: number;
  readonly stage: string;
  readonly customDomain: { readonly basePathMatched: string };
  readonly requestOverride: Record<string, unknown>;
  readonly responseOverride: { status?: number; header: Record<string, unknown> };
  xrayTraceId?: string;
  resourceId?: string;
  resourcePath?: string;
  authorizer?: {
    claims?: Readonly<Record<string, string>>;
    principalId?: string;
    error?: string;
    status?: number;
    latency?: number;
  };
  error?: {
    readonly message: string;
    readonly messageString: string;
    readonly responseType: string;
    readonly validationErrorString?: string;
  };
  integration?: {
    error?: string;
    integrationStatus?: number;
    latency?: number;
    requestId?: string;
    status?: number;
  };
  integrationLatency?: number;
  integrationStatus?: number;
  awsEndpointRequestId?: string;
  status?: number;
  responseLatency?: number;
  responseLength?: number;
}

const absent = [
  'accessKey',
  'accountId',
  'caller',
  'cognitoAuthenticationProvider',
  'cognitoAuthenticationType',
  'cognitoIdentityId',
  'cognitoIdentityPoolId',
  'principalOrgId',
  'user',
  'userArn',
] as const;
const noIdentity = Object.fromEntries(absent.map((name) => [name, null]));
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @param startedAt real ms since the epoch */
export function newContext(api: ApiModel, request: GatewayRequest, startedAt: number): Context {
  const offered = String(request.lowered['x-amzn-requestid'] ?? '');
  return {
    accountId: api.accountId,
    apiId: api.id,
    deploymentId: api.deploymentId,
    domainName: request.host,
    domainPrefix: request.host.split('.', 1)[0]!,
    endpointType: 'REGIONAL',
    // 15 characters of base64 and a `=`, the form seen in recorded responses.
    extendedRequestId: randomBytes(11).toString('base64'),
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
    customDomain: { basePathMatched: '(none)' },
    requestOverride: { header: {}, path: {}, querystring: {} },
    responseOverride: { header: {} },
  };
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** Common log format: `17/Jun/2024:15:00:26 +0000`. */
function logTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  const month = months[Number(iso.slice(5, 7)) - 1];
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
