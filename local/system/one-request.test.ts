/** One request followed by its `x-request-id`: client, access log, wide event, metrics and trace tell the same story. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, type Observed, observe } from './observe.ts';
import { type RunningSystem, startSystem } from './running-system.ts';

let system: RunningSystem;
let observed: Observed;
beforeAll(async () => {
  system = await startSystem();
  observed = observe(system);
});
afterAll(() => system.close());

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

    const [access] = await observed.logged('/manara/dev/access', `{ $.requestId = "${id}" }`);
    expect(access).toMatchObject({ routeKey: 'POST /items', status: '201' });
    expect(access.apiRequestId).toMatch(/^[0-9a-f-]{36}$/);

    const events = await observed.logged(
      '/aws/lambda/manara-dev-put-item',
      `{ $.requestId = "${id}" }`,
    );
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

    expect(await observed.sum('Manara ItemCreated', { service: 'items', stage: 'dev' })).toBe(1);
    expect(await observed.sum('AWS/ApiGateway Count', stage)).toBe(1);
    expect(await observed.sum('AWS/ApiGateway 5XXError', stage)).toBe(0);
    const invocations = [
      'AWS/Lambda Invocations',
      { FunctionName: 'manara-dev-put-item' },
    ] as const;
    await eventually(async () => expect(await observed.sum(...invocations)).toBe(1));
    await eventually(async () =>
      expect((await observed.nodes(event.traceId)).map(({ origin }) => origin)).toEqual(
        expect.arrayContaining([
          'AWS::ApiGateway::Stage',
          'AWS::Lambda',
          'AWS::Lambda::Function',
          'AWS::DynamoDB::Table',
        ]),
      ),
    );
  });

  test('writes at most 450 bytes when nothing goes wrong', async () => {
    await system.call('GET', '/items', { as: 'alice' });
    const warm = await system.call('GET', '/items', { as: 'alice' });
    const id = warm.headers.get('x-request-id') ?? '';
    const lines = await observed.messages(
      '/aws/lambda/manara-dev-list-items',
      `{ $.requestId = "${id}" }`,
    );
    expect(lines).toHaveLength(1);
    expect(Buffer.byteLength(lines[0] ?? '')).toBeLessThanOrEqual(450);
  });

  test('that fails in a dependency is an AWS/DynamoDB error, a Fault, a 5XXError and a faulty trace', async () => {
    const { id } = await system.control<{ id: string }>('/api/faults', { kind: 'table-errors' });
    const answer = await system.call('GET', '/items/01K0000000000000000000000A', { as: 'alice' });
    await fetch(`${system.runtime.urls.control}/api/faults/${id}`, { method: 'DELETE' });
    expect(answer.status).toBe(503);
    const [event] = await observed.logged(
      '/aws/lambda/manara-dev-get-item',
      `{ $.requestId = "${answer.headers.get('x-request-id')}" && $.outcome = "fault" }`,
    );
    expect(event).toMatchObject({ status: 503, errorCode: 'dependency-unavailable', Fault: 1 });
    expect(await observed.sum('Manara Fault', { service: 'items', stage: 'dev' })).toBe(1);
    expect(await observed.sum('AWS/ApiGateway 5XXError', stage)).toBe(1);
    expect(
      await observed.sum('AWS/DynamoDB SystemErrors', {
        TableName: 'manara-dev-items',
        Operation: 'GetItem',
      }),
    ).toBeGreaterThan(0);
    expect(await observed.sum('AWS/Lambda Errors', { FunctionName: 'manara-dev-get-item' })).toBe(
      0,
    );
  });
});
