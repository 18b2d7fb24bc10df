/** `--speed`: all telemetry is on the observability clock; tokens, time-outs and durations stay on real time. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { type Answer, type RunningSystem, startSystem } from './running-system.ts';

/** An hour in a third of a second: what is stamped with the wrong clock is hours off. */
const speed = 10_000;
const hour = 3_600_000;
const minute = 60_000;

let system: RunningSystem;
let token: string;
let answer: Answer;
let realMs: number;
/** Observability time before and after the request, ms. */
let before: number;
let after: number;

const observedNow = async () => {
  const clock = await system.control<{ now: string; speed: number }>('/api/clock');
  expect(clock.speed).toBe(speed);
  return Date.parse(clock.now);
};

beforeAll(async () => {
  system = await startSystem({ speed });
  token = await system.token('alice');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  before = await observedNow();
  const start = performance.now();
  answer = await system.call('GET', '/items', {
    headers: {
      authorization: `Bearer ${token}`,
      'x-amzn-trace-id': 'Root=1-5f84c7a5-000000000000000000000001;Sampled=1',
    },
  });
  realMs = performance.now() - start;
  // The platform counts the invocation a moment after the answer.
  await new Promise((resolve) => setTimeout(resolve, 200));
  after = await observedNow();
});
afterAll(() => system.close());

test('a token holds for its real lifetime, though days have passed on the observability clock', () => {
  const { iat = 0, exp = 0 } = decodeJwt(token);
  expect(Math.abs(iat * 1000 - Date.now())).toBeLessThan(minute);
  expect(after).toBeGreaterThan(exp * 1000);
  expect(answer.status).toBe(200);
});

test('the clock runs so many times faster than real time', async () => {
  const [first, realFirst] = [await observedNow(), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, 100));
  const [realSecond, second] = [performance.now(), await observedNow()];
  expect(second - first).toBeGreaterThanOrEqual((realSecond - realFirst) * speed);
});

test.each(['/manara/dev/access', '/aws/lambda/manara-dev-list-items'])(
  'lines of %s have its time, whatever they say themselves',
  async (logGroup) => {
    const { events } = await system.control<{
      events: readonly { timestamp: number; ingestionTime: number; message: string }[];
    }>(`/api/logs?${new URLSearchParams({ logGroup })}`);
    expect(events).toHaveLength(1);
    for (const { timestamp, ingestionTime, message } of events) {
      expect([timestamp >= before, ingestionTime >= timestamp, ingestionTime <= after]).toEqual([
        true,
        true,
        true,
      ]);
      const emf = JSON.parse(message)._aws?.Timestamp;
      if (emf) expect(Math.abs(emf - Date.now())).toBeLessThan(minute);
    }
  },
);

test.each([
  ['AWS/ApiGateway', 'Count', { ApiName: 'manara-dev' }],
  ['AWS/Lambda', 'Invocations', { FunctionName: 'manara-dev-list-items' }],
  [
    'AWS/DynamoDB',
    'SuccessfulRequestLatency',
    { TableName: 'manara-dev-items', Operation: 'Query' },
  ],
  ['AWS/Logs', 'IncomingLogEvents', { LogGroupName: '/manara/dev/access' }],
  ['Manara', 'Handled', { service: 'items', stage: 'dev' }],
])('%s %s has its time', async (Namespace, MetricName, dimensions) => {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace, MetricName, Dimensions };
  const { MetricDataResults } = await system.control<{
    MetricDataResults: readonly { readonly Timestamps: readonly string[] }[];
  }>('/api/metric-data', {
    StartTime: new Date(before - 24 * hour).toISOString(),
    EndTime: new Date(after + 24 * hour).toISOString(),
    MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Period: 60, Stat: 'SampleCount' } }],
  });
  const times = MetricDataResults[0]?.Timestamps.map((time) => Date.parse(time)) ?? [];
  expect(times).toHaveLength(1);
  // A datapoint has the time at which its minute begins.
  expect([times[0]! > before - minute, times[0]! <= after]).toEqual([true, true]);
});

test('the trace has its time, whatever its id says', async () => {
  const { TraceSummaries } = await system.control<{
    TraceSummaries: readonly { readonly Id: string; readonly StartTime: number }[];
  }>(`/api/traces?${new URLSearchParams({ start: String(before), end: String(after) })}`);
  expect(TraceSummaries.map(({ Id }) => Id)).toEqual(['1-5f84c7a5-000000000000000000000001']);
});

test('the duration that is logged is the real one', async () => {
  const { events } = await system.control<{ events: readonly { message: string }[] }>(
    `/api/logs?${new URLSearchParams({ logGroup: '/manara/dev/access' })}`,
  );
  expect(Number(JSON.parse(events[0]!.message).responseLatency)).toBeLessThanOrEqual(realMs);
});
