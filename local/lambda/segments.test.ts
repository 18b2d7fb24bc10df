import { afterEach, expect, test } from '@jest/globals';
import { createTraceStore } from '../xray/trace-store.ts';
import { functionModel, lambdaWith, payloadOf, stopAll, until } from './testing/lambda-with.ts';

afterEach(stopAll);

const root = '1-6b02ccc0-9ac3bb666824479db23f0334';
const traceId = 'exports.handler = async () => process.env._X_AMZN_TRACE_ID ?? null;';
const active = { tracing: 'Active' } as const;

/** Answer and segments of one invocation with this header. */
async function traced(header: string | undefined, code = traceId, changes: object = active) {
  const { invoke, segments, metrics } = lambdaWith([functionModel(code, changes)]);
  const result = await invoke({}, undefined, header);
  if (result.statusCode === 200) {
    await until(() => metrics.some(({ metric }) => metric.name === 'Duration'));
  }
  return { result, segments };
}

test('a sampled call yields the segments of the service and of the function, linked to the caller', async () => {
  const { result, segments } = await traced(`Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`);
  const [service, run] = segments;
  expect(segments).toHaveLength(2);
  expect(service).toMatchObject({
    trace_id: root,
    parent_id: '53995c3f42cd8ad8',
    name: 'f',
    origin: 'AWS::Lambda',
    resource_arn: 'arn:aws:lambda:eu-west-1:123456789012:function:f',
    http: { response: { status: 200 } },
    aws: { request_id: result.requestId },
  });
  expect(run).toMatchObject({
    trace_id: root,
    parent_id: service?.id,
    name: 'f',
    origin: 'AWS::Lambda::Function',
    subsegments: [{ name: 'Initialization' }, { name: 'Invocation' }, { name: 'Overhead' }],
  });
  expect(payloadOf(result)).toBe(`Root=${root};Parent=${run?.id};Sampled=1`);
  expect(run?.start_time).toBeGreaterThanOrEqual(service!.start_time);
  expect(run?.end_time).toBeGreaterThanOrEqual(run!.start_time);
  for (const segment of segments) expect(segment).not.toHaveProperty('fault');
});

test('a warm call has no initialization', async () => {
  const { invoke, segments } = lambdaWith([functionModel(traceId, active)]);
  await invoke();
  await invoke();
  await until(() => segments.length === 4);
  expect(segments[3]).toMatchObject({
    subsegments: [{ name: 'Invocation' }, { name: 'Overhead' }],
  });
});

test('a call that the caller does not sample leaves no segment', async () => {
  const { result, segments } = await traced(`Root=${root};Parent=53995c3f42cd8ad8;Sampled=0`);
  expect(payloadOf(result)).toMatch(new RegExp(`^Root=${root};Parent=[0-9a-f]{16};Sampled=0$`));
  expect(segments).toEqual([]);
});

test('a call without a header begins a trace', async () => {
  const { result, segments } = await traced(undefined);
  const [service] = segments;
  expect(service?.trace_id).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  expect(service).not.toHaveProperty('parent_id');
  expect(payloadOf(result)).toContain(`Root=${service?.trace_id};`);
});

test('a function that does not trace passes on what it got', async () => {
  const header = `Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`;
  const { result, segments } = await traced(header, traceId, {});
  expect(payloadOf(result)).toBe(header);
  expect(segments).toEqual([]);
});

test.each([
  ['an error', 'exports.handler = () => { throw new RangeError("bad"); };', 'RangeError', 'bad'],
  [
    'a crash',
    'exports.handler = () => process.exit(1);',
    'Runtime.ExitError',
    expect.stringMatching(/Runtime exited with error: exit status 1$/),
  ],
])('%s is a fault with its cause', async (_what, code, type, message) => {
  const { segments } = await traced(undefined, code);
  expect(segments).toMatchObject([
    { origin: 'AWS::Lambda', fault: true },
    { origin: 'AWS::Lambda::Function', fault: true, cause: { exceptions: [{ type, message }] } },
  ]);
});

test('a throttled call has only the segment of the service', async () => {
  const { segments } = await traced(undefined, traceId, { ...active, reservedConcurrency: 0 });
  expect(segments).toMatchObject([
    { origin: 'AWS::Lambda', error: true, throttle: true, http: { response: { status: 429 } } },
  ]);
});

test('traces of calls at once stay apart', async () => {
  const store = createTraceStore();
  const code = `exports.handler = async (n) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return process.env._X_AMZN_TRACE_ID;
  };`;
  const { invoke, segments } = lambdaWith([functionModel(code, active)]);
  const roots = Array.from({ length: 8 }, (_, n) => `1-6b02ccc0-${String(n).padStart(24, '0')}`);
  const results = await Promise.all(roots.map((id) => invoke({}, undefined, `Root=${id}`)));
  await until(() => segments.length === 16);
  for (const segment of segments) store.segment(segment);
  for (const [n, id] of roots.entries()) {
    const [trace] = store.trace(id).Traces;
    const [service, run] = trace!.Segments.map(({ Document }) => JSON.parse(Document));
    expect([service.trace_id, run.parent_id]).toEqual([id, service.id]);
    expect(payloadOf(results[n]!)).toBe(`Root=${id};Parent=${run.id};Sampled=1`);
  }
});
