import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { timeouts } from '../../../contract/timeouts.ts';
import { StoreUnavailable } from '../item-store.ts';
import { creatingStore } from './creating-store.ts';
import { listingStore } from './listing-store.ts';
import { readingStore } from './reading-store.ts';
import { removingStore } from './removing-store.ts';
import { replacingStore } from './replacing-store.ts';
import { dynamodbTable, type TableOptions } from './table.ts';

let server: Server;
let requests: Record<string, never>[] = [];
let reply: RequestListener;

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      requests.push(JSON.parse(body));
      reply(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${typeof address === 'object' && address?.port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const answering =
  (status: number, body: object): RequestListener =>
  (_, response) =>
    response
      .writeHead(status, { 'Content-Type': 'application/x-amz-json-1.0' })
      .end(JSON.stringify(body));

const error = (type: string) => ({
  __type: `com.amazonaws.dynamodb.v20120810#${type}`,
  message: 'm',
});

const table = (options?: TableOptions) => dynamodbTable('items', options);
const get = (options?: TableOptions) => readingStore(table(options)).get('o', 'i', 0);

describe('a table', () => {
  test.each([
    ['an internal error', 3, 500, error('InternalServerError')],
    ['a service unavailable', 3, 503, { message: 'no' }],
    ['a failure that is not known to pass', 1, 507, { message: 'no' }],
  ])(
    'that answers with %s is unavailable, after %d attempts',
    async (_, attempts, status, body) => {
      reply = answering(status, body);
      await expect(get()).rejects.toThrow(StoreUnavailable);
      expect(requests).toHaveLength(attempts);
    },
  );

  test.each([
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'RequestLimitExceeded',
  ])('that throttles with %s is unavailable', async (name) => {
    reply = answering(400, error(name));
    await expect(get({ attempts: 1 })).rejects.toMatchObject({
      code: 'dependency-unavailable',
      cause: { name },
    });
  });

  test.each(['AccessDeniedException', 'ResourceNotFoundException', 'ValidationException'])(
    'that answers %s is not unavailable: that is our own mistake, told at once',
    async (type) => {
      reply = answering(400, error(type));
      await expect(get()).rejects.toMatchObject({ name: type });
      expect(requests).toHaveLength(1);
    },
  );

  test('that does not answer is unavailable after three attempts', async () => {
    reply = () => {};
    await expect(get({ attemptTimeoutMs: 50 })).rejects.toMatchObject({
      code: 'dependency-unavailable',
      cause: { name: 'TimeoutError', $metadata: { attempts: 3 } },
    });
  });

  test('that keeps a call waiting is unavailable, however long its attempts may take', async () => {
    reply = () => {};
    await expect(get({ callTimeoutMs: 50, attemptTimeoutMs: 60_000 })).rejects.toMatchObject({
      code: 'dependency-unavailable',
      cause: { name: 'TimeoutError', message: 'The operation was aborted due to timeout' },
    });
  });

  test('that recovers within a call is not noticed', async () => {
    reply = (request, response) =>
      requests.length < 3
        ? answering(500, error('InternalServerError'))(request, response)
        : answering(200, { Item: { id: { S: 'i' }, title: { S: 'A' } } })(request, response);
    expect(await get()).toEqual({ id: 'i', title: 'A' });
  });

  test('that loses the answer of a delete is not asked whether the item was there', async () => {
    const gone = answering(400, error('ConditionalCheckFailedException'));
    const remove = () => removingStore(table({ attemptTimeoutMs: 50 })).remove('o', 'i', {}, 0);
    reply = (request, response) => requests.length > 1 && gone(request, response);
    expect(await remove()).toBe('removed');
    requests = [];
    reply = gone;
    expect(await remove()).toBe('missing');
  });

  test('keeps the failure of the SDK as the cause, for the log', async () => {
    reply = answering(500, error('InternalServerError'));
    await expect(get()).rejects.toMatchObject({
      cause: { name: 'InternalServerError', $metadata: { attempts: 3 } },
    });
  });

  test('leaves a handler, with the most calls that one makes, time to answer before its time-out', () => {
    expect(3 * timeouts.storeCallMs).toBeLessThanOrEqual(0.8 * timeouts.functionSeconds * 1000);
    expect(timeouts.functionSeconds).toBeLessThan(timeouts.gatewaySeconds);
  });
});

describe('a write whose answer got lost', () => {
  const at = Date.parse('2026-11-22T10:00:00.000Z');
  const updatedAt = new Date(at).toISOString();
  const content = { title: 'A', done: true };
  const refused = (Item: object) =>
    answering(400, { ...error('ConditionalCheckFailedException'), Item });
  const replace = () =>
    replacingStore(table()).replace(
      'o',
      'i',
      content,
      { oneOf: [{ version: 1, updatedAt: 'x' }] },
      at,
    );
  const found = {
    id: { S: 'i' },
    title: { S: 'A' },
    done: { BOOL: true },
    version: { N: '2' },
    updatedAt: { S: updatedAt },
  };

  test('is recognized when its repetition meets what it wrote', async () => {
    reply = (request, response) =>
      requests.length === 1 ? request.socket.destroy() : refused(found)(request, response);
    expect(await replace()).toEqual({ id: 'i', ...content, version: 2, updatedAt });
    expect(requests).toHaveLength(2);
  });

  test.each([
    ['of another time', { ...found, updatedAt: { S: '2026-11-22T10:00:00.001Z' } }],
    ['with other content', { ...found, title: { S: 'B' } }],
    ['with a note', { ...found, note: { S: 'N' } }],
  ])('is not seen in a write %s', async (_, other) => {
    reply = refused(other);
    expect(await replace()).toBe('stale');
  });
});

test('reads are strongly consistent: who has written sees it at once', async () => {
  reply = answering(200, { Items: [] });
  await get();
  await listingStore(table()).list('o', { limit: 5 }, 0);
  expect(requests).toMatchObject([{ ConsistentRead: true }, { ConsistentRead: true }]);
});

describe('each function', () => {
  const item = { id: 'i', title: 'A', done: false, version: 1, createdAt: 'c', updatedAt: 'u' };
  const key = { keyHash: 'h', itemId: 'i', contentHash: 'c', settled: false, expiresAt: 1 };
  const actions: string[] = [];
  const everyCall = {
    'put-item': async () => {
      const store = creatingStore(table());
      await store.claimKey('o', key, 0);
      await store.settleKey('o', key);
      await store.insert('o', item, 0);
      await store.get('o', 'i', 0);
    },
    'get-item': () => get(),
    'list-items': () => listingStore(table()).list('o', { limit: 5 }, 0),
    'update-item': () =>
      replacingStore(table()).replace('o', 'i', { title: 'A', done: false }, {}, 0),
    'delete-item': () => removingStore(table()).remove('o', 'i', {}, 0),
  };
  const own = {
    'put-item': 'PutItem',
    'get-item': 'GetItem',
    'list-items': 'Query',
    'update-item': 'UpdateItem',
    'delete-item': 'DeleteItem',
  };

  test.each(Object.entries(everyCall))('%s uses its one action', async (name, calls) => {
    actions.length = 0;
    reply = (request, response) => {
      actions.push(String(request.headers['x-amz-target']).split('.')[1]!);
      answering(200, { Attributes: { title: { S: 'A' } } })(request, response);
    };
    await calls();
    expect(new Set(actions)).toEqual(new Set([own[name as keyof typeof own]]));
  });
});
