import { describe, expect, test } from '@jest/globals';
import { ask, startGateway } from './testing/harness.ts';
import type { ApiSetup } from './testing/stage.ts';

const post = async (
  schema: object,
  body: string | undefined,
  more: Partial<ApiSetup> = {},
  type = 'application/json',
) => {
  const { response, gateway } = await ask(
    {
      routes: [{ route: 'POST /a', validator: 'body' }],
      requestModels: { 'application/json': schema },
      accessLogFormat: '$context.requestId $context.error.validationErrorString',
      methodSettings: { '*/*': { LoggingLevel: 'ERROR' } },
      ...more,
    },
    { method: 'POST', path: '/a', body, headers: { 'Content-Type': type } },
  );
  return {
    status: response.status,
    reasons: gateway.logs.at(-1)!.message.split(' ').slice(1).join(' '),
    gateway,
  };
};

describe('a body against its model', () => {
  const object = { type: 'object' };
  test.each([
    ['{}', object, 200, '-'],
    [undefined, object, 200, '-'],
    [
      '[]',
      object,
      400,
      '[instance type (array) does not match any allowed primitive type (allowed: ["object"])]',
    ],
    [
      'null',
      object,
      400,
      '[instance type (null) does not match any allowed primitive type (allowed: ["object"])]',
    ],
    [
      '"{}"',
      object,
      400,
      '[instance type (string) does not match any allowed primitive type (allowed: ["object"])]',
    ],
    ['{', object, 400, '[Malformed JSON]'],
    [
      '{"a":1}',
      { ...object, required: ['a', 'b'] },
      400,
      '[object has missing required properties (["b"])]',
    ],
    [
      '{"a":1}',
      { ...object, additionalProperties: false },
      400,
      '[object instance has properties which are not allowed by the schema: ["a"]]',
    ],
    [
      '{"a":5}',
      { properties: { a: { maximum: 5, exclusiveMaximum: true } } },
      400,
      '[must be < 5 at /a]',
    ],
    ['{"a":"x"}', { properties: { a: { format: 'date-time' } } }, 200, '-'],
  ])('%s', async (body, schema, status, reasons) => {
    expect(await post(schema, body)).toMatchObject({ status, reasons });
  });

  test('writes the reason into the execution log, and not to the client', async () => {
    const { gateway } = await post(object, '[]');
    expect(gateway.logs[0]!.message).toMatch(
      /^\([0-9a-f-]{36}\) Request body does not match model schema for content type application\/json: \[instance type/,
    );
  });

  test('by $default for a content type without a model of its own', async () => {
    const more = { requestModels: { $default: object } };
    expect((await post({}, 'nonsense', more, 'text/plain')).status).toBe(400);
  });

  test('uses another model by reference, from $ref to $ref', async () => {
    const models = {
      Leaf: { type: 'string', minLength: 2 },
      Branch: {
        type: 'array',
        items: { $ref: 'https://apigateway.amazonaws.com/restapis/$apiId/models/Leaf' },
      },
    };
    const schema = {
      properties: { a: { $ref: 'https://apigateway.amazonaws.com/restapis/$apiId/models/Branch' } },
    };
    expect((await post(schema, '{"a":["ok"]}', { models })).status).toBe(200);
    expect((await post(schema, '{"a":["x"]}', { models })).status).toBe(400);
  });
});

test.each([
  [{ nullable: true, type: 'string' }, null, 400],
  [{ exclusiveMinimum: true, minimum: 1 }, 1, 200],
  [{ maxItems: 1 }, [1, 2], 400],
  [{ properties: { nullable: { type: 'string' } } }, { nullable: 1 }, 400],
])(
  'of %j, what API Gateway does not support has no effect: %j is %i',
  async (schema, a, status) => {
    const routes = [{ route: 'POST /a', validator: 'body' as const }];
    const setup = { routes, requestModels: { 'application/json': { properties: { a: schema } } } };
    const { response } = await ask(setup, {
      method: 'POST',
      path: '/a',
      body: JSON.stringify({ a }),
    });
    expect(response.status).toBe(status);
  },
);

test('missing parameters are listed by header, path and query string, whatever their order in the template', async () => {
  const required = ['querystring.b', 'path.p', 'querystring.a', 'header.X-H'];
  const routes = [{ route: 'GET /a', validator: 'params' as const, required }];
  const { response } = await ask({ routes }, { path: '/a' });
  expect(response.text).toBe('{"message": "Missing required request parameters: [X-H, p, a, b]"}');
});

test.each([
  ['is no schema', { type: 'nonsense' }, /^AWS::ApiGateway::Model Model0: /],
  [
    'points nowhere',
    { $ref: 'https://example.com/none' },
    /^AWS::ApiGateway::Model Model0: can't resolve/,
  ],
])('a model that %s is refused at the start, by its name', async (_, schema, message) => {
  const routes = [{ route: 'POST /a', validator: 'body' as const }];
  await expect(
    startGateway({ routes, requestModels: { 'application/json': schema } }),
  ).rejects.toThrow(message);
});
