/**
 * What API Gateway answers by itself, as problem+json. The templates are plain `$context` substitution without escaping
 * (API Gateway, "GatewayResponse resource"), so nothing goes into a body that may hold a quote: no error messages, no
 * validation details; a path cannot (RFC 3986 has quotes percent-encoded).
 */
import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { cors } from '../../services/contract/cors.ts';
import {
  type ProblemCode,
  problemMediaType,
  problems,
  problemType,
  retryAfterSeconds,
} from '../../services/contract/problems.ts';

type Answer = readonly [
  problem: ProblemCode,
  detail: string,
  more?: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> },
];

const seeLogs = 'Quote the requestId; our logs hold the cause.';
const noRoute = 'No route has this method and path, or the request cannot be read.';
const signature = 'This API takes bearer tokens, no AWS signatures or API keys.';
const signIn = { headers: { 'WWW-Authenticate': "'Bearer'" } };
const retry = { headers: { 'Retry-After': `'${retryAfterSeconds}'` } };

/** "Gateway response types" of API Gateway's developer guide. What is not listed falls to one of the two families. */
const answers: Readonly<Record<string, Answer>> = {
  UNAUTHORIZED: ['token-refused', 'Sign in again.', signIn],
  ACCESS_DENIED: ['forbidden', 'A scope that this route asks for is missing.'],
  EXPIRED_TOKEN: ['token-refused', signature, signIn],
  INVALID_SIGNATURE: ['forbidden', signature],
  INVALID_API_KEY: ['forbidden', signature],
  MISSING_AUTHENTICATION_TOKEN: ['no-such-route', noRoute],
  RESOURCE_NOT_FOUND: ['no-such-route', noRoute],
  BAD_REQUEST_BODY: ['invalid-request', 'The body is not a JSON object.'],
  BAD_REQUEST_PARAMETERS: ['invalid-request', 'A required parameter is missing.'],
  REQUEST_TOO_LARGE: ['too-large', 'API Gateway takes 10 MB, Lambda 6 MB.'],
  UNSUPPORTED_MEDIA_TYPE: ['unsupported-media-type', 'Send no other type.'],
  THROTTLED: ['throttled', 'Slow down and retry.', retry],
  QUOTA_EXCEEDED: ['throttled', 'Slow down and retry.', retry],
  WAF_FILTERED: ['forbidden', 'The web application firewall refused it.'],
  API_CONFIGURATION_ERROR: ['internal-error', seeLogs],
  AUTHORIZER_CONFIGURATION_ERROR: ['internal-error', seeLogs],
  AUTHORIZER_FAILURE: ['internal-error', seeLogs],
  INTEGRATION_TIMEOUT: ['gateway-timeout', seeLogs],
  // An unknown route with a bearer token is read as a broken AWS signature, and arrives here.
  DEFAULT_4XX: ['no-such-route', noRoute],
  // What is left of this family is INTEGRATION_FAILURE: the function crashed, timed out or answered nonsense.
  DEFAULT_5XX: ['internal-error', seeLogs, { status: 502 }],
};

/** @param origin what `Access-Control-Allow-Origin` says */
export function addGatewayResponses(api: RestApi, origin: string): void {
  const always = {
    'Content-Type': `'${problemMediaType}'`,
    'x-request-id': 'context.extendedRequestId',
    'Access-Control-Allow-Origin': `'${origin}'`,
    'Access-Control-Expose-Headers': `'${cors.exposedHeaders.join(',')}'`,
  };
  for (const [type, [code, detail, more]] of Object.entries(answers)) {
    const status = more?.status ?? problems[code].status;
    const body = {
      type: problemType(code),
      title: problems[code].title,
      status,
      detail,
      instance: '$context.path',
      requestId: '$context.extendedRequestId',
      traceId: '$context.xrayTraceId',
    };
    api.addGatewayResponse(type, {
      type: ResponseType.of(type),
      statusCode: `${status}`,
      responseHeaders: { ...always, ...more?.headers },
      templates: { 'application/json': JSON.stringify(body) },
    });
  }
}
