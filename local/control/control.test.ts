import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createMetricStore } from '../../cloudwatch/metrics/metric-store.ts';
import { createFaults } from '../faults/faults.ts';
import type { LoopbackServer } from '../http/loopback-server.ts';
import { createClock } from '../telemetry/clock.ts';
import { createLogStore } from '../telemetry/log-store.ts';
import { createControl } from './control.ts';

const noon = Date.parse('2026-01-05T12:00:00Z');
const minute = 60_000;
const metrics = createMetricStore();
const logs = createLogStore();
let control: LoopbackServer;

const options = {
  port: 0,
  clock: createClock(60, () => noon),
  logs,
  logGroups: ['/aws/lambda/get-item', '/aws/lambda/put-item'],
  metrics,
  traces: {
    summaries: ({ start, end }: { start: number; end: number }) => [
      { Id: 't1', range: [start, end] },
    ],
    trace: (id: string) => (id === 't1' ? { Id: 't1', Segments: [] } : undefined),
  },
  faults: createFaults(() => ['GET /items/{id}']),
  routes: ['GET /items/{id}', 'POST /items'],
  grants: () => ({ used: [], unused: [{ action: 'dynamodb:GetItem' }] }),
};

beforeAll(async () => {
  const write = (logGroup: string, at: number, message: string) =>
    logs.write({
      logGroup,
      logStream: 's1',
      timestamp: noon + at,
      ingestionTime: noon + at + 1,
      message,
    });
  write('/aws/lambda/get-item', 0, '{"status":200}');
  write('/aws/lambda/get-item', minute, '{"status":404}');
  const latency = { namespace: 'N', name: 'Latency', dimensions: { Api: 'a' } };
  for (const [index, value] of [10, 20, 30, 40].entries()) {
    metrics.put(latency, { timestamp: noon - 10 * minute + (index >> 1) * minute, value });
  }
  metrics.put({ ...latency, dimensions: {} }, { timestamp: noon - 10 * minute, value: 1 });
  control = await createControl(options);
});
afterAll(() => control.close());

async function call(path: string, body?: unknown, init: RequestInit = {}) {
  const response = await fetch(control.url + path, {
    ...(body !== undefined && {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
    ...init,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, ...(text ? JSON.parse(text) : {}) };
}

const latencyQuery = (Stat: string, changes: Record<string, unknown> = {}) => ({
  Id: 'm1',
  MetricStat: {
    Metric: { Namespace: 'N', MetricName: 'Latency', Dimensions: [{ Name: 'Api', Value: 'a' }] },
    Period: 60,
    Stat,
  },
  ...changes,
});
const range = { StartTime: '2026-01-05T11:45:00Z', EndTime: noon / 1000 };

describe('the control port', () => {
  test('says what is there, and what is not', async () => {
    for (const path of ['/', '/api']) {
      expect((await call(path)).routes).toContain('GET /api/clock');
    }
    expect(await call('/api/clock')).toMatchObject({ now: '2026-01-05T12:00:00.000Z', speed: 60 });
    expect(await call('/api/nonsense')).toMatchObject({
      status: 404,
      message: 'There is no /api/nonsense here',
    });
    expect(await call('/api/clock', {})).toMatchObject({
      status: 405,
      message: expect.stringContaining('but GET'),
    });
    expect(await call('/api/grants')).toMatchObject({ unused: [{ action: 'dynamodb:GetItem' }] });
  });

  test('answers neither foreign hosts nor pages of other sites', async () => {
    const status = await new Promise<number | undefined>((resolve) => {
      request(`${control.url}/api/clock`, { headers: { host: 'evil.example.com' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(403);
    const from = (origin: string) =>
      call('/api/faults', { kind: 'table-errors' }, { headers: { origin } });
    expect((await from('https://evil.example.com')).status).toBe(403);
    expect(await call('/api/faults')).toMatchObject({ faults: [] });
    const { port } = new URL(control.url);
    await expect(fetch(`http://127.0.0.2:${port}/api/clock`)).rejects.toThrow();
    expect((await call('/api/clock')).headers.has('access-control-allow-origin')).toBe(false);
    const own = await from(control.url);
    expect(own.status).toBe(201);
    await call(`/api/faults/${own.id}`, undefined, { method: 'DELETE' });
  });

  test('refuses a taken port in one line', async () => {
    const port = Number(new URL(control.url).port);
    await expect(createControl({ ...options, port })).rejects.toThrow(
      /^Port \d+ \(telemetry and control\) is in use/,
    );
  });
});

describe('/api/logs', () => {
  const group = 'logGroup=/aws/lambda/get-item';

  test('answers as FilterLogEvents', async () => {
    expect((await call(`/api/logs?${group}`)).events).toEqual([
      {
        logStreamName: 's1',
        timestamp: noon,
        ingestionTime: noon + 1,
        message: '{"status":200}',
        eventId: expect.any(String),
      },
      expect.objectContaining({ message: '{"status":404}' }),
    ]);
    const filter = encodeURIComponent('{ $.status = 404 }');
    expect((await call(`/api/logs?${group}&filter=${filter}`)).events).toHaveLength(1);
    expect((await call(`/api/logs?${group}&start=${noon + 1}`)).events).toHaveLength(1);
    expect((await call(`/api/logs?${group}&end=2026-01-05T12:01:00Z`)).events).toHaveLength(1);
    const { nextToken } = await call(`/api/logs?${group}&limit=1`);
    expect((await call(`/api/logs?${group}&limit=1&nextToken=${nextToken}`)).events).toMatchObject([
      { timestamp: noon + minute },
    ]);
    expect((await call('/api/logs?logGroup=/aws/lambda/put-item')).events).toEqual([]);
  });

  test.each([
    ['', 400, 'logGroup is missing; there are: /aws/lambda/get-item, /aws/lambda/put-item'],
    [
      'logGroup=x',
      404,
      'There is no log group x; there are: /aws/lambda/get-item, /aws/lambda/put-item',
    ],
    [`${group}&start=yesterday`, 400, 'start must be ISO 8601 or milliseconds since the epoch'],
    [`${group}&start=-1`, 400, 'start must be ISO 8601 or milliseconds since the epoch'],
    [`${group}&end=1 May`, 400, 'end must be ISO 8601 or milliseconds since the epoch'],
    [`${group}&end=2026-01-05T12:00`, 400, 'end must be ISO 8601 or milliseconds since the epoch'],
    [`${group}&start=2&end=1`, 400, 'start must not be after end'],
    [`${group}&limit=0`, 400, 'limit must be 1 to 10000'],
    [`${group}&limit=10001`, 400, 'limit must be 1 to 10000'],
    [`${group}&limit=1.5`, 400, 'limit must be 1 to 10000'],
    [`${group}&nextToken=x`, 400, 'The specified nextToken is invalid.'],
    [`${group}&constructor=x`, 400, expect.stringMatching(/^There is no parameter constructor, /)],
    [
      `${group}&filterPattern=x`,
      400,
      'There is no parameter filterPattern, only start, end, logGroup, filter, limit, nextToken',
    ],
    [`${group}&filter=a:b`, 400, expect.stringContaining("Filter pattern 'a:b'")],
  ])('refuses %j', async (query, status, message) => {
    expect(await call(`/api/logs?${query}`)).toMatchObject({ status, message });
  });

  test('lists the groups with their size', async () => {
    expect((await call('/api/log-groups')).logGroups).toEqual([
      { logGroupName: '/aws/lambda/get-item', storedBytes: 28 },
      { logGroupName: '/aws/lambda/put-item', storedBytes: 0 },
    ]);
  });
});

describe('/api/metric-data', () => {
  const data = async (queries: unknown[], changes: Record<string, unknown> = {}) =>
    call('/api/metric-data', { MetricDataQueries: queries, ...range, ...changes });

  test('answers as GetMetricData, newest first', async () => {
    const { status, headers, ...answer } = await data([latencyQuery('Sum')]);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(answer).toEqual({
      MetricDataResults: [
        {
          Id: 'm1',
          Label: 'Latency',
          Timestamps: ['2026-01-05T11:51:00.000Z', '2026-01-05T11:50:00.000Z'],
          Values: [70, 30],
          StatusCode: 'Complete',
        },
      ],
      Messages: [],
    });
  });

  test.each<[string, number[]]>([
    ['Average', [15, 35]],
    ['SampleCount', [2, 2]],
    ['Maximum', [20, 40]],
    ['p50', [10, 30]],
    ['PR(:30)', [100, 50]],
    ['TM(0%:50%)', [10, 30]],
  ])('knows the statistic %s', async (stat, values) => {
    const answer = await data([latencyQuery(stat)], { ScanBy: 'TimestampAscending' });
    expect(answer.MetricDataResults[0].Values).toEqual(values);
  });

  test('takes the last three hours of the observability clock where no range is given', async () => {
    const answer = await call('/api/metric-data', { MetricDataQueries: [latencyQuery('Sum')] });
    expect(answer.MetricDataResults[0].Values).toEqual([70, 30]);
  });

  test('computes expressions', async () => {
    const hidden = latencyQuery('Sum', { ReturnData: false });
    const answer = await data([hidden, { Id: 'e1', Expression: 'm1 / 10', Label: 'tenth' }]);
    expect(answer.MetricDataResults).toMatchObject([{ Id: 'e1', Label: 'tenth', Values: [7, 3] }]);
    const filled = await data([hidden, { Id: 'e1', Expression: 'FILL(m1, 0)' }]);
    expect(filled.MetricDataResults[0].Values).toHaveLength(15);
  });

  test('separates units where one is asked for', async () => {
    const { MetricStat } = latencyQuery('Sum');
    const inSeconds = { ...latencyQuery('Sum'), MetricStat: { ...MetricStat, Unit: 'Seconds' } };
    expect((await data([inSeconds])).MetricDataResults[0].Values).toEqual([]);
  });

  test('gives pages', async () => {
    const queries = [latencyQuery('Sum'), latencyQuery('Maximum', { Id: 'm2' })];
    const values = (answer: { MetricDataResults: { Values: number[] }[] }) =>
      answer.MetricDataResults.map(({ Values }) => Values);
    const first = await data(queries, { MaxDatapoints: 3 });
    expect(values(first)).toEqual([[70, 30], [40]]);
    expect(first.MetricDataResults[1].StatusCode).toBe('PartialData');
    const second = await data(queries, { MaxDatapoints: 3, NextToken: first.NextToken });
    expect(values(second)).toEqual([[], [20]]);
    expect(second).not.toHaveProperty('NextToken');
  });

  test.each<[unknown[], Record<string, unknown>, string]>([
    [[], {}, 'MetricDataQueries takes 1 to 500 queries'],
    [[1], {}, 'A MetricDataQuery must be a JSON object'],
    [[latencyQuery('Sum', { Id: 'M1' })], {}, 'Id M1 must start with a small letter'],
    [[latencyQuery('Sum'), latencyQuery('Sum')], {}, 'The Id m1 stands twice'],
    [[{ Id: 'm1' }], {}, 'm1 needs either MetricStat or Expression'],
    [[latencyQuery('Median')], {}, "m1: 'Median' is no statistic"],
    [
      [
        {
          Id: 'm1',
          MetricStat: { Metric: { Namespace: 'N', MetricName: 'M' }, Period: 61, Stat: 'Sum' },
        },
      ],
      {},
      'Period 61 must be',
    ],
    [[latencyQuery('Sum')], { StartTime: 'x' }, 'StartTime must be ISO 8601 or epoch seconds'],
    [[latencyQuery('Sum')], { StartTime: '1 May' }, 'StartTime must be ISO 8601 or epoch seconds'],
    [[latencyQuery('Sum')], { StartTime: true }, 'StartTime must be ISO 8601 or epoch seconds'],
    [[latencyQuery('Sum', { ReturnData: 'false' })], {}, 'ReturnData must be true or false'],
    [[latencyQuery('Sum', { Label: 1 })], {}, 'Label must be text'],
    [[latencyQuery('Sum')], { MaxDatapoints: 1.5 }, 'MaxDatapoints must be 1 to 100800'],
    [[latencyQuery('Sum')], { StartTime: noon / 1000 }, 'StartTime must be before EndTime'],
    [[latencyQuery('Sum')], { ScanBy: 'Up' }, 'ScanBy must be'],
    [[latencyQuery('Sum')], { MaxDatapoints: 0 }, 'MaxDatapoints must be 1 to 100800'],
    [[latencyQuery('Sum')], { NextToken: 'x' }, 'NextToken is not one of an earlier answer'],
    [[{ Id: 'e1', Expression: 'm9 + 1' }], {}, 'e1: '],
    [
      [
        latencyQuery('Sum'),
        {
          Id: 'm2',
          MetricStat: { ...latencyQuery('Sum').MetricStat, Period: 300 },
        },
        { Id: 'e1', Expression: 'm1 + m2' },
      ],
      {},
      'e1: the metrics of an expression must have one Period',
    ],
    [
      [latencyQuery('Sum'), { Id: 'e1', Expression: '1 + 1' }],
      {},
      'e1: the expression must yield a time series',
    ],
  ])('refuses %j %j', async (queries, changes, message) => {
    const answer = await data(queries, changes);
    expect(answer).toMatchObject({ status: 400, message: expect.stringContaining(message) });
    expect(answer.message).not.toContain('\n');
  });

  test('wants JSON', async () => {
    expect(await call('/api/metric-data', '{')).toMatchObject({
      status: 400,
      message: 'The body must be JSON',
    });
    expect(await call('/api/metric-data', '[]')).toMatchObject({
      message: 'The request must be a JSON object',
    });
    expect(await call('/api/metric-data', `"${'x'.repeat(1_000_000)}"`)).toMatchObject({
      message: 'The body is above 1 MB',
    });
  });

  test('lists metrics as ListMetrics', async () => {
    expect((await call('/api/metrics?namespace=N&metricName=Latency')).Metrics).toEqual([
      { Namespace: 'N', MetricName: 'Latency', Dimensions: [{ Name: 'Api', Value: 'a' }] },
      { Namespace: 'N', MetricName: 'Latency', Dimensions: [] },
    ]);
    expect((await call('/api/metrics?namespace=Other')).Metrics).toEqual([]);
    expect((await call('/api/metrics?namespace=N&metricName=Other')).Metrics).toEqual([]);
    expect(await call('/api/metrics?name=Latency')).toMatchObject({
      status: 400,
      message: 'There is no parameter name, only namespace, metricName',
    });
  });
});

describe('/api/traces', () => {
  test('gives summaries of a range and one trace', async () => {
    const { TraceSummaries } = await call(`/api/traces?start=${noon}`);
    expect(TraceSummaries).toEqual([{ Id: 't1', range: [noon, noon + 1] }]);
    const lastThreeHours = [noon + 1 - 3 * 60 * minute, noon + 1];
    expect((await call('/api/traces')).TraceSummaries).toEqual([
      { Id: 't1', range: lastThreeHours },
    ]);
    expect(await call('/api/traces?start=2&end=1')).toMatchObject({ status: 400 });
    expect(await call('/api/traces/t1')).toMatchObject({ status: 200, Id: 't1' });
    expect(await call('/api/traces/t2')).toMatchObject({
      status: 404,
      message: 'There is no trace t2',
    });
  });
});

describe('/api/faults', () => {
  test('takes, shows and ends a fault', async () => {
    const wanted = {
      kind: 'table-latency',
      rate: 0.5,
      route: 'GET /items/{id}',
      durationSeconds: 60,
      delayMs: 200,
    };
    const { status, id } = await call('/api/faults', wanted);
    expect(status).toBe(201);
    expect((await call('/api/faults')).faults).toMatchObject([{ id, ...wanted }]);
    expect((await call(`/api/faults/${id}`, undefined, { method: 'DELETE' })).status).toBe(204);
    expect((await call('/api/faults')).faults).toEqual([]);
    expect(await call(`/api/faults/${id}`, undefined, { method: 'DELETE' })).toMatchObject({
      status: 404,
    });
  });

  test.each<[unknown, string]>([
    [
      {},
      'kind must be one of table-throttling, table-latency, table-errors, function-crash, function-slowness, function-timeout',
    ],
    [{ kind: 'meteor' }, 'kind must be one of table-throttling'],
    [[], 'A fault is a JSON object'],
    [{ kind: 'table-errors', rate: 0 }, 'rate must be above 0 and at most 1'],
    [{ kind: 'table-errors', rate: '1' }, 'rate must be above 0 and at most 1'],
    [{ kind: 'table-errors', durationSeconds: -1 }, 'durationSeconds must be above 0'],
    [{ kind: 'table-errors', delayMs: -1 }, 'delayMs must be between'],
    [
      { kind: 'table-errors', route: 'GET /x' },
      'There is no route GET /x, only GET /items/{id}, POST /items',
    ],
    [{ kind: 'table-errors', ratio: 1 }, 'A fault has no field ratio, only kind, rate'],
    [{ kind: 'table-errors', constructor: 1 }, 'A fault has no field constructor'],
  ])('refuses %j', async (body, message) => {
    expect(await call('/api/faults', body)).toMatchObject({
      status: 400,
      message: expect.stringContaining(message),
    });
    expect((await call('/api/faults')).faults).toEqual([]);
  });
});
