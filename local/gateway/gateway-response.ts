/** Every answer that the gateway makes itself: the table of types, and how an API customizes them. */
import type { ApiModel, GatewayResponseModel } from './api-model.ts';
import type { Exchange } from './exchange.ts';
import { templateFor } from './media-type.ts';
import type { Readings } from './readings.ts';
import { compileSubstitution, parameterSource } from './substitution.ts';

export interface Answer {
  readonly status: number;
  /** Spelling and order as they go out; a name may come twice. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | Buffer;
}

/** The execution writes a space after the colon, the front door none (recorded; Content-Length of known bodies). */
const spaced = '{"message": $context.error.messageString}';
const dense = '{"message":$context.error.messageString}';

const internal = 'Internal server error';

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
  MISSING_AUTHENTICATION_TOKEN: [
    403,
    'MissingAuthenticationToken',
    'Missing Authentication Token',
    dense,
  ],
  REQUEST_TOO_LARGE: [413, 'BadRequest', 'Request Too Long', spaced],
  THROTTLED: [429, 'TooManyRequests', 'Too Many Requests', dense],
  UNAUTHORIZED: [401, 'Unauthorized', 'Unauthorized', dense],
  UNSUPPORTED_MEDIA_TYPE: [415, 'BadRequest', 'Unsupported Media Type', spaced],
} as const satisfies Record<string, readonly [number, string, string, string]>;

export type FailureType = keyof typeof types;

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
  readonly type: FailureType;
  readonly details: FailureDetails;
  constructor(type: FailureType, details: FailureDetails = {}) {
    super(details.message ?? types[type][2]);
    this.type = type;
    this.details = details;
  }
}

/** Own entry, else the family's DEFAULT entry, else the built-in one; two are never merged (measured: ministack#1756). */
export function createGatewayResponses(api: ApiModel, readings: Readings) {
  const compile = ({ statusCode, headers, templates }: GatewayResponseModel) => ({
    statusCode,
    headers: headers.map(
      ([name, source]) => [name, parameterSource(source, api.variables)] as const,
    ),
    templates: new Map(
      [...templates].map(([type, text]) => [type, compileSubstitution(text, '', api.variables)]),
    ),
  });
  const entries = new Map([...api.gatewayResponses].map(([type, model]) => [type, compile(model)]));
  const builtIn = (text: string) =>
    compile({ headers: [], templates: new Map([['application/json', text]]) });
  const plain = { [spaced]: builtIn(spaced), [dense]: builtIn(dense) };

  return (failure: Failure, exchange: Exchange): Answer => {
    const [ownStatus, errorType, , template] = types[failure.type];
    const documented =
      failure.type === 'INTEGRATION_FAILURE' && readings.integrationFailure === 504;
    const seen = documented ? ownStatus : (failure.details.status ?? ownStatus);
    describe(failure, exchange);
    const fallback = plain[template]!;
    const entry =
      entries.get(failure.type) ??
      entries.get(seen < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX') ??
      fallback;
    const templates = entry.templates.size > 0 ? entry.templates : fallback.templates;
    const [contentType, render] = templateFor(templates, exchange.request.lowered.accept)!;
    const custom = entry.headers.flatMap(([name, value]) => {
      const text = value(exchange);
      return text === undefined ? [] : [[name, text] as const];
    });
    return {
      status: entry.statusCode ?? seen,
      headers: override(
        [
          ['x-amzn-ErrorType', `${failure.details.errorType ?? errorType}Exception`],
          ['Content-Type', contentType],
        ],
        custom,
      ),
      body: render(exchange),
    };
  };
}

function describe({ type, message, details }: Failure, { context, note }: Exchange): void {
  const { validationErrorString, integrationError } = details;
  context.error = {
    message,
    messageString: JSON.stringify(message),
    responseType: type,
    validationErrorString,
  };
  if (integrationError) context.integration = { ...context.integration, error: integrationError };
  const line = details.line ?? integrationError;
  if (line) note('ERROR', line);
}

/** Headers with those of the same name, whatever its case, replaced. */
export function override(
  headers: readonly (readonly [string, string])[],
  by: readonly (readonly [string, string])[],
): (readonly [string, string])[] {
  const names = new Set(by.map(([name]) => name.toLowerCase()));
  return [...headers.filter(([name]) => !names.has(name.toLowerCase())), ...by];
}
