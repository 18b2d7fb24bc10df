/**
 * What API Gateway answers by itself, as problem+json. The templates are plain `$context` substitution without escaping
 * (API Gateway, "GatewayResponse resource"), so nothing goes into a body that may hold a quote: no error messages, no
 * validation details; a path cannot (RFC 3986 has quotes percent-encoded).
 */
import { type ResponseType, type RestApi, ResponseType as Type } from 'aws-cdk-lib/aws-apigateway';
import { cors } from '../../services/contract/cors.ts';
import {
  type ProblemCode,
  problemMediaType,
  problems,
  problemType,
  retryAfterSeconds,
} from '../../services/contract/problems.ts';

interface Answer {
  readonly type: ResponseType;
  readonly code: ProblemCode;
  readonly detail: string;
  /** Default: the problem's own. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const seeLogs = 'Quote the requestId; our logs hold the cause.';
const brokenJson = 'The body is not a JSON object.';
const noRoute = 'No route has this method and path, or the request cannot be read.';
const signature = 'This API takes bearer tokens, no AWS signatures or API keys.';
const retryAfter = { 'Retry-After': `'${retryAfterSeconds}'` };
const challenge = { 'WWW-Authenticate': "'Bearer'" };

/** "Gateway response types" of API Gateway's developer guide. What is not listed falls to one of the two families. */
const answers: readonly Answer[] = [
  { type: Type.UNAUTHORIZED, code: 'token-refused', detail: 'Sign in again.', headers: challenge },
  {
    type: Type.ACCESS_DENIED,
    code: 'forbidden',
    detail: 'A scope that this route asks for is missing.',
  },
  { type: Type.EXPIRED_TOKEN, code: 'token-refused', detail: signature, headers: challenge },
  { type: Type.INVALID_SIGNATURE, code: 'forbidden', detail: signature },
  { type: Type.INVALID_API_KEY, code: 'forbidden', detail: signature },
  { type: Type.MISSING_AUTHENTICATION_TOKEN, code: 'no-such-route', detail: noRoute },
  { type: Type.RESOURCE_NOT_FOUND, code: 'no-such-route', detail: noRoute },
  { type: Type.BAD_REQUEST_BODY, code: 'invalid-request', detail: brokenJson },
  {
    type: Type.BAD_REQUEST_PARAMETERS,
    code: 'invalid-request',
    detail: 'A required parameter is missing.',
  },
  {
    type: Type.REQUEST_TOO_LARGE,
    code: 'too-large',
    detail: 'API Gateway takes 10 MB, Lambda 6 MB.',
  },
  {
    type: Type.UNSUPPORTED_MEDIA_TYPE,
    code: 'unsupported-media-type',
    detail: 'Send no other type.',
  },
  { type: Type.THROTTLED, code: 'throttled', detail: 'Slow down and retry.', headers: retryAfter },
  {
    type: Type.QUOTA_EXCEEDED,
    code: 'throttled',
    detail: 'Slow down and retry.',
    headers: retryAfter,
  },
  {
    type: Type.WAF_FILTERED,
    code: 'forbidden',
    detail: 'The web application firewall refused it.',
  },
  { type: Type.API_CONFIGURATION_ERROR, code: 'internal-error', detail: seeLogs },
  { type: Type.AUTHORIZER_CONFIGURATION_ERROR, code: 'internal-error', detail: seeLogs },
  { type: Type.AUTHORIZER_FAILURE, code: 'internal-error', detail: seeLogs },
  { type: Type.INTEGRATION_TIMEOUT, code: 'gateway-timeout', detail: seeLogs },
  // An unknown route with a bearer token is read as a broken AWS signature, and arrives here.
  { type: Type.DEFAULT_4XX, code: 'no-such-route', detail: noRoute },
  // What is left of this family is INTEGRATION_FAILURE: the function crashed, timed out or answered nonsense.
  { type: Type.DEFAULT_5XX, code: 'internal-error', detail: seeLogs, status: 502 },
];

/** @param origin what `Access-Control-Allow-Origin` says */
export function addGatewayResponses(api: RestApi, origin: string): void {
  const always = {
    'Content-Type': `'${problemMediaType}'`,
    'x-request-id': 'context.extendedRequestId',
    'Access-Control-Allow-Origin': `'${origin}'`,
    'Access-Control-Expose-Headers': `'${cors.exposedHeaders.join(',')}'`,
  };
  for (const { type, code, detail, headers, status = problems[code].status } of answers) {
    api.addGatewayResponse(type.responseType, {
      type,
      statusCode: `${status}`,
      responseHeaders: { ...always, ...headers },
      templates: { 'application/json': problemTemplate(code, status, detail) },
    });
  }
}

const problemTemplate = (code: ProblemCode, status: number, detail: string) =>
  JSON.stringify({
    type: problemType(code),
    title: problems[code].title,
    status,
    detail,
    instance: '$context.path',
    requestId: '$context.extendedRequestId',
    traceId: '$context.xrayTraceId',
  });
