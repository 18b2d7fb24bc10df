/** The metric store of a running system: it holds what the lists promise, nothing else, and when AWS would have it. */
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { awsCatalogue } from '../../cloudwatch/catalogue/aws-catalogue.ts';
import { metricNamespace, metrics as ownMetrics } from '../../services/contract/metrics.ts';
import type { Properties } from '../template/resource.ts';
import { type EmittedMetric, emittedMetrics } from './emitted-metrics.ts';
import { type RunningSystem, startSystem } from './running-system.ts';

/** A minute of the observability clock in a tenth of a second. */
const speed = 600;
const minute = 60_000;

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem({ speed, change: withDetailedMetrics });
});
afterAll(() => system.close());

/** Every dimension set is published, and `/health` is soon throttled. */
function withDetailedMetrics(template: string): string {
  const { Resources, ...rest } = JSON.parse(template) as { Resources: Record<string, Properties> };
  const stage = Object.values(Resources).find(({ Type }) => Type === 'AWS::ApiGateway::Stage');
  const [all] = stage!['Properties'].MethodSettings;
  const health = { HttpMethod: 'GET', ResourcePath: '/~1health' };
  const limits = { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 1 };
  stage!['Properties'].MethodSettings = [
    { ...all, MetricsEnabled: true },
    { ...all, MetricsEnabled: true, ...health, ...limits },
  ];
  return JSON.stringify({ Resources, ...rest });
}

/** Why a row of the lists cannot come from this template. The tests of the part that lists it show that it can from another. */
const unreachable = ({ metric }: EmittedMetric, set: readonly string[]) =>
  set.includes('GlobalSecondaryIndexName') || // the table has no index
  /(Provisioned|MaxOnDemand)Throughput/.test(metric) || // it is on demand, without a maximum
  metric.startsWith('EMF'); // the handlers write no broken EMF

const keyOf = (namespace: string, metric: string, dimensions: readonly string[]) =>
  `${namespace} ${metric} {${[...dimensions].sort().join(' ')}}`;

/** What the lists, the service's own metrics and the template's metric filters promise, with the unit of each. */
function promised(): ReadonlyMap<string, string> {
  const own = Object.entries(ownMetrics).map(
    ([metric, row]): EmittedMetric => ({ namespace: metricNamespace, metric, ...row }),
  );
  const filters = system.runtime.model
    .ofType('AWS::Logs::MetricFilter')
    .flatMap(({ properties }) => properties['MetricTransformations'])
    .map(({ MetricNamespace: namespace, MetricName: metric, Unit: unit, Dimensions = [] }) => ({
      namespace,
      metric,
      unit,
      dimensionSets: [Dimensions.map(({ Key }: Properties) => Key)],
    }));
  const keys = [...emittedMetrics, ...own, ...filters].flatMap((row: EmittedMetric) =>
    row.dimensionSets
      .filter((set) => !unreachable(row, set))
      .map((set) => [keyOf(row.namespace, row.metric, set), row.unit] as const),
  );
  return new Map(keys);
}

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

const nameOf = ({ Namespace, MetricName, Dimensions }: Metric) =>
  keyOf(
    Namespace,
    MetricName,
    Dimensions.map(({ Name }) => Name),
  );

const stored = async () =>
  (await system.control<{ Metrics: readonly Metric[] }>('/api/metrics')).Metrics;

/** Datapoints per minute of each metric since `start`: time and value. */
async function datapoints(metrics: readonly Metric[], Stat: string, start = 0) {
  const asked = metrics.map((Metric, n) => ({
    Id: `m${n}`,
    MetricStat: { Metric, Period: 60, Stat, Unit: promised().get(nameOf(Metric)) },
  }));
  const { MetricDataResults } = await system.control<{
    MetricDataResults: readonly { Timestamps: readonly string[]; Values: readonly number[] }[];
  }>('/api/metric-data', {
    StartTime: new Date(start).toISOString(),
    EndTime: new Date(now() + minute).toISOString(),
    MetricDataQueries: asked,
  });
  return MetricDataResults.map(({ Timestamps, Values }) =>
    Timestamps.map((time, n) => ({ time: Date.parse(time), value: Values[n] ?? 0 })),
  );
}

/** The observability clock, as the control port tells it. */
let startedAt: { readonly real: number; readonly observed: number };
beforeAll(async () => {
  const { now } = await system.control<{ now: string }>('/api/clock');
  startedAt = { real: Date.now(), observed: Date.parse(now) };
});
const now = () => startedAt.observed + (Date.now() - startedAt.real) * speed;

const alice = { as: 'alice' };
const body = { title: 'x' };

async function healthyTraffic() {
  const headers = { 'idempotency-key': 'once' };
  const made = await system.call('POST', '/items', { ...alice, body, headers });
  const path = `/items/${made.json.id}`;
  const ifMatch = { 'if-match': made.headers.get('etag') ?? '' };
  const answers = [
    made,
    await system.call('GET', '/items', alice),
    await system.call('GET', path, alice),
    await system.call('PUT', path, { ...alice, body, headers: ifMatch }),
    await system.call('DELETE', path, alice),
    await system.call('GET', '/items'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 204, 401]);
}

async function withFault(kind: string, method: string, path: string, status: number) {
  const { id } = await system.control<{ id: string }>('/api/faults', { kind });
  const answer = await system.call(method, path, { ...alice, ...(method === 'POST' && { body }) });
  await fetch(`${system.runtime.urls.control}/api/faults/${id}`, { method: 'DELETE' });
  expect(answer.status).toBe(status);
}

async function everythingThatGoesWrong() {
  const headers = { 'idempotency-key': 'twice' };
  const made = await system.call('POST', '/items', { ...alice, body, headers });
  await system.call('POST', '/items', { ...alice, body, headers });
  const stale = { ...alice, body, headers: { 'if-match': '"stale"' } };
  expect((await system.call('PUT', `/items/${made.json.id}`, stale)).status).toBe(412);
  await withFault('table-errors', 'GET', '/items', 503);
  await withFault('table-throttling', 'GET', '/items', 503);
  await withFault('table-throttling', 'POST', '/items', 503);
  await withFault('function-crash', 'GET', '/items', 502);
  await Promise.all([1, 2, 3].map(() => system.call('GET', '/health')));
  await expiredItemAndWrongCall();
}

async function expiredItemAndWrongCall() {
  const client = new DynamoDBClient({
    endpoint: system.runtime.urls.dynamodb,
    region: system.runtime.model.region,
    credentials: system.runtime.credentials('manara-dev-put-item'),
    maxAttempts: 1,
  });
  const put = (Item: object) =>
    client.send(new PutItemCommand({ TableName: 'manara-dev-items', Item: { ...Item } }));
  const aMinuteAgo = Math.floor(Date.now() / 1000) - 60;
  await put({ owner: { S: 'o' }, sk: { S: 's' }, expiresAt: { N: String(aMinuteAgo) } });
  await expect(put({})).rejects.toThrow('Missing the key');
  client.destroy();
  expect(await system.runtime.sweep()).toBe(1);
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 800));

/** What AWS publishes while nothing happens, by the catalogue; our own metrics are events. */
const idleOf = ({ Namespace, MetricName }: Metric) =>
  awsCatalogue().entries.find((e) => e.namespace === Namespace && e.metric === MetricName)?.idle ??
  'silent';

const onlyWhenItHappens = [
  'AWS/DynamoDB ConditionalCheckFailedRequests',
  'AWS/DynamoDB ReadKeyRangeThroughputThrottleEvents',
  'AWS/DynamoDB ReadThrottleEvents',
  'AWS/DynamoDB SystemErrors',
  'AWS/DynamoDB ThrottledRequests',
  'AWS/DynamoDB TimeToLiveDeletedItemCount',
  'AWS/DynamoDB UserErrors',
  'AWS/DynamoDB WriteKeyRangeThroughputThrottleEvents',
  'AWS/DynamoDB WriteThrottleEvents',
  'Manara Fault',
  'Manara IdempotentReplay',
  'Manara Throttled',
  'Manara VersionConflict',
];

const promisedNames = (keys: Iterable<string>) =>
  [...new Set([...keys].map((key) => key.replace(/ \{.*/, '')))].sort();

beforeAll(healthyTraffic);

test('what counts errors is there only when they happen, or as zeros beside traffic', async () => {
  const metrics = await stored();
  const seen = promisedNames(metrics.map(nameOf));
  const missing = promisedNames(promised().keys()).filter((name) => !seen.includes(name));
  expect(missing).toEqual(onlyWhenItHappens);
  const zeros = metrics.filter(({ MetricName }) =>
    /^(5XXError|Errors|Throttles)$/.test(MetricName),
  );
  for (const series of await datapoints(zeros, 'Maximum')) {
    expect(series.length).toBeGreaterThan(0);
    expect(series.filter(({ value }) => value !== 0)).toEqual([]);
  }
});

test('in idle minutes there is nothing, or zero where AWS publishes zero', async () => {
  await pause();
  const idleSince = Math.ceil(now() / minute) * minute;
  await pause();
  const metrics = await stored();
  const series = await datapoints(metrics, 'Maximum', idleSince);
  const idle = metrics.map((metric, n) => [nameOf(metric), idleOf(metric), series[n]] as const);
  for (const [name, kind, points] of idle) {
    const values = [...new Set(points?.map(({ value }) => value))];
    expect([name, values]).toEqual([name, kind === 'zero' ? [0] : []]);
  }
  expect(idle.filter(([, kind]) => kind === 'zero')).toHaveLength(2);
});

test('after all kinds of requests everything is there that the lists promise, and nothing else', async () => {
  await everythingThatGoesWrong();
  await pause();
  const metrics = await stored();
  expect([...new Set(metrics.map(nameOf))].sort()).toEqual([...promised().keys()].sort());
  // Asked for by the promised unit: a sample in another one would not be found.
  const found = await datapoints(metrics, 'SampleCount');
  expect(metrics.filter((_, n) => found[n]?.length === 0).map(nameOf)).toEqual([]);
});
