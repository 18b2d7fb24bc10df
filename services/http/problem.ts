/**
 * Problems as exceptions: whoever cannot go on throws one, the endpoint alone turns it into an answer (RFC 9457).
 * Any other error that carries a problem's code is understood too, so a store need not know HTTP.
 */
import { type ProblemCode, problems, problemType } from '../contract/problems.ts';

/** One thing that is wrong with the request, and where: exactly one of the three places is given. */
export interface RequestError {
  /** A sentence for the caller. */
  readonly detail: string;
  /** Into the body: a JSON Pointer as URI fragment, as in RFC 9457, section 3: `#/title`. */
  readonly pointer?: string;
  /** A path or query parameter. */
  readonly parameter?: string;
  readonly header?: string;
}

export class Problem extends Error {
  override name = 'Problem';
  readonly code: ProblemCode;
  readonly errors: readonly RequestError[] | undefined;

  /** `detail` is shown to the caller; it says what this request should have done. */
  constructor(code: ProblemCode, detail: string, errors?: readonly RequestError[]) {
    super(detail);
    this.code = code;
    this.errors = errors;
  }
}

/** The caller sent something that cannot be accepted: status 400 with every error found. */
export const invalid = (...errors: readonly RequestError[]): Problem =>
  new Problem('invalid-request', errors.map(({ detail }) => detail).join(' '), errors);

/** The problem that an error stands for; what nobody foresaw is ours. */
export function problemCode(error: unknown): ProblemCode {
  const code = String(Object(error).code);
  return Object.hasOwn(problems, code) ? (code as ProblemCode) : 'internal-error';
}

/** What a caller may know about a failure of ours: nothing but what to do. */
const faultDetails: Partial<Record<ProblemCode, string>> = {
  'internal-error': 'Nothing is wrong with the request. Quote requestId when you report this.',
  'dependency-unavailable': 'Try again after the number of seconds in Retry-After.',
};

/** The body of `application/problem+json`; ids and path come from the request. */
export function problemBody(
  error: unknown,
  request: {
    readonly instance: string;
    readonly requestId: string;
    readonly traceId: string | undefined;
  },
): Readonly<Record<string, unknown>> {
  const code = problemCode(error);
  const { status, title } = problems[code];
  return {
    type: problemType(code),
    title,
    status,
    detail: faultDetails[code] ?? (error as Error).message,
    ...request,
    ...(error instanceof Problem && { errors: error.errors }),
  };
}
