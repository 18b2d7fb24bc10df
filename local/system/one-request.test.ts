/** One request followed by its `x-request-id`: client, access log, wide event, metrics and trace tell the same story. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningSystem, startSystem } from './running-system.ts';

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

interface Events {
  readonly events: readonly { readonly message: string }[];
}

const logged = async (logGroup: string, filter: string) => {
  const query = new URLSearchParams({ logGroup, filter });
  const { events } = await system.control<Events>(`/api/logs?${query}`);
  return events.map(({ message }) => JSON.parse(message));
};

const sum = async (Namespace: string, MetricName: string, dimensions: Record<string, string>) => {
  const now = Date.now();
  const { MetricDataResults } = await system.control<{
    MetricDataResults: readonly { readonly Values: readonly number[] }[];
  }>('/api/metric-data', {
    StartTime: new Date(now - 600_000).toISOString(),
    EndTime: new Date(now + 60_000).toISOString(),
    MetricDataQueries: [
      {
        Id: 'm1',
        MetricStat: {
          Metric: {
            Namespace,
            MetricName,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          },
          Period: 60,
          Stat: 'Sum',
        },
      },
    ],
  });
  return MetricDataResults[0]?.Values.reduce((total, value) => total + value, 0);
};

/** The segments of a trace, once they hold a word: the daemon's datagrams come a moment after the answer. */
async function traced(id: string, word: string): Promise<readonly { readonly origin?: string }[]> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const { Segments } = await system.control<{
      Segments?: readonly { readonly Document: string }[];
    }>(`/api/traces/${id}`);
    const documents = (Segments ?? []).map(({ Document }) => Document);
    if (documents.join().includes(word)) return documents.map((text) => JSON.parse(text));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`The trace ${id} never held ${word}`);
}

const stage = { ApiName: 'manara-dev', Stage: 'dev' };

describe('one request', () => {
  test('is found everywhere by its id', async () => {
    const answer = await system.call('POST', '/items', {
      as: 'alice',
      body: { title: 'secret title' },
    });
    expect(answer.status).toBe(201);
    const id = answer.headers.get('x-request-id') ?? '';
    expect(id).not.toBe('');

    const [access] = await logged('/manara/dev/access', `{ $.requestId = "${id}" }`);
    expect(access).toMatchObject({ routeKey: 'POST /items', status: '201' });
    expect(access.apiRequestId).toMatch(/^[0-9a-f-]{36}$/);

    const events = await logged('/aws/lambda/manara-dev-put-item', `{ $.requestId = "${id}" }`);
    expect(events).toHaveLength(1);
    const [event] = events;
    expect(event).toMatchObject({
      service: 'items',
      stage: 'dev',
      route: 'POST /items',
      status: 201,
      outcome: 'created',
      itemId: answer.json.id,
      coldStart: true,
      Handled: 1,
      ItemCreated: 1,
    });
    expect(JSON.stringify(event)).not.toContain('secret title');

    expect(await sum('Manara', 'ItemCreated', { service: 'items', stage: 'dev' })).toBe(1);
    expect(await sum('AWS/ApiGateway', 'Count', stage)).toBe(1);
    expect(await sum('AWS/ApiGateway', '5XXError', stage)).toBe(0);
    expect(await sum('AWS/Lambda', 'Invocations', { FunctionName: 'manara-dev-put-item' })).toBe(1);

    const segments = await traced(event.traceId, 'DynamoDB');
    expect(segments.map(({ origin }) => origin)).toEqual(
      expect.arrayContaining(['AWS::ApiGateway::Stage', 'AWS::Lambda', 'AWS::Lambda::Function']),
    );
  });

  test('writes at most 450 bytes when nothing goes wrong', async () => {
    await system.call('GET', '/items', { as: 'alice' });
    const warm = await system.call('GET', '/items', { as: 'alice' });
    const id = warm.headers.get('x-request-id') ?? '';
    const query = new URLSearchParams({
      logGroup: '/aws/lambda/manara-dev-list-items',
      filter: `{ $.requestId = "${id}" }`,
    });
    const { events } = await system.control<Events>(`/api/logs?${query}`);
    expect(events).toHaveLength(1);
    expect(Buffer.byteLength(events[0]?.message ?? '')).toBeLessThanOrEqual(450);
  });

  test('that fails in a dependency is an AWS/DynamoDB error, a Fault, a 5XXError and a faulty trace', async () => {
    const { id } = await system.control<{ id: string }>('/api/faults', { kind: 'table-errors' });
    const answer = await system.call('GET', '/items/01K0000000000000000000000A', { as: 'alice' });
    await fetch(`${system.runtime.urls.control}/api/faults/${id}`, { method: 'DELETE' });
    expect(answer.status).toBe(503);
    const [event] = await logged(
      '/aws/lambda/manara-dev-get-item',
      `{ $.requestId = "${answer.headers.get('x-request-id')}" && $.outcome = "fault" }`,
    );
    expect(event).toMatchObject({ status: 503, errorCode: 'dependency-unavailable', Fault: 1 });
    expect(await sum('Manara', 'Fault', { service: 'items', stage: 'dev' })).toBe(1);
    expect(await sum('AWS/ApiGateway', '5XXError', stage)).toBe(1);
    expect(
      await sum('AWS/DynamoDB', 'SystemErrors', {
        TableName: 'manara-dev-items',
        Operation: 'GetItem',
      }),
    ).toBeGreaterThan(0);
    expect(await sum('AWS/Lambda', 'Errors', { FunctionName: 'manara-dev-get-item' })).toBe(0);
  });
});
