/** Each disputed reading does what its other value says. */
import { expect, test } from '@jest/globals';
import type { Readings } from './readings.ts';
import { ask, type RawRequest, token } from './testing/harness.ts';
import type { ApiSetup, RouteSetup } from './testing/stage.ts';

const get = (fn: RouteSetup['fn']): ApiSetup => ({ routes: [{ route: 'GET /a', fn }] });
const scoped = { exp: 4e9, token_use: 'access', scope: 'other' };

/** Setup, request, what is looked at, and its value under each reading. */
const disputes: readonly [
  keyof Readings,
  ApiSetup,
  Partial<RawRequest>,
  (answer: Awaited<ReturnType<typeof ask>>) => unknown,
  ReadonlyMap<unknown, unknown>,
][] = [
  [
    'scopeMissing',
    { routes: [{ route: 'GET /a', auth: 'COGNITO', scopes: ['s'] }] },
    { headers: { Authorization: token(scoped) } },
    ({ response }) => [response.status, response.headers['x-amzn-errortype']],
    new Map([
      [403, [403, 'AccessDeniedException']],
      [401, [401, 'UnauthorizedException']],
    ]),
  ],
  [
    'lambdaThrottled',
    get({ reservedConcurrency: 0 }),
    {},
    ({ response }) => response.status,
    new Map([500, 502, 504].map((status) => [status, status])),
  ],
  [
    'integrationFailure',
    get({ throws: 'x' }),
    {},
    ({ response }) => response.status,
    new Map<unknown, unknown>([
      ['as-seen', 502],
      [504, 504],
    ]),
  ],
  [
    'pathParameters',
    { routes: [{ route: 'GET /{id}' }] },
    { path: '/a%20b' },
    ({ gateway }) => gateway.events[0]!['pathParameters'],
    new Map([
      ['raw', { id: 'a%20b' }],
      ['decoded', { id: 'a b' }],
    ]),
  ],
  [
    'equalHeaderPairs',
    get({ returns: { headers: { 'X-A': '1' }, multiValueHeaders: { 'x-a': ['1', '2'] } } }),
    {},
    ({ response }) => response.headers['x-a'],
    new Map([
      ['folded', '1, 2'],
      ['kept', '1, 2, 1'],
    ]),
  ],
  [
    'authorizerKey',
    get({}),
    {},
    ({ gateway }) => (gateway.events[0]!['requestContext'] as { authorizer?: unknown }).authorizer,
    new Map<unknown, unknown>([
      ['absent', undefined],
      ['nulls', { claims: null, scopes: null }],
    ]),
  ],
  [
    'droppedHeaders',
    get({ returns: { headers: { Upgrade: 'h2c', Via: 'x' } } }),
    {},
    ({ response }) => [response.headers['x-amzn-remapped-upgrade'], response.headers['via']],
    new Map([
      ['dropped', [undefined, undefined]],
      ['remapped', ['h2c', undefined]],
    ]),
  ],
  [
    'missingMethod',
    { routes: [{ route: 'POST /a' }, { route: 'ANY /{proxy+}' }] },
    {},
    ({ response }) => response.status,
    new Map([
      ['falls-through', 200],
      ['stops', 403],
    ]),
  ],
  [
    'unmatchedContentType',
    {
      routes: [{ route: 'GET /a', validator: 'body' }],
      requestModels: { 'application/json': { type: 'array' } },
    },
    { body: '{}', headers: { 'Content-Type': 'text/plain' } },
    ({ response }) => response.status,
    new Map([
      ['passes', 200],
      ['validates', 400],
    ]),
  ],
  [
    'emptyProxyResponse',
    get({ returns: {} }),
    {},
    ({ response }) => response.status,
    new Map([
      [200, 200],
      [502, 502],
    ]),
  ],
];

test.each(disputes)('%s', async (name, setup, request, look, outcomes) => {
  const [byDefault] = outcomes.values();
  expect(look(await ask(setup, { path: '/a', ...request }))).toEqual(byDefault);
  for (const [value, expected] of outcomes) {
    const answer = await ask(setup, { path: '/a', ...request }, { readings: { [name]: value } });
    expect(look(answer)).toEqual(expected);
  }
});
