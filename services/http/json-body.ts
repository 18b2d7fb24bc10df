import type { ZodMiniType } from 'zod/mini';
import { invalid, Problem } from './problem.ts';
import type { Request } from './request.ts';
import { validBody } from './validation.ts';

/**
 * The request's body, read and validated.
 * @throws Problem `unsupported-media-type` unless it is declared as JSON, `invalid-request` unless it fits the schema
 */
export function jsonBody<Value>(request: Request, schema: ZodMiniType<Value>): Value {
  const mediaType = request.header('Content-Type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    throw new Problem(
      'unsupported-media-type',
      'Send the body with Content-Type: application/json.',
    );
  }
  return validBody(schema, parsed(request));
}

function parsed(request: Request): unknown {
  try {
    return JSON.parse(request.body());
  } catch {
    throw invalid({ pointer: '#', detail: 'The body must be JSON in UTF-8.' });
  }
}
