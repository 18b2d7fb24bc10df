/** The problems of the contract as responses, each referred to by its code. */
import { type ProblemCode, problemMediaType, problems, problemType } from '../contract/problems.ts';
import { everyHeader } from './parameters.ts';
import { type Json, reference } from './reference.ts';

export const problemResponse = (code: ProblemCode): Json => {
  const { status, title } = problems[code];
  if (code === 'too-large') {
    // API Gateway's own answer, which nobody can change.
    return { description: title, content: { 'text/plain': { schema: { type: 'string' } } } };
  }
  const example = {
    type: problemType(code),
    title,
    status,
    detail: 'What to do about it.',
    instance: '/items',
    requestId: 'JKJaXmPLvHcESHA=',
    traceId: '1-67891233-abcdef012345678912345678',
    ...(code === 'invalid-request' && {
      errors: [{ pointer: '#/title', detail: 'title is required.' }],
    }),
  };
  const retryAfter = code === 'dependency-unavailable' && {
    'Retry-After': reference('headers', 'RetryAfter'),
  };
  return {
    description: title,
    headers: { ...everyHeader, ...retryAfter },
    content: { [problemMediaType]: { schema: reference('schemas', 'Problem'), example } },
  };
};

export const notModified: Json = {
  description: 'The caller has this version already',
  headers: { ...everyHeader, ETag: reference('headers', 'ETag') },
};
