/**
 * Every problem the API can answer (RFC 9457), made by a handler or by the gateway.
 * The code is stable: clients and runbooks match on it; it is the last part of the problem's `type`.
 */
export const problems = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'token-refused': { status: 401, title: 'The access token is missing, malformed or expired' },
  forbidden: { status: 403, title: 'The access token does not allow this' },
  'no-such-route': { status: 403, title: 'There is no such route or method' },
  'not-found': { status: 404, title: 'There is no such item' },
  'key-reused': { status: 409, title: 'The Idempotency-Key was used with another body' },
  'stale-version': { status: 412, title: 'The item has changed since it was read' },
  'too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  'if-match-required': { status: 428, title: 'An If-Match header is required' },
  throttled: { status: 429, title: 'Too many requests' },
  'internal-error': { status: 500, title: 'Something went wrong on our side' },
  'dependency-unavailable': { status: 503, title: 'A service we depend on is unavailable' },
  'gateway-timeout': { status: 504, title: 'The request took too long' },
} as const;

export type ProblemCode = keyof typeof problems;

export const problemType = (code: ProblemCode): string => `urn:manara:problem:${code}`;

export const problemMediaType = 'application/problem+json';

/** How long a client should wait after a 503 or a 429. */
export const retryAfterSeconds = 2;
