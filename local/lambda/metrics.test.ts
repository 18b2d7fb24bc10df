import { afterEach, describe, expect, test } from '@jest/globals';
import { lambdaMetrics } from './function-metrics.ts';
import { arnOf, functionModel, lambdaWith, stopAll, until } from './testing/lambda-with.ts';

afterEach(stopAll);

const ok = 'exports.handler = async () => 1;';
const aliased = { versions: ['3'], aliases: [{ name: 'live', version: '3' }] };

/** `name {dimensions} → values` of everything emitted, once the invocations are over. */
async function metricsOf(
  changes: Parameters<typeof functionModel>[1],
  { code = ok, arn = arnOf('f'), invocations = 1 } = {},
) {
  const { invoke, metrics } = lambdaWith([functionModel(code, changes)]);
  for (let n = 0; n < invocations; n++) await invoke({}, arn);
  const over = () => metrics.filter(({ metric }) => metric.name === 'Duration').length;
  await until(() => over() >= invocations);
  const values = new Map<string, number[]>();
  for (const { metric, sample } of metrics) {
    expect(metric.namespace).toBe('AWS/Lambda');
    const key = `${metric.name} ${JSON.stringify(metric.dimensions)}`;
    values.set(key, [...(values.get(key) ?? []), sample.value]);
  }
  return { values: Object.fromEntries(values), metrics };
}

const everywhere = (name: string, value: unknown, sets: readonly object[]) =>
  Object.fromEntries(sets.map((dimensions) => [`${name} ${JSON.stringify(dimensions)}`, [value]]));

describe('an invocation', () => {
  const duration = expect.any(Number);

  test('of a function is counted for the account, the function and the resource', async () => {
    const sets = [{}, { FunctionName: 'f' }, { FunctionName: 'f', Resource: 'f' }];
    const { values } = await metricsOf({});
    expect(values).toEqual({
      ...everywhere('Invocations', 1, sets),
      ...everywhere('Errors', 0, sets),
      ...everywhere('Throttles', 0, sets),
      ...everywhere('Duration', duration, sets),
      ...everywhere('ConcurrentExecutions', 1, sets),
      ...everywhere('UnreservedConcurrentExecutions', 1, [{}]),
      ...everywhere('ClaimedAccountConcurrency', 1, [{}]),
    });
  });

  test('through an alias is also counted for the version that ran', async () => {
    const resource = { FunctionName: 'f', Resource: 'f:live' };
    const { values } = await metricsOf(aliased, { arn: `${arnOf('f')}:live` });
    expect(values).toMatchObject({
      ...everywhere('Errors', 0, [
        resource,
        { ExecutedVersion: '3', FunctionName: 'f', Resource: 'f:live' },
      ]),
    });
  });

  test('of a version is counted for the version as resource only', async () => {
    const { values } = await metricsOf(aliased, { arn: `${arnOf('f')}:3` });
    const keys = Object.keys(values).filter((key) => key.startsWith('Errors'));
    expect(keys).toEqual([
      'Errors {}',
      'Errors {"FunctionName":"f"}',
      'Errors {"FunctionName":"f","Resource":"f:3"}',
    ]);
  });

  test.each([
    ['an error', 'exports.handler = async () => { throw new Error("x"); };'],
    ['a crash', 'exports.handler = async () => process.exit(1);'],
    ['a time-out', 'exports.handler = async () => { for (;;); };'],
    ['a failed init', 'throw new Error("x");'],
  ])('that ends in %s counts 1 in Errors', async (_what, code) => {
    const { values } = await metricsOf({ timeoutSeconds: 0.5 }, { code });
    expect(values).toMatchObject(everywhere('Errors', 1, [{}, { FunctionName: 'f' }]));
  });

  test('has a duration without init', async () => {
    const code = `const end = Date.now() + 300; while (Date.now() < end);
      exports.handler = async () => 1;`;
    const { values } = await metricsOf({}, { code });
    expect(values['Duration {}']![0]).toBeLessThan(300);
  });

  test('is stamped with its start', async () => {
    const before = Date.now();
    const code = `exports.handler = () => new Promise((resolve) => setTimeout(resolve, 300));`;
    const { metrics } = await metricsOf({}, { code });
    const { sample } = metrics.find(({ metric }) => metric.name === 'Errors')!;
    expect(sample.timestamp).toBeGreaterThanOrEqual(before);
    expect(sample.timestamp).toBeLessThanOrEqual(Date.now() - 300);
  });
});

test('concurrency counts what runs at once, and reservations as claimed', async () => {
  const code = 'exports.handler = () => new Promise((resolve) => setTimeout(resolve, 200));';
  const shared = functionModel(code, { name: 'shared' });
  const reserved = functionModel(code, { name: 'reserved', reservedConcurrency: 5 });
  const { invoke, metrics } = lambdaWith([shared, reserved]);
  await Promise.all([invoke({}, shared.arn), invoke({}, shared.arn), invoke({}, reserved.arn)]);
  const highest = (name: string, dimensions: object) =>
    Math.max(
      ...metrics
        .filter(({ metric }) => metric.name === name)
        .filter(({ metric }) => JSON.stringify(metric.dimensions) === JSON.stringify(dimensions))
        .map(({ sample }) => sample.value),
    );
  expect(highest('ConcurrentExecutions', {})).toBe(3);
  expect(highest('ConcurrentExecutions', { FunctionName: 'shared' })).toBe(2);
  expect(highest('ConcurrentExecutions', { FunctionName: 'reserved' })).toBe(1);
  expect(highest('UnreservedConcurrentExecutions', {})).toBe(2);
  expect(highest('ClaimedAccountConcurrency', {})).toBe(7);
});

test('a throttled call counts in Throttles and nowhere else', async () => {
  const fn = functionModel(ok, { reservedConcurrency: 0 });
  const { invoke, metrics } = lambdaWith([fn]);
  await invoke();
  expect(metrics.map(({ metric, sample }) => [metric.name, sample.value])).toEqual([
    ['Throttles', 1],
    ['Throttles', 1],
    ['Throttles', 1],
  ]);
});

test('nothing is emitted that the list does not name, and in no other unit', async () => {
  const { metrics } = await metricsOf(aliased, { arn: `${arnOf('f')}:live` });
  const seen = new Set<string>();
  for (const { metric, sample } of metrics) {
    const listed = lambdaMetrics[metric.name as keyof typeof lambdaMetrics];
    const set = Object.keys(metric.dimensions).sort();
    expect(listed.dimensionSets).toContainEqual(set);
    expect(sample.unit).toBe(listed.unit);
    seen.add(`${metric.name} ${set}`);
  }
  const all = Object.entries(lambdaMetrics).flatMap(([name, { dimensionSets }]) =>
    dimensionSets.map((set: readonly string[]) => `${name} ${set}`),
  );
  expect([...seen].sort()).toEqual(all.sort());
});
