/** Every kind of fault, as everybody sees it: the client, the access log, the function's log, the metrics, the trace. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { atLeast, type FaultEffect as Row, faultEffects as rows } from './fault-effects.ts';
import { eventually, type Observed, observe } from './observe.ts';
import {
  type Answer,
  type CallOptions,
  type RunningSystem,
  startSystem,
} from './running-system.ts';

const item = '01K0000000000000000000000A';

let system: RunningSystem;
let observed: Observed;
/** It takes its ten seconds beside the others. */
let timeout: Promise<Outcome>;
beforeAll(async () => {
  // Detailed metrics, so that each route has numbers of its own.
  system = await startSystem({
    change: (template) => template.replace('"MetricsEnabled": false', '"MetricsEnabled": true'),
  });
  observed = observe(system);
  timeout = drive(rows.find(({ kind }) => kind === 'function-timeout')!);
});
afterAll(async () => {
  await timeout;
  await system.close();
});

const TableName = 'manara-dev-items';

/** Where a metric of this row's request is found. */
const dimensionsOf = (
  metric: string,
  { route, functionName, operation }: Row,
): Readonly<Record<string, string>> => {
  const [Method = '', Resource = ''] = route.split(' ');
  if (metric.startsWith('AWS/ApiGateway')) {
    return { ApiName: 'manara-dev', Stage: 'dev', Method, Resource };
  }
  if (metric.startsWith('AWS/Lambda')) return { FunctionName: `manara-dev-${functionName}` };
  if (metric.endsWith('ThrottleEvents')) return { TableName };
  if (metric.startsWith('AWS/DynamoDB')) return { TableName, Operation: operation };
  return { service: 'items', stage: 'dev' };
};

/** Dimensions by which this row's request can be told from that of every other row. */
const isOwn = (metric: string) => !/^Manara|ThrottleEvents$/.test(metric);

const counted = [
  ['AWS/ApiGateway Count', 'Sum'],
  ['AWS/ApiGateway 4XXError', 'Sum'],
  ['AWS/ApiGateway 5XXError', 'Sum'],
  ['AWS/Lambda Invocations', 'Sum'],
  ['AWS/Lambda Errors', 'Sum'],
  ['AWS/Lambda Throttles', 'Sum'],
  ['AWS/DynamoDB ThrottledRequests', 'Sum'],
  ['AWS/DynamoDB ReadThrottleEvents', 'Sum'],
  ['AWS/DynamoDB SystemErrors', 'Sum'],
  ['AWS/DynamoDB SuccessfulRequestLatency', 'SampleCount'],
  ['Manara Handled', 'Sum'],
  ['Manara Fault', 'Sum'],
] as const;

/** The request that takes ten seconds beside the others is left out where all are counted together. */
const countedOf = ({ kind }: Row) =>
  kind === 'function-timeout' ? counted.filter(([metric]) => isOwn(metric)) : counted;

/** Of every metric, by how much it has grown, where it has. */
const growth = async (
  metrics: readonly (readonly [metric: string, stat: string])[],
  row: Row,
  before: Readonly<Record<string, number>> = {},
) => {
  const sums = metrics.map(async ([metric, stat]) => {
    const now = await observed.sum(metric, dimensionsOf(metric, row), stat);
    return [metric, now - (before[metric] ?? 0)] as const;
  });
  return Object.fromEntries((await Promise.all(sums)).filter(([, grown]) => grown !== 0));
};

const timesOf = ({ slow = [] }: Row) => slow.map((metric) => [metric, 'Sum'] as const);

interface Outcome {
  readonly answer: Answer;
  readonly traceId: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly times: Readonly<Record<string, number>>;
}

const inject = async (fault: object) => {
  const { id } = await system.control<{ id: string }>('/api/faults', fault);
  return () => fetch(`${system.runtime.urls.control}/api/faults/${id}`, { method: 'DELETE' });
};

const send = ({ route, request }: Row, headers: CallOptions['headers'] = {}) => {
  const [method = '', path = ''] = route.split(' ');
  return system.call(method, path.replace('{id}', item), {
    as: 'alice',
    ...request,
    headers: { ...request?.headers, ...headers },
  });
};

/** One traced request that meets the fault. */
async function drive(row: Row): Promise<Outcome> {
  const { kind, delayMs, route } = row;
  const traceId = `1-5f84c7a5-${rows.indexOf(row).toString(16).padStart(24, '0')}`;
  const counts = await growth(countedOf(row), row);
  const times = await growth(timesOf(row), row);
  const end = await inject({ kind, route, ...(delayMs && { delayMs }) });
  const answer = await send(row, { 'x-amzn-trace-id': `Root=${traceId};Sampled=1` });
  await end();
  return { answer, traceId, counts, times };
}

const idOf = ({ headers }: Answer) => headers.get('x-request-id') ?? 'none';

describe.each(rows)('$kind', (row) => {
  let outcome: Outcome;
  beforeAll(async () => {
    outcome = await (row.kind === 'function-timeout' ? timeout : drive(row));
  });

  test('at the client', () => {
    const { answer } = outcome;
    expect(answer.status).toBe(row.status);
    if (row.status === 200) return;
    const problem = row.status === 503 ? 'dependency-unavailable' : 'internal-error';
    expect(answer.json).toMatchObject({
      type: `urn:manara:problem:${problem}`,
      status: row.status,
      requestId: idOf(answer),
    });
    expect(answer.headers.has('retry-after')).toBe(row.status === 503);
  });

  test('in the access log', async () => {
    const lines = await observed.logged(
      '/manara/dev/access',
      `{ $.requestId = "${idOf(outcome.answer)}" }`,
    );
    const { route: routeKey, status, access } = row;
    expect(lines).toMatchObject([{ routeKey, status: String(status), ...access }]);
  });

  test('in the function’s log', async () => {
    const group = `/aws/lambda/manara-dev-${row.functionName}`;
    const events = await observed.logged(
      group,
      `{ $.requestId = "${idOf(outcome.answer)}" && $.route = "${row.route}" }`,
    );
    expect(events).toMatchObject(row.event ? [{ ...row.event, traceId: outcome.traceId }] : []);
    await eventually(async () => {
      const reports = await observed.logged(group, '{ $.type = "platform.report" }');
      expect(reports).toMatchObject(row.report ? [{ record: row.report }] : []);
    });
  });

  test('in the metrics', async () => {
    await eventually(async () =>
      expect(await growth(countedOf(row), row, outcome.counts)).toEqual({
        'AWS/ApiGateway Count': 1,
        'AWS/Lambda Invocations': 1,
        ...row.counts,
      }),
    );
    const times = await growth(timesOf(row), row, outcome.times);
    expect(times).toEqual(
      Object.fromEntries((row.slow ?? []).map((metric) => [metric, atLeast(row.delayMs!)])),
    );
  });

  test('in the trace', async () => {
    await eventually(async () => {
      const nodes = await observed.nodes(outcome.traceId);
      const marks = nodes.map((node) => [
        node.origin ?? node.name,
        (['error', 'fault', 'throttle'] as const).filter((mark) => node[mark]).join(' '),
      ]);
      expect(Object.fromEntries(marks.filter(([, mark]) => mark))).toEqual(row.marked);
      expect(marks.map(([name]) => name)).toContain('AWS::Lambda::Function');
    });
  });

  test('is over when it is removed', async () => {
    expect((await send(row)).status).toBeLessThan(500);
    // The platform counts a moment after the answer: what comes later would be counted with the next fault.
    await eventually(async () =>
      expect(await growth(countedOf(row), row, outcome.counts)).toMatchObject({
        'AWS/Lambda Invocations': 2,
      }),
    );
  });
});

describe('a fault', () => {
  const get = () => system.call('GET', `/items/${item}`, { as: 'alice' });
  const kind = 'table-errors';
  const route = 'GET /items/{id}';

  test('hits only its route', async () => {
    const end = await inject({ kind, route });
    const list = await system.call('GET', '/items', { as: 'alice' });
    expect([(await get()).status, list.status]).toEqual([503, 200]);
    await end();
  });

  test('with a rate hits some calls', async () => {
    const row = rows[0]!;
    const metrics = [
      ['AWS/DynamoDB SystemErrors', 'Sum'],
      ['AWS/DynamoDB SuccessfulRequestLatency', 'SampleCount'],
    ] as const;
    const before = await growth(metrics, row);
    const end = await inject({ kind, route, rate: 0.5 });
    await Promise.all(Array.from({ length: 30 }, get));
    await end();
    expect(Object.keys(await growth(metrics, row, before))).toHaveLength(2);
  });

  test('with a duration ends by itself', async () => {
    await inject({ kind, route, durationSeconds: 0.3 });
    expect((await get()).status).toBe(503);
    await eventually(async () => expect((await get()).status).toBe(404));
    expect(await system.control('/api/faults')).toEqual({ faults: [] });
  });
});
