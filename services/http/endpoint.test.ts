import { afterEach, describe, expect, test } from '@jest/globals';
import { cors } from '../contract/cors.ts';
import { problems } from '../contract/problems.ts';
import { captureLines } from '../testing/captured-lines.ts';
import { emfSamples } from '../testing/emf-samples.ts';
import {
  apiRequestId,
  extendedRequestId,
  lambdaContext,
  type ProxyRequest,
  proxyEvent,
  traceId,
} from '../testing/proxy-event.ts';
import { endpoint, type Operation } from './endpoint.ts';
import { Problem } from './problem.ts';

const environment = { stage: 'dev', allowedOrigin: 'https://example.com' };
const secret = 'Secret plan';

/** What a client and an operator see of one request to an operation. */
async function answerOf(
  operation: Operation,
  {
    request = {},
    settings = environment,
  }: { request?: ProxyRequest; settings?: typeof environment } = {},
) {
  const handler = endpoint('put-item', settings, operation);
  const event = proxyEvent({ method: 'POST', ...request });
  const { result, lines } = await captureLines(() => handler(event, lambdaContext));
  const body = result.body === '' ? undefined : JSON.parse(result.body);
  return { ...result, body, lines, event: JSON.parse(lines.at(-1)!) };
}

const fine: Operation = async () => ({ status: 200, body: { fine: true }, outcome: 'read' });

const throwing =
  (error: unknown): Operation =>
  async () => {
    throw error;
  };

/** As the SDK throws it: with the input, headers and all. */
const sdkError = (name: string, message: string, code?: string) =>
  Object.assign(new Error(message), {
    name,
    code,
    $metadata: { httpStatusCode: 400, requestId: 'AWS-REQUEST' },
    $response: { headers: { authorization: `Bearer ${secret}` } },
    Item: { title: { S: secret } },
  });

afterEach(() => {
  delete process.env['_X_AMZN_TRACE_ID'];
});

describe('every response', () => {
  const answers = {
    success: fine,
    problem: throwing(new Problem('not-found', 'Gone.')),
    fault: throwing(new Error('Broken')),
  };
  test.each(Object.entries(answers))(
    'names the request and admits the site: %s',
    async (_, operation) => {
      const { headers } = await answerOf(operation);
      expect(headers).toMatchObject({
        'x-request-id': extendedRequestId,
        'Access-Control-Allow-Origin': 'https://example.com',
        'Access-Control-Expose-Headers': cors.exposedHeaders.join(', '),
        Vary: 'Origin',
        'Cache-Control': 'private, no-cache',
      });
    },
  );

  test('does not vary where every origin is admitted', async () => {
    const settings = { ...environment, allowedOrigin: '*' };
    const { headers } = await answerOf(fine, { settings });
    expect(headers).toMatchObject({ 'Access-Control-Allow-Origin': '*' });
    expect(headers).not.toHaveProperty('Vary');
  });

  test('has only members that API Gateway accepts', async () => {
    for (const operation of Object.values(answers)) {
      const handler = endpoint('get-item', environment, operation);
      const { result } = await captureLines(() => handler(proxyEvent(), lambdaContext));
      expect(Object.keys(result).sort()).toEqual(['body', 'headers', 'statusCode']);
      for (const value of Object.values(result.headers!)) expect(typeof value).toBe('string');
    }
  });
});

describe('a request', () => {
  test('shows the operation its owner, scopes, parameters and headers of any spelling', async () => {
    const request: ProxyRequest = {
      id: 'abc',
      owner: 'owner-7',
      scope: 'items/read items/write',
      query: { limit: '5' },
      headers: { 'x-Tags': ['"a"', '"b"'] },
      path: '/items/',
    };
    const seen = await answerOf(
      async ({ owner, scopes, path, parameter, query, header }) => ({
        status: 200,
        outcome: 'read',
        body: [
          owner,
          scopes,
          path,
          parameter('id'),
          query('limit'),
          header('X-TAGS'),
          query('x') ?? null,
        ],
      }),
      { request },
    );
    expect(seen.body).toEqual([
      'owner-7',
      ['items/read', 'items/write'],
      '/dev/items',
      'abc',
      '5',
      '"a", "b"',
      null,
    ]);
  });

  test('without a subject is refused before the operation runs', async () => {
    let ran = false;
    const operation: Operation = async () => {
      ran = true;
      return fine({} as never);
    };
    const { statusCode, body } = await answerOf(operation, { request: { owner: '' } });
    expect([statusCode, body.type, ran]).toEqual([401, 'urn:manara:problem:token-refused', false]);
  });

  test('without an authorizer at all is refused too', async () => {
    const handler = endpoint('get-item', environment, fine);
    const { requestContext, ...event } = proxyEvent();
    const { authorizer: _, ...context } = requestContext;
    const bare = { ...event, requestContext: context } as never;
    const { result } = await captureLines(() => handler(bare, lambdaContext));
    expect(result.statusCode).toBe(401);
  });
});

describe('a problem', () => {
  test('is answered as problem+json with what joins it to log and trace', async () => {
    const errors = [{ parameter: 'id', detail: 'Wrong.' }];
    const { statusCode, headers, body, event } = await answerOf(
      throwing(new Problem('invalid-request', 'Wrong.', errors)),
    );
    expect(statusCode).toBe(400);
    expect(headers).toMatchObject({ 'Content-Type': 'application/problem+json' });
    expect(body).toEqual({
      type: 'urn:manara:problem:invalid-request',
      title: problems['invalid-request'].title,
      status: 400,
      detail: 'Wrong.',
      instance: '/dev/items',
      requestId: extendedRequestId,
      traceId,
      errors,
    });
    expect(event).toMatchObject({
      outcome: 'rejected',
      errorCode: 'invalid-request',
      requestId: extendedRequestId,
      apiRequestId,
      traceId,
    });
  });

  test.each(Object.entries(problems))('%s has its status', async (code, { status, title }) => {
    const { statusCode, body } = await answerOf(throwing(new Problem(code as never, 'Detail.')));
    expect([statusCode, body.status, body.title]).toEqual([status, status, title]);
  });

  test.each([
    ['dependency-unavailable', '2'],
    ['internal-error', undefined],
    ['not-found', undefined],
  ] as const)('%s says when to try again: %s', async (code, seconds) => {
    const { headers } = await answerOf(throwing(new Problem(code, 'Detail.')));
    expect(headers?.['Retry-After']).toBe(seconds);
  });
});

describe('a fault', () => {
  const faults = {
    'a plain error': [new Error(secret), 'internal-error'],
    'a denial by the table': [
      sdkError('AccessDeniedException', 'User is not authorized'),
      'internal-error',
    ],
    'a system error': [sdkError('Error', 'connect ECONNREFUSED', 'ECONNREFUSED'), 'internal-error'],
    'something that is no error': [secret, 'internal-error'],
    nothing: [undefined, 'internal-error'],
    'an error that carries a code of ours': [
      sdkError('StoreUnavailable', 'x', 'dependency-unavailable'),
      'dependency-unavailable',
    ],
    'an error that carries the name of an object member': [
      sdkError('Error', 'x', 'constructor'),
      'internal-error',
    ],
  } as const;

  test.each(Object.entries(faults))(
    'of %s is counted, and tells the caller nothing about us',
    async (_, [error, code]) => {
      const { statusCode, body, event, lines } = await answerOf(throwing(error));
      expect(statusCode).toBe(problems[code].status);
      expect(Object.keys(body).sort()).toEqual([
        'detail',
        'instance',
        'requestId',
        'status',
        'title',
        'traceId',
        'type',
      ]);
      expect(JSON.stringify(body)).not.toMatch(
        /Secret|AccessDenied|authorized|ECONN|AWS|\.ts|stack/,
      );
      expect(event).toMatchObject({ outcome: 'fault', errorCode: code, status: statusCode });
      const faults = emfSamples(lines.at(-1)!).filter(({ name }) => name === 'Fault');
      expect(faults.map(({ dimensions }) => dimensions)).toEqual([
        { service: 'items', stage: 'dev' },
        { service: 'items', stage: 'dev', function: 'put-item', version: '7' },
      ]);
    },
  );

  test('is not what a rejected request is', async () => {
    const { lines } = await answerOf(throwing(new Problem('not-found', 'Gone.')));
    expect(emfSamples(lines.at(-1)!).map(({ name }) => name)).not.toContain('Fault');
  });

  test('writes what was kept back of the request, the error, then the event', async () => {
    process.env['_X_AMZN_TRACE_ID'] = `Root=${traceId};Parent=53995c3f42cd8ad8;Sampled=1`;
    const { lines } = await answerOf(throwing(new Error('Broken')), {
      request: { body: { title: secret }, query: { limit: secret } },
    });
    const [detail, error] = lines.map((line) => JSON.parse(line));
    expect(detail).toMatchObject({
      level: 'DEBUG',
      requestId: extendedRequestId,
      queryNames: ['limit'],
      bodyLength: 23,
    });
    expect(error).toMatchObject({ level: 'ERROR', error: { message: 'Broken' } });
    expect(lines.join('\n')).not.toContain(secret);
  });
});

describe('the log', () => {
  test.each([
    ['a success', fine],
    ['a fault of the SDK', throwing(sdkError('ValidationException', 'One value was invalid'))],
    ['broken JSON', async ({ body }) => JSON.parse(body())],
  ] as [string, Operation][])(
    'of %s never holds a token, a title or a note',
    async (_, operation) => {
      process.env['_X_AMZN_TRACE_ID'] = `Root=${traceId};Parent=53995c3f42cd8ad8;Sampled=1`;
      const { lines } = await answerOf(operation, {
        request: {
          headers: {
            Authorization: `Bearer ${secret}`,
            'Idempotency-Key': secret,
            'If-Match': secret,
          },
          body: `{"title":"${secret}","note":"${secret}"`,
          query: { cursor: secret },
        },
      });
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.join('\n')).not.toContain(secret);
      expect(lines.join('\n')).not.toContain('owner-1');
    },
  );

  test('has the plain request id where API Gateway gives no extended one', async () => {
    const handler = endpoint('get-item', environment, fine);
    const event = proxyEvent();
    delete event.requestContext.extendedRequestId;
    const { result, lines } = await captureLines(() => handler(event, lambdaContext));
    expect(result.headers).toMatchObject({ 'x-request-id': apiRequestId });
    expect(JSON.parse(lines[0]!)).toMatchObject({ requestId: apiRequestId });
  });

  test('has the trace id of Lambda before that of the header, and none where there is none', async () => {
    process.env['_X_AMZN_TRACE_ID'] = 'Root=1-00000000-000000000000000000000000;Sampled=0';
    expect((await answerOf(fine)).event.traceId).toBe('1-00000000-000000000000000000000000');
    delete process.env['_X_AMZN_TRACE_ID'];
    expect((await answerOf(fine)).event.traceId).toBe(traceId);
    const { event } = await answerOf(fine, { request: { headers: { 'X-Amzn-Trace-Id': '' } } });
    expect(event).not.toHaveProperty('traceId');
  });

  test('has how long the request took', async () => {
    const slow: Operation = async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return fine(request);
    };
    expect((await answerOf(slow)).event.durationMs).toBeGreaterThanOrEqual(29);
  });
});
