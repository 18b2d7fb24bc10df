import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createMetricStore } from '../../cloudwatch/metrics/metric-store.ts';
import type { Properties } from '../template/resource.ts';
import { stageOf } from '../template/stage-of.ts';
import { createTraceStore } from '../xray/trace-store.ts';
import { createClock } from './clock.ts';
import { createLogStore, type LogEvent } from './log-store.ts';
import { createMetricFilters } from './metric-filters.ts';
import { createTelemetry } from './telemetry.ts';

const minute = 60_000;
/** A real instant on a whole minute, near enough to now for EMF to be taken. */
const began = Math.floor(Date.now() / minute) * minute;

const throttled = {
  MetricNamespace: 'Manara',
  MetricName: 'Throttled',
  MetricValue: '1',
  DefaultValue: 0,
  Unit: 'Count',
};

const filterOf = (transformation: Properties, pattern = '{ $.status = 429 }') => ({
  type: 'AWS::Logs::MetricFilter',
  logicalId: 'Filter',
  properties: {
    LogGroupName: 'access',
    FilterPattern: pattern,
    MetricTransformations: [transformation],
  },
});

function telemetryOf({ speed = 1, filters = [] as ReturnType<typeof filterOf>[] } = {}) {
  const clock = createClock(speed, () => began);
  const metricStore = createMetricStore();
  const logStore = createLogStore();
  const traceStore = createTraceStore();
  const telemetry = createTelemetry({
    clock,
    stage: stageOf(filters),
    metricStore,
    logStore,
    traceStore,
  });
  const write = (message: string, afterMs = 0, logGroup = 'access') =>
    telemetry.logs.write({ logGroup, logStream: 's', timestamp: began + afterMs, message });
  const points = (
    namespace: string,
    name: string,
    dimensions: Record<string, string>,
    statistic = 'Sum',
  ) =>
    metricStore
      .datapoints(
        { namespace, name, dimensions },
        { statistic, start: began - minute, end: began + 1e9, period: 60 },
      )
      .map(({ timestamp, value }) => [(timestamp - began) / minute, value]);
  return { telemetry, logStore, metricStore, traceStore, write, points };
}

const emf = (timestamp: number, value: unknown = 3) =>
  JSON.stringify({
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [
        {
          Namespace: 'Manara',
          Dimensions: [['service']],
          Metrics: [{ Name: 'Handled', Unit: 'Count' }],
        },
      ],
    },
    service: 'items',
    Handled: value,
  });

describe('telemetry', () => {
  test('maps log, metric and EMF times to the observability clock', () => {
    const count = { MetricNamespace: 'N', MetricName: 'Found', MetricValue: '1', DefaultValue: 0 };
    const filters = [filterOf(count, '{ $.service = "items" }')];
    const { telemetry, logStore, write, points } = telemetryOf({ speed: 60, filters });
    write(emf(began + 2_000), 3_000);
    write('{}', 4_000);
    const metric = { namespace: 'N', name: 'M', dimensions: {} };
    telemetry.metrics.put(metric, { timestamp: began + 5_000, value: 1 });
    expect(points('Manara', 'Handled', { service: 'items' })).toEqual([[2, 3]]);
    expect(points('AWS/Logs', 'IncomingLogEvents', { LogGroupName: 'access' })).toEqual([
      [3, 1],
      [4, 1],
    ]);
    expect(points('N', 'M', {})).toEqual([[5, 1]]);
    telemetry.close();
    expect(points('N', 'Found', {})).toEqual([
      [3, 1],
      [4, 0],
    ]);
    expect(logStore.filter({ logGroup: 'access' }).events).toMatchObject([
      { timestamp: began + 3 * minute, message: emf(began + 2_000) },
      { timestamp: began + 4 * minute },
    ]);
  });

  test.each([
    ['of now', 0],
    ['that a client made years ago', 5 * 365 * 86_400],
    ['that has no time in it', Number.NaN],
  ])('puts a trace with an id %s where its log lines are', (_, age) => {
    const { telemetry, traceStore } = telemetryOf({ speed: 60 });
    const second = began / 1000;
    const seconds = Number.isNaN(age) ? 'x' : (second - age).toString(16);
    const trace_id = `1-${seconds}-0123456789abcdef01234567`;
    const span = { trace_id, name: 'x', start_time: second + 10.75, end_time: second + 11 };
    telemetry.traces.segment({ ...span, id: '2', start_time: second + 10.75, parent_id: '1' });
    telemetry.traces.segment({
      ...span,
      id: '1',
      start_time: second + 10.5,
      subsegments: [{ ...span, id: '3' }],
    });
    const { TraceSummaries } = traceStore.summaries({ start: 0, end: Number.POSITIVE_INFINITY });
    expect(TraceSummaries).toMatchObject([
      { StartTime: second + 10.75 * 60 - 0.25, Duration: 0.5 },
    ]);
  });

  test('leaves a trace as it is while the clocks agree', () => {
    const { telemetry, traceStore } = telemetryOf();
    const document = { trace_id: 't', id: '1', name: 'x', start_time: began / 1000 + 0.123 };
    telemetry.traces.segment(document);
    const [segment] = traceStore.trace('t').Traces[0]!.Segments;
    expect(JSON.parse(segment!.Document)).toEqual(document);
  });

  test('counts bytes and events per group and for the account', () => {
    const { write, points } = telemetryOf();
    write('ääää', 0, 'a');
    write('bb', 0, 'b');
    expect(points('AWS/Logs', 'IncomingBytes', { LogGroupName: 'a' })).toEqual([[0, 8]]);
    expect(points('AWS/Logs', 'IncomingBytes', {})).toEqual([[0, 10]]);
    expect(points('AWS/Logs', 'IncomingLogEvents', {})).toEqual([[0, 2]]);
  });

  test('counts EMF that is broken and takes nothing of it', () => {
    const { write, points, metricStore } = telemetryOf();
    write(emf(began, 'text'));
    write('{"_aws": {');
    write('plain text');
    expect(points('AWS/Logs', 'EMFValidationErrors', { LogGroupName: 'access' })).toEqual([[0, 1]]);
    expect(points('AWS/Logs', 'EMFParsingErrors', { LogGroupName: 'access' })).toEqual([[0, 1]]);
    expect(metricStore.list({ namespace: 'Manara' })).toEqual([]);
  });
});

describe('metric filters', () => {
  test('count matches and publish the default value for minutes with events but none', () => {
    const { telemetry, write, points } = telemetryOf({
      filters: [filterOf({ ...throttled, DefaultValue: 5 })],
    });
    write('{"status":200}');
    write('{"status":429}');
    write('{"status":429}', 1_000);
    write('{"status":200}', 2_000);
    write('{"status":200}', minute);
    write('{"status":429}', 3 * minute, 'other');
    expect(points('Manara', 'Throttled', {})).toEqual([[0, 2]]);
    telemetry.close();
    expect(points('Manara', 'Throttled', {})).toEqual([
      [0, 2],
      [1, 5],
    ]);
  });

  test('leave a minute open for events that come late', () => {
    const store = createMetricStore();
    const filters = createMetricFilters(stageOf([filterOf(throttled)]), store);
    const event = {
      logGroup: 'access',
      logStream: 's',
      ingestionTime: began,
      message: '{"status":200}',
    };
    filters.apply({ ...event, timestamp: began });
    filters.closeMinutes(began + minute + 9_000);
    expect(store.list()).toEqual([]);
    filters.closeMinutes(began + minute + 10_000);
    expect(store.list()).toHaveLength(1);
  });

  test('publish values and dimensions of the event, or nothing where one is missing', () => {
    const latency = {
      MetricNamespace: 'N',
      MetricName: 'Latency',
      MetricValue: '$.ms',
      Dimensions: [{ Key: 'Route', Value: '$.route' }],
    };
    const { write, points, metricStore } = telemetryOf({
      filters: [filterOf(latency, '{ $.ms = * }')],
    });
    write('{"ms":12.5,"route":"GET /items"}');
    write('{"ms":"7","route":"GET /items"}');
    write('{"ms":"-","route":"GET /items"}');
    write('{"ms":"Infinity","route":"GET /items"}');
    write('{"ms":1}');
    write('{"route":"GET /items"}');
    expect(points('N', 'Latency', { Route: 'GET /items' })).toEqual([[0, 19.5]]);
    expect(metricStore.list({ namespace: 'N' })).toHaveLength(1);
  });

  test('take values of space-delimited lines', () => {
    const bytes = { MetricNamespace: 'N', MetricName: 'Bytes', MetricValue: '$bytes' };
    const { write, points } = telemetryOf({ filters: [filterOf(bytes, '[ip, bytes]')] });
    write('127.0.0.1 1534');
    expect(points('N', 'Bytes', {})).toEqual([[0, 1534]]);
  });

  test.each<[Properties, string, RegExp]>([
    [
      throttled,
      '{ $.status ~ 1 }',
      /^AWS::Logs::MetricFilter Filter: Filter pattern .* cannot read/,
    ],
    [{ ...throttled, MetricName: '' }, '', /MetricName are needed/],
    [{ ...throttled, MetricValue: '$.a[' }, '{ $.a = 1 }', /'\$\.a\[' is no property selector/],
    [{ ...throttled, MetricValue: '$.a' }, 'ERROR', /terms have no fields/],
    [{ ...throttled, DefaultValue: 'none' }, '', /DefaultValue none is neither/],
    [{ ...throttled, MetricValue: 'one' }, '', /MetricValue one is neither/],
    [{ ...throttled, Dimensions: [{ Key: 'a', Value: '$.a' }] }, '', /takes no DefaultValue/],
    [
      {
        ...{ ...throttled, DefaultValue: undefined },
        Dimensions: ['a', 'b', 'c', 'd'].map((Key) => ({ Key, Value: `$.${Key}` })),
      },
      '{ $.a = 1 }',
      /at most three dimensions/,
    ],
  ])('refuse a template that CloudWatch Logs would refuse', (transformation, pattern, message) => {
    expect(() => telemetryOf({ filters: [filterOf(transformation, pattern)] })).toThrow(message);
  });

  test('take exactly one transformation', () => {
    const filter = filterOf(throttled);
    for (const MetricTransformations of [[], [throttled, throttled]]) {
      const filters = [{ ...filter, properties: { ...filter.properties, MetricTransformations } }];
      expect(() => telemetryOf({ filters })).toThrow(/Filter: .* exactly one/);
    }
  });

  test('of one group each see the event, and the next one', () => {
    const count = (MetricName: string, pattern: string) =>
      filterOf({ MetricNamespace: 'N', MetricName, MetricValue: '1' }, pattern);
    const { write, points } = telemetryOf({
      filters: [count('All', '{ $.a = * }'), count('One', '{ $.a = 1 }')],
    });
    write('{"a":1}');
    write('{"a":2}');
    expect(points('N', 'All', {})).toEqual([[0, 2]]);
    expect(points('N', 'One', {})).toEqual([[0, 1]]);
  });
});

describe('the log store', () => {
  const event = (timestamp: number, message = `m${timestamp}`): LogEvent => ({
    logGroup: 'g',
    logStream: 's',
    timestamp,
    ingestionTime: timestamp,
    message,
  });
  const messages = ({ events }: { events: readonly { message: string }[] }) =>
    events.map(({ message }) => message);

  test('finds by group, time and pattern, in order of time', () => {
    const store = createLogStore();
    for (const time of [3, 1, 2]) store.write(event(time));
    store.write({ ...event(1), logGroup: 'other' });
    expect(messages(store.filter({ logGroup: 'g' }))).toEqual(['m1', 'm2', 'm3']);
    expect(messages(store.filter({ logGroup: 'g', start: 2, end: 3 }))).toEqual(['m2']);
    expect(messages(store.filter({ logGroup: 'g', filter: '-m2' }))).toEqual(['m1', 'm3']);
    expect(store.filter({ logGroup: 'none' }).events).toEqual([]);
    expect(store.groups().map(({ logGroup, events }) => [logGroup, events])).toEqual([
      ['g', 3],
      ['other', 1],
    ]);
  });

  test('gives pages that neither repeat nor miss an event of the same time', () => {
    const store = createLogStore();
    for (const text of ['a', 'b', 'c', 'd', 'e']) store.write(event(1, text));
    const first = store.filter({ logGroup: 'g', limit: 2 });
    store.write(event(0, 'earlier'));
    const second = store.filter({ logGroup: 'g', limit: 2, nextToken: first.nextToken! });
    const third = store.filter({ logGroup: 'g', limit: 2, nextToken: second.nextToken! });
    expect([first, second, third].map(messages)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(third).not.toHaveProperty('nextToken');
  });

  test('keeps the newest events within its limit', () => {
    const store = createLogStore({ maxBytesPerGroup: 1000 });
    for (let time = 0; time < 1000; time++)
      store.write(event(time, String(time).padStart(10, '0')));
    const [group] = store.groups();
    expect(group!.storedBytes).toBeLessThanOrEqual(1000);
    expect(group!.storedBytes).toBeGreaterThanOrEqual(700);
    const oldest = store.filter({ logGroup: 'g' }).events[0]!;
    expect(group!.forgottenUntil).toBe(oldest.timestamp - 1);
    expect(store.filter({ logGroup: 'g' }).events.at(-1)).toMatchObject({ timestamp: 999 });
    expect(store.filter({ logGroup: 'g' }).events.length * 10).toBe(group!.storedBytes);
  });

  test('writes NDJSON and starts a new file at the limit', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'logs-'));
    const file = join(directory, 'deep', 'logs.ndjson');
    const store = createLogStore({ file, maxFileBytes: 150 });
    for (const time of [1, 2, 3]) store.write(event(time));
    await store.close();
    const read = (name: string) =>
      readFileSync(name, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    expect(read(`${file}.1`)).toEqual([event(1), event(2)]);
    expect(read(file)).toEqual([event(3)]);
    rmSync(directory, { recursive: true });
  });
});
