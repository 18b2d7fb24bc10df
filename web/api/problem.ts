/** Whatever keeps the site from doing what a person asked, in words for that person, with a reference to quote. */
import type { ProblemCode } from '../../services/contract/problems.ts';

/** The API's own codes, and what happens before an answer arrives. */
export type TroubleCode = ProblemCode | 'unreachable' | 'timed-out' | 'session-ended';

const sentences: Readonly<Record<TroubleCode, string>> = {
  'invalid-request': 'The service did not accept what was entered.',
  'token-refused': 'The service refused your sign-in.',
  forbidden: 'Your sign-in does not allow this.',
  'no-such-route': 'This page and the service do not fit together; reload the page.',
  'not-found': 'It is not there any more.',
  'key-reused': 'Something else was saved under the same key; discard it and add it again.',
  'stale-version': 'It was changed somewhere else at the same moment.',
  'too-large': 'It is too large.',
  'unsupported-media-type': 'This page and the service do not fit together; reload the page.',
  'if-match-required': 'This page and the service do not fit together; reload the page.',
  throttled: 'Too much at once: the service asked for a pause.',
  'internal-error': 'Something went wrong on our side.',
  'dependency-unavailable': 'The service is not available right now.',
  'gateway-timeout': 'The service took too long to answer.',
  unreachable: 'The service cannot be reached. Is there a connection?',
  'timed-out': 'There was no answer in time.',
  'session-ended': 'Your session has ended. Sign in again to go on.',
};

/** What the API says is wrong with one field of the body. */
export interface FieldError {
  readonly pointer?: string;
  readonly detail: string;
}

export interface ProblemOptions extends ErrorOptions {
  /** 0 where there was no answer. */
  readonly status?: number;
  /** The answer's `x-request-id`: logs and traces are found by it. */
  readonly reference?: string | undefined;
  readonly errors?: readonly FieldError[];
  /** How long the service asks to be left alone. */
  readonly retryAfterMs?: number | undefined;
}

export class Problem extends Error {
  override name = 'Problem';
  readonly code: TroubleCode;
  readonly status: number;
  readonly reference: string | undefined;
  readonly errors: readonly FieldError[];
  readonly retryAfterMs: number | undefined;

  constructor(code: TroubleCode, options: ProblemOptions = {}) {
    const { status = 0, reference, errors = [], retryAfterMs } = options;
    super([sentences[code], ...errors.map(({ detail }) => detail)].join(' '), options);
    this.code = code;
    this.status = status;
    this.reference = reference;
    this.errors = errors;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Answers that are no problem+json are a firewall's, a proxy's, or API Gateway's own. */
const byStatus: Readonly<Record<number, ProblemCode>> = {
  401: 'token-refused',
  403: 'forbidden',
  404: 'not-found',
  413: 'too-large',
  429: 'throttled',
  503: 'dependency-unavailable',
  504: 'gateway-timeout',
};

/** The code that the problem's type names, else what its status says. */
export function codeOf(status: number, type: unknown): TroubleCode {
  const named = String(type).split(':').at(-1) ?? '';
  if (Object.hasOwn(sentences, named)) return named as ProblemCode;
  return byStatus[status] ?? (status < 500 ? 'invalid-request' : 'internal-error');
}
