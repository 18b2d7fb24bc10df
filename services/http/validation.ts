/** From a schema's findings to sentences that a caller can act on, each with the place it is about. */
import { type core, safeParse, type ZodMiniType } from 'zod/mini';
import { invalid, Problem, type RequestError } from './problem.ts';

/** A body of ten megabytes can hold a million unknown fields; nobody reads more errors than this. */
const errorsShown = 50;

/**
 * @returns the body as the schema makes it
 * @throws Problem `invalid-request` with everything that is wrong with it
 */
export function validBody<Value>(schema: ZodMiniType<Value>, body: unknown): Value {
  const { success, data, error } = safeParse(schema, body, { error: sentence });
  if (success) return data;
  throw invalid(...error.issues.flatMap(requestErrors));
}

/**
 * Runs every reader, so that the caller learns of everything at once.
 * @throws Problem the first that is not about the request's form, else one with the errors of all
 */
export function together<Values extends readonly unknown[]>(
  ...readers: { readonly [I in keyof Values]: () => Values[I] }
): Values {
  const errors: RequestError[] = [];
  const values = readers.map((read) => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Problem && error.errors)) throw error;
      errors.push(...error.errors);
      return undefined;
    }
  });
  if (errors.length > 0) throw invalid(...errors);
  return values as readonly unknown[] as Values;
}

function sentence(issue: core.$ZodRawIssue): string {
  const field = issue.path?.join('.') || 'The body';
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return `${field} is required.`;
      return `${field} must be a ${issue.expected === 'object' ? 'JSON object' : issue.expected}.`;
    case 'too_small':
      return `${field} must not be empty.`;
    case 'too_big':
      return `${field} must have at most ${issue.maximum} characters; it has ${String(issue.input).length}.`;
    case 'invalid_format':
      return `${field} must be a calendar date written YYYY-MM-DD.`;
    default:
      return `${field} must be well-formed Unicode, without lone surrogates.`;
  }
}

/** One error per finding; unknown fields come as one finding and leave as one each. */
const requestErrors = (issue: core.$ZodIssue): readonly RequestError[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.slice(0, errorsShown).map((key) => ({
        pointer: pointer([key.slice(0, 100)]),
        detail: 'This field is unknown; leave it out.',
      }))
    : [{ pointer: pointer(issue.path), detail: issue.message }];

/** A JSON Pointer as URI fragment (RFC 6901, section 6). */
const pointer = (path: readonly PropertyKey[]): string =>
  `#${path.map((key) => `/${encodeURIComponent(String(key).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')}`;
