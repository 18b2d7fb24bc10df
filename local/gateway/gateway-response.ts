/** Every answer that the gateway makes itself: the table of types, and how an API customizes them. */
import { type Answer, override } from './answer.ts';
import type { ApiModel, GatewayResponseModel } from './api-model.ts';
import type { Exchange } from './exchange.ts';
import { templateFor } from './media-type.ts';
import type { Readings } from './readings.ts';
import { compileHeaders, compileSubstitution } from './substitution.ts';

/** The execution writes a space after the colon, the front door none (recorded; Content-Length of known bodies). */
const spaced = '{"message": $context.error.messageString}';
const dense = '{"message":$context.error.messageString}';

const internal = 'Internal server error';
const missingToken = 'Missing Authentication Token';

/** Status, error type (`…Exception`) and message. AWS: Gateway response types. */
const types = {
  ACCESS_DENIED: [403, 'AccessDenied', 'User is not authorized to access this resource', dense],
  API_CONFIGURATION_ERROR: [500, 'InternalServerError', internal, spaced],
  AUTHORIZER_FAILURE: [500, 'AuthorizerConfiguration', internal, dense],
  BAD_REQUEST_BODY: [400, 'BadRequest', 'Invalid request body', spaced],
  BAD_REQUEST_PARAMETERS: [400, 'BadRequest', 'Missing required request parameters', spaced],
  DEFAULT_4XX: [400, 'BadRequest', 'Bad Request', dense],
  DEFAULT_5XX: [500, 'InternalServerError', internal, spaced],
  INTEGRATION_FAILURE: [504, 'InternalServerError', internal, spaced],
  INTEGRATION_TIMEOUT: [504, 'InternalServerError', 'Endpoint request timed out', spaced],
  MISSING_AUTHENTICATION_TOKEN: [403, 'MissingAuthenticationToken', missingToken, dense],
  REQUEST_TOO_LARGE: [413, 'BadRequest', 'Request Too Long', spaced],
  THROTTLED: [429, 'TooManyRequests', 'Too Many Requests', dense],
  UNAUTHORIZED: [401, 'Unauthorized', 'Unauthorized', dense],
  UNSUPPORTED_MEDIA_TYPE: [415, 'BadRequest', 'Unsupported Media Type', spaced],
} as const satisfies Record<string, readonly [number, string, string, string]>;

interface FailureDetails {
  /** Where it differs from the type's own. */
  readonly status?: number;
  readonly errorType?: string;
  readonly message?: string;
  readonly validationErrorString?: string;
  /** What `$context.integration.error` says; also the line of the execution log. */
  readonly integrationError?: string;
  /** The line of the execution log, where it is another. */
  readonly line?: string;
}

/** Thrown by any step; becomes the gateway response of its type. */
export class Failure extends Error {
  readonly type: keyof typeof types;
  readonly details: FailureDetails;
  constructor(type: keyof typeof types, details: FailureDetails = {}) {
    super(details.message ?? types[type][2]);
    this.type = type;
    this.details = details;
  }
}

/** What the execution log calls an error of the configuration. */
export const misconfigured = (
  problem: string,
  status = 500,
  type: keyof typeof types = 'INTEGRATION_FAILURE',
): Failure =>
  new Failure(type, {
    status,
    integrationError: `Execution failed due to configuration error: ${problem}`,
  });

/** Own entry, else the family's DEFAULT entry, else the built-in one; two are never merged (measured: ministack#1756). */
export function createGatewayResponses(
  { gatewayResponses, variables }: ApiModel,
  readings: Readings,
): (failure: Failure, exchange: Exchange) => Answer {
  const compile = ({ statusCode, headers, templates }: GatewayResponseModel) => ({
    statusCode,
    headers: compileHeaders(headers, variables),
    templates: new Map(
      [...templates].map(([type, text]) => [type, compileSubstitution(text, '', variables)]),
    ),
  });
  const entries = new Map([...gatewayResponses].map(([type, model]) => [type, compile(model)]));
  const builtIn = (text: string) =>
    compile({ headers: [], templates: new Map([['application/json', text]]) });
  const plain = { [spaced]: builtIn(spaced), [dense]: builtIn(dense) };

  return (failure, exchange) => {
    const [ownStatus, errorType, , template] = types[failure.type];
    const { details, type } = failure;
    const documented = type === 'INTEGRATION_FAILURE' && readings.integrationFailure === 504;
    const seen = documented ? ownStatus : (details.status ?? ownStatus);
    describe(failure, exchange);
    const fallback = plain[template]!;
    const entry =
      entries.get(type) ?? entries.get(seen < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX') ?? fallback;
    const templates = entry.templates.size > 0 ? entry.templates : fallback.templates;
    const [contentType, render] = templateFor(templates, exchange.request.lowered.accept)!;
    return {
      status: entry.statusCode ?? seen,
      headers: override(
        [
          ['x-amzn-ErrorType', `${details.errorType ?? errorType}Exception`],
          ['Content-Type', contentType],
        ],
        entry.headers(exchange),
      ),
      body: render(exchange),
    };
  };
}

/** Leaves in `$context` and the execution log what happened. */
function describe({ type, message, details }: Failure, { context, note }: Exchange): void {
  const { validationErrorString, integrationError, line = integrationError } = details;
  context.error = {
    message,
    messageString: JSON.stringify(message),
    responseType: type,
    validationErrorString,
  };
  if (integrationError) context.integration = { ...context.integration, error: integrationError };
  if (line) note('ERROR', line);
}
