import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { localTelemetry } from './local-telemetry.ts';

const stopping: (() => void)[] = [];
afterEach(() => {
  for (const stop of stopping.splice(0)) stop();
});

/** A control port with an answer for each path. */
async function control(answers: Readonly<Record<string, (query: URLSearchParams) => object>>) {
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const body = await text(request);
    if (body) bodies.push(JSON.parse(body));
    const answer = answers[pathname]?.(searchParams);
    response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer ?? {}));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(0)));
  stopping.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { telemetry: localTelemetry(`http://127.0.0.1:${port}`, 'dev'), bodies };
}

const range = { start: 60_000, end: 120_000 };

describe('localTelemetry', () => {
  test('its clock is the runtime’s, which may run faster', async () => {
    const { telemetry } = await control({
      '/api/clock': () => ({ now: '2030-01-01T00:00:00.000Z', speed: 60 }),
    });
    expect(await telemetry.now()).toBe(Date.UTC(2030, 0, 1));
  });

  test('asks for metrics as GetMetricData does', async () => {
    const { telemetry, bodies } = await control({
      '/api/metric-data': () => ({ MetricDataResults: [{ Id: 'a', Values: [1, 2] }] }),
    });
    expect([...(await telemetry.metricData([], range))]).toEqual([['a', [1, 2]]]);
    expect(bodies).toEqual([
      {
        MetricDataQueries: [],
        StartTime: '1970-01-01T00:01:00.000Z',
        EndTime: '1970-01-01T00:02:00.000Z',
      },
    ]);
  });

  test.each([
    [undefined, true],
    [59_999, true],
    [60_000, false],
  ])(
    'reads all pages of a log forgotten until %s; complete: %s',
    async (forgottenUntil, complete) => {
      const { telemetry } = await control({
        '/api/logs': (query) => {
          expect(query.get('start')).toBe('60000');
          return query.get('nextToken')
            ? { events: [{ timestamp: 2, message: 'two' }] }
            : { events: [{ timestamp: 1, message: 'one' }], nextToken: 'more' };
        },
        '/api/log-groups': () => ({
          logGroups: [{ logGroupName: '/manara/dev/access', forgottenUntil }],
        }),
      });
      expect(await telemetry.logEvents('/manara/dev/access', range)).toEqual({
        events: [
          { timestamp: 1, message: 'one' },
          { timestamp: 2, message: 'two' },
        ],
        complete,
      });
    },
  );

  test('says which part of the runtime does not answer', async () => {
    const { telemetry } = await control({});
    await expect(telemetry.now()).rejects.toThrow(/\/api\/clock answered 404$/);
  });
});
