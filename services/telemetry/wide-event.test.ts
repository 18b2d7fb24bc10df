import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FunctionName } from '../contract/routes.ts';
import { captureLines } from '../testing/captured-lines.ts';
import { emfSamples } from '../testing/emf-samples.ts';
import { type HandledRequest, wideEvents } from './wide-event.ts';

const traceId = '1-67891233-abcdef012345678912345678';

beforeEach(() => {
  process.env['_X_AMZN_TRACE_ID'] = `Root=${traceId};Parent=53995c3f42cd8ad8;Sampled=1`;
});
afterEach(() => {
  delete process.env['_X_AMZN_TRACE_ID'];
  delete process.env['AWS_LAMBDA_INITIALIZATION_TYPE'];
});

/** As long as on AWS: the extended request id, the trace id, a ULID, a sub that is a UUID. */
const handled = (changes: Partial<HandledRequest> = {}): HandledRequest => ({
  requestId: 'Aa1Bb2Cc3Dd4Ee5=',
  apiRequestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
  traceId,
  status: 200,
  outcome: 'read',
  durationMs: 123,
  owner: 'b4e8a448-5081-70a4-fe54-8a9e8f2b1c0d',
  itemId: '01JD8X4ZK3Q2V5N7R9T1W3Y5A7',
  memoryLimitInMB: '256',
  functionVersion: '7',
  ...changes,
});

const created = handled({ status: 201, outcome: 'created' });
const fault = handled({
  status: 500,
  outcome: 'fault',
  errorCode: 'internal-error',
  error: new Error('Broken'),
});

/** The lines of the second request, so that a cold start plays no part. */
async function warmLines(
  request: HandledRequest,
  before: (events: ReturnType<typeof wideEvents>) => void = () => {},
  functionName: FunctionName = 'put-item',
) {
  const events = wideEvents(functionName, 'prod');
  await captureLines(() => events.write(handled()));
  const { lines } = await captureLines(() => {
    before(events);
    events.write(request);
  });
  return lines;
}

const counted = (line: string) =>
  emfSamples(line).map(({ name, dimensions, value }) => [name, dimensions, value]);

const perService = { service: 'items', stage: 'prod' };

describe('the wide event', () => {
  test.each([
    ['get-item', 'read', 200],
    ['get-item', 'not-modified', 304],
    ['list-items', 'listed', 200],
    ['put-item', 'created', 201],
    ['put-item', 'replayed', 201],
    ['update-item', 'updated', 200],
    ['delete-item', 'deleted', 204],
  ] as const)(
    'of %s that ends %s is one line of at most 450 bytes',
    async (name, outcome, status) => {
      const itemId = name === 'list-items' ? undefined : handled().itemId;
      const lines = await warmLines(handled({ outcome, status, itemId }), undefined, name);
      expect(lines).toHaveLength(1);
      expect(Buffer.byteLength(lines[0]!)).toBeLessThanOrEqual(450);
    },
  );

  test('holds every field, and nothing else', async () => {
    const [line] = await warmLines(created);
    const { _aws: _, ...event } = JSON.parse(line!);
    expect(event).toEqual({
      service: 'items',
      stage: 'prod',
      route: 'POST /items',
      status: 201,
      durationMs: 123,
      requestId: 'Aa1Bb2Cc3Dd4Ee5=',
      traceId,
      caller: expect.stringMatching(/^[\w-]{6}$/),
      itemId: '01JD8X4ZK3Q2V5N7R9T1W3Y5A7',
      outcome: 'created',
      Handled: 1,
      ItemCreated: 1,
    });
  });

  test("of a request that did not succeed has the error code and API Gateway's plain request id too", async () => {
    const refused = handled({ status: 404, outcome: 'rejected', errorCode: 'not-found' });
    expect(JSON.parse((await warmLines(refused))[0]!)).toMatchObject({
      apiRequestId: refused.apiRequestId,
      errorCode: 'not-found',
      outcome: 'rejected',
    });
  });

  test('names its caller by the same hash each time, and another caller by another', async () => {
    const caller = async (owner: string) =>
      JSON.parse((await warmLines(handled({ owner })))[0]!).caller;
    expect(await caller('alice')).toBe(await caller('alice'));
    expect(await caller('alice')).not.toBe(await caller('bob'));
    expect(await caller('alice')).not.toContain('alice');
  });
});

describe('the metrics', () => {
  test.each([
    ['read', undefined, ['Handled']],
    ['not-modified', undefined, ['Handled']],
    ['listed', undefined, ['Handled']],
    ['created', undefined, ['Handled', 'ItemCreated']],
    ['replayed', undefined, ['Handled', 'IdempotentReplay']],
    ['updated', undefined, ['Handled', 'ItemUpdated']],
    ['deleted', undefined, ['Handled', 'ItemDeleted']],
    ['rejected', 'not-found', ['Handled']],
    ['rejected', 'stale-version', ['Handled', 'VersionConflict']],
  ] as const)(
    'of a request that ended %s (%s) are %j, per service',
    async (outcome, errorCode, names) => {
      const lines = await warmLines(handled({ outcome, errorCode }));
      expect(lines).toHaveLength(1);
      expect(counted(lines[0]!)).toEqual(names.map((name) => [name, perService, 1]));
      expect(emfSamples(lines[0]!)[0]).toMatchObject({ namespace: 'Manara', unit: 'None' });
    },
  );

  test('count a fault per service and per version of the function; everything else per service only', async () => {
    const event = (await warmLines(fault)).at(-1)!;
    expect(counted(event)).toEqual([
      ['Handled', perService, 1],
      ['Fault', perService, 1],
      ['Fault', { ...perService, function: 'put-item', version: '7' }, 1],
    ]);
  });

  test('do not pile up from one request to the next', async () => {
    const events = wideEvents('put-item', 'prod');
    const { lines } = await captureLines(() => {
      for (const request of [created, fault, created]) events.write(request);
    });
    expect(counted(lines.at(-1)!)).toEqual([
      ['Handled', perService, 1],
      ['ItemCreated', perService, 1],
    ]);
  });
});

describe('a cold start', () => {
  test('is counted once, with how long it took and the memory it had', async () => {
    const events = wideEvents('get-item', 'prod');
    const { lines } = await captureLines(() => {
      events.write(handled());
      events.write(handled());
    });
    expect(lines.map((line) => counted(line).map(([name]) => name))).toEqual([
      ['Handled', 'ColdStart'],
      ['Handled'],
    ]);
    const [first, second] = lines.map((line) => JSON.parse(line));
    expect(first).toMatchObject({ coldStart: true, memoryMb: 256 });
    expect(first.initMs).toBeGreaterThan(0);
    expect(first.initMs).toBeLessThan(performance.now());
    for (const field of ['coldStart', 'initMs', 'memoryMb'])
      expect(second).not.toHaveProperty(field);
  });

  test('is none where the environment was provisioned in advance', async () => {
    process.env['AWS_LAMBDA_INITIALIZATION_TYPE'] = 'provisioned-concurrency';
    const events = wideEvents('get-item', 'prod');
    const { lines } = await captureLines(() => events.write(handled()));
    expect(counted(lines[0]!)).toEqual([['Handled', perService, 1]]);
    expect(JSON.parse(lines[0]!)).not.toHaveProperty('coldStart');
  });
});

describe('detail', () => {
  const debug = (events: ReturnType<typeof wideEvents>) => events.debug('Detail', { step: 1 });

  test('is not written when the request does not fail, nor with a later one that does', async () => {
    expect(await warmLines(handled({ outcome: 'rejected' }), debug)).toHaveLength(1);
    const events = wideEvents('put-item', 'prod');
    const { lines } = await captureLines(() => {
      debug(events);
      events.write(handled());
      events.write(fault);
    });
    expect(lines.map((line) => JSON.parse(line).level)).toEqual([undefined, 'ERROR', undefined]);
  });

  test('is written before the error and the event when the request fails', async () => {
    const [detail, error, event] = (await warmLines(fault, debug)).map((line) => JSON.parse(line));
    expect(Math.abs(Date.parse(detail.timestamp) - Date.now())).toBeLessThan(60_000);
    expect(detail).toMatchObject({ level: 'DEBUG', message: 'Detail', step: 1, stage: 'prod' });
    expect(error).toMatchObject({ level: 'ERROR', requestId: fault.requestId });
    expect(event).toMatchObject({ outcome: 'fault', errorCode: 'internal-error' });
  });

  test('is dropped, not written at once, where there is no trace to keep it by', async () => {
    delete process.env['_X_AMZN_TRACE_ID'];
    expect(await warmLines(handled({ traceId: undefined }), debug)).toHaveLength(1);
    expect(await warmLines(fault, debug)).toHaveLength(2);
  });
});

describe('an error', () => {
  test('is described with its cause and the metadata of the SDK, without what else it carries', async () => {
    const cause = Object.assign(new Error('Slow down'), {
      $metadata: { httpStatusCode: 400, attempts: 3 },
      Item: { title: { S: 'Secret plan' } },
    });
    const error = Object.assign(new Error('Unavailable', { cause }), { input: 'Secret plan' });
    const lines = await warmLines({ ...fault, error });
    expect(JSON.parse(lines[0]!).error).toMatchObject({
      name: 'Error',
      message: 'Unavailable',
      stack: expect.stringContaining('wide-event.test'),
      cause: { message: 'Slow down', metadata: { httpStatusCode: 400, attempts: 3 } },
    });
    expect(lines.join()).not.toContain('Secret plan');
  });
});
