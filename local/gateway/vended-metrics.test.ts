import { expect, test } from '@jest/globals';
import { ask, type Harness, startGateway } from './testing/harness.ts';

const dimensionsOf = ({ metrics }: Harness, name: string) =>
  metrics.filter(({ metric }) => metric.name === name).map(({ metric }) => metric.dimensions);
const values = ({ metrics }: Harness) =>
  Object.fromEntries(
    metrics.map(({ metric, sample }) => [metric.name, [sample.value, sample.unit]]),
  );

const call = async (path: string, fn: object, methodSettings = {}) =>
  (await ask({ routes: [{ route: 'GET /items/{id}', fn }], methodSettings }, { path })).gateway;

test.each([
  ['/items/7', { returns: {} }, 0, 0],
  ['/items/7', { returns: { statusCode: 404 } }, 1, 0],
  ['/items/7', { throws: 'x' }, 0, 1],
  ['/nope', {}, 1, 0],
])(
  '%s of a function that %j counts %i client and %i server errors',
  async (path, fn, client, server) => {
    const gateway = await call(path, fn);
    expect(values(gateway)).toMatchObject({
      Count: [1, 'Count'],
      '4XXError': [client, 'Count'],
      '5XXError': [server, 'Count'],
      Latency: [expect.any(Number), 'Milliseconds'],
    });
    expect(dimensionsOf(gateway, 'IntegrationLatency')).toHaveLength(path === '/nope' ? 0 : 2);
  },
);

test('resource and method are dimensions only where the method’s settings say so', async () => {
  const detailed = { '*/*': { MetricsEnabled: true } };
  const plain = [{ ApiName: 'test-api' }, { ApiName: 'test-api', Stage: 'dev' }];
  expect(dimensionsOf(await call('/items/7', {}), 'Count')).toEqual(plain);
  expect(dimensionsOf(await call('/items/7', {}, detailed), 'Count')).toEqual([
    ...plain,
    { ApiName: 'test-api', Stage: 'dev', Resource: '/items/{id}', Method: 'GET' },
  ]);
  expect(dimensionsOf(await call('/nope', {}, detailed), 'Count')).toEqual(plain);
});

test('a metric is the same object for each request, by which the store knows it', async () => {
  const methodSettings = { '*/*': { MetricsEnabled: true } };
  const gateway = await startGateway({ routes: [{ route: 'ANY /items/{id}' }], methodSettings });
  for (const path of ['/items/7', '/nope', '/items/8', '/nope']) await gateway.send({ path });
  await gateway.send({ method: 'PUT', path: '/items/7' });
  await gateway.close();
  const counts = gateway.metrics.filter(({ metric }) => metric.name === 'Count');
  expect(counts.map(({ metric }) => Object.keys(metric.dimensions).length)).toEqual([
    1, 2, 4, 1, 2, 1, 2, 4, 1, 2, 1, 2, 4,
  ]);
  expect(new Set(counts.map(({ metric }) => metric)).size).toBe(8);
});

test('a clock that goes back makes no negative latency', async () => {
  let now = 1000;
  const setup = { routes: [{ route: 'GET /a' }] };
  const { gateway } = await ask(setup, { path: '/a' }, { now: () => (now -= 10) });
  for (const { sample } of gateway.metrics) expect(sample.value).toBeGreaterThanOrEqual(0);
});
