import { describe, expect, test } from '@jest/globals';
import { apisFromStage } from './api.ts';
import type { SamplingRule } from './api-model.ts';
import type { GatewayRequest } from './request.ts';
import { createSampler } from './sampling.ts';
import { ask } from './testing/harness.ts';
import { functionArn, stageOf } from './testing/stage.ts';

const root = '1-5759e988-bd862e3fe1be46a994272793';
const get = (headers: Record<string, string> = {}, more = {}, fn = {}) =>
  ask(
    { routes: [{ route: 'GET /a/{id}', fn }], tracing: true, ...more },
    { path: '/a/7?q=1', headers },
  );

interface Segment {
  readonly id: string;
  readonly trace_id: string;
  readonly parent_id?: string;
  readonly subsegments?: readonly Segment[];
}

describe('the stage’s segment', () => {
  test('is the parent of the function’s, by the header that Lambda gets', async () => {
    const { gateway } = await get();
    const [segment] = gateway.segments as unknown as Segment[];
    const [lambda] = segment!.subsegments!;
    expect(gateway.traceHeaders).toEqual([
      `Root=${segment!.trace_id};Parent=${lambda!.id};Sampled=1`,
    ]);
    expect(segment).toMatchObject({
      name: 'test-api/dev',
      origin: 'AWS::ApiGateway::Stage',
      http: {
        request: { method: 'GET', url: 'https://127.0.0.1/a/7', client_ip: '127.0.0.1' },
        response: { status: 200 },
      },
      aws: { api_gateway: { stage: 'dev' } },
    });
    expect(segment).not.toHaveProperty('parent_id', expect.anything());
    expect(segment!.trace_id).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    const { start_time: start, end_time: end } = lambda as unknown as {
      start_time: number;
      end_time: number;
    };
    expect(end).toBeGreaterThanOrEqual(start);
    expect(lambda).toMatchObject({
      name: 'Lambda',
      http: { response: { status: 200 } },
      aws: { function_arn: functionArn('GET /a/{id}') },
    });
  });

  test('joins the client’s trace and keeps its decision', async () => {
    const sent = `Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`;
    const { gateway, response } = await get({ 'X-Amzn-Trace-Id': sent });
    expect(gateway.segments[0]).toMatchObject({ trace_id: root, parent_id: '53995c3f42cd8ad8' });
    expect(response.headers['x-amzn-trace-id']).toBe(sent);
    const unsampled = await get({
      'X-Amzn-Trace-Id': `Root=${root};Parent=53995c3f42cd8ad8;Sampled=0`,
    });
    expect(unsampled.gateway.segments).toEqual([]);
    expect(unsampled.gateway.traceHeaders[0]).toMatch(/;Sampled=0$/);
  });

  test.each([
    [{ throws: 'x' }, { fault: true }, { error: true }],
    [{ returns: { statusCode: 404 } }, { error: true }, { fault: true }],
    [{ returns: { statusCode: 429 } }, { error: true, throttle: true }, { fault: true }],
    [{ returns: {} }, {}, { error: true, fault: true }],
  ])('after %j is flagged %j', async (fn, flags, others) => {
    const [segment] = (await get({}, {}, fn)).gateway.segments;
    expect(segment).toMatchObject(flags);
    for (const name of Object.keys(others)) expect(segment).not.toHaveProperty(name);
  });

  test('shows the status of the call in its subsegment, whatever the client got', async () => {
    const [segment] = (await get({}, {}, { reservedConcurrency: 0 })).gateway.segments;
    expect(segment).toMatchObject({
      fault: true,
      subsegments: [{ error: true, throttle: true, http: { response: { status: 429 } } }],
    });
  });

  test('exists for requests that meet no method, without a subsegment', async () => {
    const setup = {
      routes: [{ route: 'GET /a' }],
      tracing: true,
      accessLogFormat: '$context.requestId $context.xrayTraceId',
    };
    const { gateway } = await ask(setup, { path: '/nope' });
    expect(gateway.segments).toEqual([
      expect.objectContaining({ error: true, subsegments: undefined }),
    ]);
    expect(gateway.logs[0]!.message).toMatch(new RegExp(` ${gateway.segments[0]!.trace_id}$`));
  });

  test('does not exist where the stage does not trace', async () => {
    const { gateway } = await get(
      { 'X-Amzn-Trace-Id': `Root=${root};Sampled=1` },
      { tracing: false },
    );
    expect(gateway.segments).toEqual([]);
    expect(gateway.traceHeaders).toEqual([`Root=${root};Sampled=1`]);
  });

  test('gets a new root where the client’s is none', async () => {
    const { gateway } = await get({ 'X-Amzn-Trace-Id': 'Root=nonsense;Parent=x;Sampled=0' });
    expect(gateway.segments[0]!.trace_id).not.toBe('nonsense');
  });
});

describe('sampling', () => {
  const [api] = apisFromStage(stageOf({ routes: [{ route: 'GET /a' }] }));
  const rule: SamplingRule = {
    Priority: 10,
    ReservoirSize: 0,
    FixedRate: 0,
    Host: '*',
    HTTPMethod: '*',
    URLPath: '*',
    ServiceName: '*',
    ServiceType: '*',
    ResourceARN: '*',
  };
  const sample = (samplingRules: SamplingRule[], at: { now: number; draw: number }) => {
    const sampler = createSampler(
      { ...api!, samplingRules },
      () => at.now,
      () => at.draw,
    );
    return (contextPath = '/a', method = 'GET') =>
      sampler({ host: 'x', method, contextPath } as GatewayRequest);
  };

  test('by default takes one request a second and 5 % of the rest', () => {
    const at = { now: 0, draw: 0.05 };
    const take = sample([], at);
    expect([take(), take(), take()]).toEqual([true, false, false]);
    at.now = 999;
    expect(take()).toBe(false);
    at.now = 1000;
    expect(take()).toBe(true);
    at.draw = 0.049;
    expect(take()).toBe(true);
  });

  test('by the matching rule of the lowest priority number', () => {
    const rules = [
      { ...rule, Priority: 2, FixedRate: 1 },
      { ...rule, Priority: 1, URLPath: '/heal?h', HTTPMethod: 'GET' },
      { ...rule, Priority: 0, ServiceType: 'AWS::Lambda::Function', FixedRate: 1 },
    ];
    const take = sample(rules, { now: 0, draw: 0.5 });
    expect([take('/health'), take('/health', 'POST'), take('/a')]).toEqual([false, true, true]);
  });

  test('reads its rules from the template', async () => {
    const samplingRule = { Priority: 1, ReservoirSize: 0, FixedRate: 0, URLPath: '/a/*' };
    expect((await get({}, { samplingRule })).gateway.segments).toEqual([]);
  });
});
