/**
 * Who answers what: every kind of bad input is answered by the part that should, over HTTP, through the synthesized
 * template. `by` names the page of AWS's documentation that says so, or the design's own rule.
 */

import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { problems } from '../../services/contract/problems.ts';
import { type CallOptions, type RunningSystem, startSystem } from './running-system.ts';

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

interface Row {
  readonly input: string;
  readonly by: string;
  readonly request: readonly [method: string, path: string, options?: CallOptions];
  readonly status: number;
  readonly code: keyof typeof problems;
  /** Pointers or parameters that `errors[]` must name. */
  readonly errors?: readonly string[];
}

const alice = { as: 'alice' } as const;
const item = '/items/01K0000000000000000000000A';
const authorizer = 'API Gateway developer guide: control access using Cognito user pools';
const validation = 'API Gateway developer guide: request validation';
const handler = 'the handler';

const rows: readonly Row[] = [
  {
    input: 'no token',
    by: authorizer,
    request: ['GET', '/items'],
    status: 401,
    code: 'token-refused',
  },
  {
    input: 'a malformed token',
    by: authorizer,
    request: ['GET', '/items', { headers: { authorization: 'Bearer nonsense' } }],
    status: 401,
    code: 'token-refused',
  },
  {
    input: 'a scope that is missing',
    by: authorizer,
    request: ['POST', '/items', { ...alice, scopes: ['items/read'], body: { title: 'x' } }],
    status: 403,
    code: 'forbidden',
  },
  {
    input: 'an unknown route',
    by: 'API Gateway developer guide: gateway response types',
    request: ['GET', '/nothing-here'],
    status: 403,
    code: 'no-such-route',
  },
  {
    input: 'an unknown route, with a token',
    by: 'API Gateway developer guide: gateway response types',
    request: ['GET', '/nothing-here', alice],
    status: 403,
    code: 'no-such-route',
  },
  {
    input: 'an unknown method',
    by: 'API Gateway developer guide: gateway response types',
    request: ['PATCH', '/items', alice],
    status: 403,
    code: 'no-such-route',
  },
  {
    input: 'a body that is not JSON',
    by: validation,
    request: ['POST', '/items', { ...alice, body: '{"title":' }],
    status: 400,
    code: 'invalid-request',
  },
  {
    input: 'a body that is no object',
    by: validation,
    request: ['POST', '/items', { ...alice, body: '[1]' }],
    status: 400,
    code: 'invalid-request',
  },
  {
    input: 'a wrong content type',
    by: handler,
    request: [
      'POST',
      '/items',
      { ...alice, body: 'x=1', headers: { 'content-type': 'text/plain' } },
    ],
    status: 415,
    code: 'unsupported-media-type',
  },
  {
    input: 'a title of the wrong type',
    by: handler,
    request: ['POST', '/items', { ...alice, body: { title: 7 } }],
    status: 400,
    code: 'invalid-request',
    errors: ['/title'],
  },
  {
    input: 'several mistakes at once',
    by: handler,
    request: [
      'POST',
      '/items',
      { ...alice, body: { title: 'x'.repeat(201), dueOn: 'soon', extra: 1 } },
    ],
    status: 400,
    code: 'invalid-request',
    errors: ['/title', '/dueOn', '/extra'],
  },
  {
    input: 'a bad limit',
    by: handler,
    request: ['GET', '/items?limit=0', alice],
    status: 400,
    code: 'invalid-request',
    errors: ['limit'],
  },
  {
    input: 'a bad cursor',
    by: handler,
    request: ['GET', '/items?cursor=nonsense', alice],
    status: 400,
    code: 'invalid-request',
    errors: ['cursor'],
  },
  {
    input: 'a bad id',
    by: handler,
    request: ['GET', '/items/nonsense', alice],
    status: 400,
    code: 'invalid-request',
    errors: ['id'],
  },
  {
    input: 'an item that is not there',
    by: handler,
    request: ['GET', item, alice],
    status: 404,
    code: 'not-found',
  },
  {
    input: 'an update without If-Match',
    by: handler,
    request: ['PUT', item, { ...alice, body: { title: 'x' } }],
    status: 428,
    code: 'if-match-required',
  },
  {
    input: 'a delete of an item that is not there',
    by: handler,
    request: ['DELETE', item, alice],
    status: 404,
    code: 'not-found',
  },
];

describe('who answers what', () => {
  test.each(rows)('$input: $status $code ($by)', async ({ request, status, code, errors }) => {
    const answer = await system.call(...request);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.json).toMatchObject({
      type: `urn:manara:problem:${code}`,
      title: problems[code].title,
      status,
      requestId: answer.headers.get('x-request-id'),
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    const named = JSON.stringify(answer.json.errors ?? []);
    for (const place of errors ?? []) expect(named).toContain(place);
  });

  test('a token signed by somebody else: 401 from the authorizer', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const [, claims] = (await system.token('alice')).split('.') as [string, string];
    const forged = await new SignJWT(JSON.parse(Buffer.from(claims, 'base64url').toString()))
      .setProtectedHeader({ alg: 'RS256' })
      .sign(privateKey);
    const answer = await system.call('GET', '/items', {
      headers: { authorization: `Bearer ${forged}` },
    });
    expect(answer.status).toBe(401);
  });

  test('a body above 10 MB: 413 in plain text, from the front door', async () => {
    const answer = await system.call('POST', '/items', {
      ...alice,
      body: `{"title":"${'x'.repeat(10_485_760)}"}`,
    });
    expect(answer.status).toBe(413);
    expect(answer.headers.get('content-type')).toMatch(/^text[;/]/);
  });

  test.each([
    ['function-crash', 502, 'internal-error'],
    ['table-throttling', 503, 'dependency-unavailable'],
    ['table-errors', 503, 'dependency-unavailable'],
  ] as const)('under the fault %s: %i %s', async (kind, status, code) => {
    const { id } = await system.control<{ id: string }>('/api/faults', {
      kind,
      route: 'GET /items/{id}',
    });
    const answer = await system.call('GET', item, alice);
    await fetch(`http://127.0.0.1:${system.ports.control}/api/faults/${id}`, { method: 'DELETE' });
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ type: `urn:manara:problem:${code}`, status });
    expect(answer.headers.get('x-request-id')).toBe(answer.json.requestId);
    if (status === 503) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await system.call('GET', item, alice)).status).toBe(404);
  });

  test('above the throttle of the stage: 429 from the gateway', async () => {
    const slow = await startSystem({
      change: (template) =>
        template
          .replace(/"ThrottlingBurstLimit": \d+/, '"ThrottlingBurstLimit": 2')
          .replace(/"ThrottlingRateLimit": \d+/, '"ThrottlingRateLimit": 1'),
    });
    try {
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => slow.call('GET', '/items', alice)),
      );
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused).toHaveLength(3);
      expect(refused[0]?.json).toMatchObject({ type: 'urn:manara:problem:throttled', status: 429 });
      expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    } finally {
      await slow.close();
    }
  });
});
