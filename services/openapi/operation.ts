/** Each function's route as an OpenAPI operation: the route table, and what it does not say. */
import { type ProblemCode, problems } from '../contract/problems.ts';
import { type FunctionName, type Route, routes } from '../contract/routes.ts';
import { everyHeader } from './parameters.ts';
import { type Json, reference } from './reference.ts';
import { contentExample, itemExample, type schemas } from './schemas.ts';

/** Any route can answer these; the gateway makes most of them. */
const commonProblems: readonly ProblemCode[] = [
  'token-refused',
  'forbidden',
  'throttled',
  'internal-error',
  'dependency-unavailable',
  'gateway-timeout',
];

interface Documentation {
  readonly parameters: readonly string[];
  readonly problems: readonly ProblemCode[];
  readonly description: string;
  /** The schema of the success body, where there is one. */
  readonly schema?: keyof typeof schemas;
  readonly headers: readonly string[];
}

/** What the route table does not say. */
const documentation: Readonly<Record<FunctionName, Documentation>> = {
  'put-item': {
    parameters: ['IdempotencyKey'],
    problems: ['invalid-request', 'not-found', 'key-reused', 'too-large', 'unsupported-media-type'],
    description:
      'With an Idempotency-Key a repetition within a day answers with the same item as it is by then, or with 404 where ' +
      'it has been deleted since; it never makes a second one.',
    schema: 'Item',
    headers: ['Location', 'ETag'],
  },
  'list-items': {
    parameters: ['Limit', 'Cursor'],
    problems: ['invalid-request'],
    description:
      'Pages may be shorter than the limit, even empty, before the last one: go on until nextCursor is null.',
    schema: 'ItemPage',
    headers: [],
  },
  'get-item': {
    parameters: ['ItemId', 'IfNoneMatch', 'OptionalIfMatch'],
    problems: ['invalid-request', 'not-found', 'stale-version'],
    description: 'With If-None-Match an item that the caller has already is answered with 304.',
    schema: 'Item',
    headers: ['ETag'],
  },
  'update-item': {
    parameters: ['ItemId', 'IfMatch'],
    problems: [
      'invalid-request',
      'not-found',
      'stale-version',
      'too-large',
      'unsupported-media-type',
      'if-match-required',
    ],
    description: 'Replaces the content where nobody has changed the item since it was read.',
    schema: 'Item',
    headers: ['ETag'],
  },
  'delete-item': {
    parameters: ['ItemId', 'OptionalIfMatch'],
    problems: ['invalid-request', 'not-found', 'stale-version'],
    description: 'With If-Match only where nobody has changed the item since it was read.',
    headers: [],
  },
};

/** Every problem that any operation documents. */
export const documentedProblems: readonly ProblemCode[] = [
  ...new Set([...Object.values(documentation).flatMap((one) => one.problems), ...commonProblems]),
];

const examples: Readonly<Record<string, Json>> = {
  Item: itemExample,
  ItemPage: { items: [itemExample], nextCursor: null },
};

export function operation(name: FunctionName): Json {
  const { summary, scope, hasBody, success }: Route = routes[name];
  const { description, schema, ...documented } = documentation[name];
  const codes = [...documented.problems, ...commonProblems];
  const successResponse = {
    description: 'Success',
    headers: {
      ...everyHeader,
      ...Object.fromEntries(documented.headers.map((own) => [own, reference('headers', own)])),
    },
    ...(schema && {
      content: {
        'application/json': { schema: reference('schemas', schema), example: examples[schema] },
      },
    }),
  };
  return {
    operationId: name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
    summary,
    description,
    security: [{ token: [scope] }],
    parameters: documented.parameters.map((parameter) => reference('parameters', parameter)),
    ...(hasBody && {
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: reference('schemas', 'ItemContent'),
            example: contentExample,
          },
        },
      },
    }),
    responses: {
      [success]: successResponse,
      ...(name === 'get-item' && { 304: reference('responses', 'not-modified') }),
      ...Object.fromEntries(
        codes.map((code) => [problems[code].status, reference('responses', code)]),
      ),
    },
  };
}
