/** The shapes of the API as JSON Schema, with the contract's limits. */
import { itemIdPattern, itemLimits } from '../contract/item.ts';
import { problems, problemType } from '../contract/problems.ts';

/** JSON Schema (validation, 6.3.1) counts code points, which are never more: `maxLength` alone admits texts that are refused. */
const lengthRule =
  'Its length counts UTF-16 code units, as in JavaScript and HTML; JSON Schema counts characters, of which some are two units.';

const title = {
  type: 'string',
  minLength: itemLimits.titleMinLength,
  maxLength: itemLimits.titleMaxLength,
  description: lengthRule,
} as const;

const note = {
  type: 'string',
  maxLength: itemLimits.noteMaxLength,
  description: lengthRule,
} as const;

const done = { type: 'boolean' } as const;
const dueOn = { type: 'string', format: 'date', description: 'A calendar date.' } as const;
const instant = { type: 'string', format: 'date-time' } as const;

export const itemExample = {
  id: '01KAN9H9W0Z3J5T7V9X1B3D5F7',
  title: 'Water the plants',
  note: 'The fig needs little.',
  done: false,
  dueOn: '2026-12-24',
  version: 1,
  createdAt: '2026-11-22T10:00:00.000Z',
  updatedAt: '2026-11-22T10:00:00.000Z',
} as const;

export const contentExample = {
  title: itemExample.title,
  note: itemExample.note,
  dueOn: itemExample.dueOn,
} as const;

export const idSchema = {
  type: 'string',
  pattern: itemIdPattern,
  description: 'A ULID: later items have greater ids.',
  examples: [itemExample.id],
} as const;

export const schemas = {
  Item: {
    type: 'object',
    required: ['id', 'title', 'done', 'version', 'createdAt', 'updatedAt'],
    additionalProperties: false,
    properties: {
      id: idSchema,
      title,
      note,
      done,
      dueOn,
      version: { type: 'integer', minimum: 1, description: 'Counts the writes.' },
      createdAt: instant,
      updatedAt: instant,
    },
    examples: [itemExample],
  },
  ItemContent: {
    type: 'object',
    description: 'The whole content of an item: an update takes away what it does not name.',
    required: ['title'],
    additionalProperties: false,
    properties: { title, note, done: { ...done, default: false }, dueOn },
    examples: [contentExample],
  },
  ItemPage: {
    type: 'object',
    required: ['items', 'nextCursor'],
    additionalProperties: false,
    properties: {
      items: { type: 'array', items: { $ref: '#/components/schemas/Item' } },
      nextCursor: {
        type: ['string', 'null'],
        description: 'Where the next page begins; null on the last one.',
      },
    },
    examples: [{ items: [itemExample], nextCursor: null }],
  },
  Problem: {
    type: 'object',
    description: 'A problem as in RFC 9457.',
    required: ['type', 'title', 'status', 'detail', 'requestId'],
    properties: {
      type: {
        type: 'string',
        format: 'uri',
        enum: (Object.keys(problems) as (keyof typeof problems)[]).map(problemType),
      },
      title: { type: 'string' },
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: { type: 'string', description: 'What to do about it.' },
      instance: { type: 'string', description: 'The path of the request.' },
      requestId: { type: 'string', description: 'The same as the header x-request-id.' },
      traceId: { type: 'string' },
      errors: {
        type: 'array',
        description: 'Everything that is wrong with the request, each with its place.',
        items: {
          type: 'object',
          required: ['detail'],
          additionalProperties: false,
          properties: {
            detail: { type: 'string' },
            pointer: {
              type: 'string',
              description: 'Into the body: a JSON Pointer as URI fragment, `#/title`.',
            },
            parameter: { type: 'string', description: 'A path or query parameter.' },
            header: { type: 'string' },
          },
        },
      },
    },
  },
} as const;
