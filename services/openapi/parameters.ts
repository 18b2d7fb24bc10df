/** What requests and responses carry besides bodies. */
import { idempotencyKeyMaxLength, pageLimits } from '../contract/item.ts';
import { type Json, reference } from './reference.ts';
import { idSchema } from './schemas.ts';

const header = (name: string, required: boolean, description: string): Json => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string' },
});

const etagList = 'Entity tags in quotes, separated by commas (at most 20), or `*`.';

export const parameters = {
  ItemId: { name: 'id', in: 'path', required: true, schema: idSchema },
  Limit: {
    name: 'limit',
    in: 'query',
    schema: {
      type: 'integer',
      minimum: 1,
      maximum: pageLimits.max,
      default: pageLimits.default,
    },
  },
  Cursor: {
    name: 'cursor',
    in: 'query',
    description: 'The nextCursor of the page before, unchanged.',
    schema: { type: 'string' },
  },
  IfMatch: header('If-Match', true, etagList),
  OptionalIfMatch: header('If-Match', false, etagList),
  IfNoneMatch: header('If-None-Match', false, etagList),
  IdempotencyKey: {
    ...header('Idempotency-Key', false, 'Any text; a repetition of the request has the same one.'),
    schema: { type: 'string', minLength: 1, maxLength: idempotencyKeyMaxLength },
  },
} satisfies Record<string, Json>;

export const headers = {
  ETag: { description: 'Changes with every write. Opaque.', schema: { type: 'string' } },
  Location: { description: 'The path of the new item.', schema: { type: 'string' } },
  RequestId: { description: 'Quote it in any question.', schema: { type: 'string' } },
  RetryAfter: { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 } },
} satisfies Record<string, Json>;

/** Every response that reaches the stage has these. */
export const everyHeader = { 'x-request-id': reference('headers', 'RequestId') };
