import { describe, expect, test } from '@jest/globals';
import { serviceRecord, wholeMinutes } from './service-record.ts';
import { settledComparison } from './settled-comparison.ts';
import type { LogEvent, MetricQuery, Telemetry } from './telemetry.ts';

const minute = 60_000;
const line = (userAgent: string, routeKey: string, status = 200, responseLatency = 5) =>
  JSON.stringify({
    userAgent,
    routeKey,
    status: String(status),
    responseLatency: String(responseLatency),
  });

/** Metrics by `namespace name dimension-values`; the datapoints of two minutes each. */
function telemetryOf(
  metrics: Readonly<Record<string, readonly number[]>>,
  messages: readonly (string | LogEvent)[],
) {
  const events = messages.map((each) =>
    typeof each === 'string' ? { timestamp: 100_000, message: each } : each,
  );
  const asked: { queries: readonly MetricQuery[]; start: number; end: number }[] = [];
  const telemetry: Telemetry = {
    stage: 'dev',
    settling: { attempts: 3, everyMs: 0 },
    now: async () => 0,
    metricData: async (queries, { start, end }) => {
      asked.push({ queries, start, end });
      return new Map(
        queries.map(({ Id, MetricStat: { Metric } }) => {
          const values = Metric.Dimensions.map(({ Value }) => Value).join(' ');
          return [Id, metrics[`${Metric.Namespace} ${Metric.MetricName} ${values}`] ?? []];
        }),
      );
    },
    logEvents: async () => ({ events, complete: true }),
  };
  return { telemetry, asked };
}

describe('serviceRecord', () => {
  const metrics = {
    'AWS/ApiGateway Count manara-dev dev': [6, 4],
    'AWS/ApiGateway 5XXError manara-dev dev': [1, 2],
    'AWS/Lambda Invocations manara-dev-get-item': [3, 3],
    'AWS/Lambda Invocations manara-dev-list-items': [2],
    'AWS/Lambda Throttles manara-dev-get-item': [1],
  };
  const messages = [
    line('load/1', 'GET /items/{id}', 200, 12),
    line('load/1', 'GET /items/{id}', 200, 8),
    line('load/1 aside', 'POST /items', 201, 900),
    line('Firefox', 'GET /items/{id}', 503),
    line('Firefox', 'GET /items', 200),
    line('Firefox', 'GET /items', 401),
    line('Firefox', 'GET /items', 429),
    line('Route 53', 'GET /health', 200),
    'not JSON',
  ];

  test('is what was counted in whole minutes, less what others sent', async () => {
    const { telemetry, asked } = telemetryOf(metrics, messages);
    const record = await serviceRecord(telemetry, { start: 90_000, end: 130_000 }, 'load/1');
    expect(asked[0]).toMatchObject({ start: minute, end: 3 * minute });
    expect(record).toEqual({
      requests: 10 - 5,
      failed: 3 - 1,
      invocations: {
        'put-item': 0,
        'list-items': 2 - 1,
        'get-item': 6 - 1,
        'update-item': 0,
        'delete-item': 0,
      },
      throttles: {
        'put-item': 0,
        'list-items': 0,
        'get-item': 1,
        'update-item': 0,
        'delete-item': 0,
      },
      latencies: [8, 12],
      logged: 3,
      atEdges: {
        'put-item': 0,
        'list-items': 0,
        'get-item': 0,
        'update-item': 0,
        'delete-item': 0,
      },
    });
  });

  test('a log that does not reach back tells neither number nor latency', async () => {
    const { telemetry } = telemetryOf(metrics, messages);
    const logEvents = async () => ({ events: [], complete: false });
    const range = { start: 90_000, end: 130_000 };
    const record = await serviceRecord({ ...telemetry, logEvents }, range, 'load/1');
    expect(record).toMatchObject({ logged: undefined, latencies: [], requests: 10 });
  });

  test('knows who else was at the edges of its minutes', async () => {
    const at = (timestamp: number, took: number, userAgent = 'Firefox') => ({
      timestamp,
      message: line(userAgent, 'GET /items/{id}', 200, took),
    });
    const { telemetry } = telemetryOf({ 'AWS/ApiGateway Count manara-dev dev': [10] }, [
      at(minute, 1),
      at(minute + 5, 5),
      at(3 * minute, 1),
      at(3 * minute + 5, 5),
      at(minute, 1, 'load/1'),
    ]);
    const record = await serviceRecord(telemetry, { start: 90_000, end: 130_000 }, 'load/1');
    expect(record.atEdges['get-item']).toBe(2);
    // What ended behind the last minute is not in its metrics.
    expect(record.requests).toBe(10 - 2);
  });

  test('a run within a minute has that minute', () => {
    expect(wholeMinutes({ start: minute, end: minute + 1 })).toEqual({
      start: minute,
      end: 2 * minute,
    });
  });
});

describe('settledComparison', () => {
  const load = {
    answers: Object.fromEntries(
      ['put-item', 'list-items', 'get-item', 'update-item', 'delete-item'].map((name) => [
        name,
        { handled: Number(name === 'get-item'), refused: 0, unlogged: 0, failed: 0, lost: 0 },
      ]),
    ) as never,
    interrupted: 0,
    latency: {},
  };
  const late = (attemptsUntilThere: number) => {
    const { telemetry } = telemetryOf(
      {
        'AWS/ApiGateway Count manara-dev dev': [1],
        'AWS/Lambda Invocations manara-dev-get-item': [1],
      },
      [line('load/1', 'GET /items/{id}')],
    );
    let attempts = 0;
    const read = telemetry.metricData;
    const metricData: typeof read = async (...asked) => {
      attempts += 1;
      return attempts < attemptsUntilThere ? new Map() : read(...asked);
    };
    return { telemetry: { ...telemetry, metricData }, attempts: () => attempts };
  };

  test('waits for metrics that come late', async () => {
    const { telemetry, attempts } = late(3);
    const { rows } = await settledComparison(telemetry, load, { start: 0, end: 1 }, 'load/1');
    expect(rows.every(({ agree }) => agree)).toBe(true);
    expect(attempts()).toBe(3);
  });

  test('does not wait for ever', async () => {
    const { telemetry, attempts } = late(99);
    const { rows } = await settledComparison(telemetry, load, { start: 0, end: 1 }, 'load/1');
    expect(rows.some(({ agree }) => !agree)).toBe(true);
    expect(attempts()).toBe(3);
  });
});
