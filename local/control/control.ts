/** The JSON under `/api`: logs, metrics, traces, faults and grants of the running system, with AWS's field names where AWS has one. */
import type { MetricStore } from '../../cloudwatch/metrics/metric-store.ts';
import type { Faults } from '../faults/faults.ts';
import { readFaultRequest } from '../faults/read-fault-request.ts';
import {
  BadRequestError,
  type Call,
  json,
  type LoopbackServer,
  listenOnLoopback,
} from '../http/loopback-server.ts';
import { createRouter, type Routes } from '../http/router.ts';
import type { Clock } from '../telemetry/clock.ts';
import { FilterPatternError } from '../telemetry/filter-pattern/filter-pattern.ts';
import type { LogStore } from '../telemetry/log-store.ts';
import { getMetricData } from './metric-data.ts';

/** What `/api/traces` reads; times are observability time in ms. */
export interface TraceReader {
  /** Newest first, in the shape of GetTraceSummaries' `TraceSummaries`. */
  summaries(range: { readonly start: number; readonly end: number }): readonly unknown[];
  /** In the shape of one of BatchGetTraces' `Traces`. */
  trace(id: string): unknown;
}

export interface ControlOptions {
  /** 4002; 0 takes a free one. */
  readonly port: number;
  readonly clock: Clock;
  readonly logs: LogStore;
  /** The template's log groups: those that have no event yet are known, too. */
  readonly logGroups: readonly string[];
  readonly metrics: MetricStore;
  readonly traces: TraceReader;
  readonly faults: Faults;
  /** The template's routes, as faults name them: `GET /items/{id}`. */
  readonly routes: readonly string[];
  /** Used and unused grants. */
  readonly grants: () => unknown;
}

const threeHours = 3 * 3_600_000;

/** @throws an Error of one line where the port is in use */
export async function createControl(options: ControlOptions): Promise<LoopbackServer> {
  const routes: Routes = {
    'GET /api/clock': () => {
      const { speed, now } = options.clock;
      return json(200, { now: new Date(now()).toISOString(), speed });
    },
    ...telemetryRoutes(options),
    ...faultRoutes(options),
    'GET /api/grants': () => json(200, options.grants()),
  };
  const route = createRouter({
    ...routes,
    'GET /': () => json(200, { service: 'telemetry and control', routes: Object.keys(routes) }),
  });
  return listenOnLoopback('telemetry and control', options.port, async (call) => {
    const { origin, host } = call.headers;
    if (origin !== undefined && origin !== `http://${host}`) {
      return json(403, { message: `Pages of ${origin} have no business here` });
    }
    try {
      return await route(call);
    } catch (error) {
      if (error instanceof FilterPatternError) throw new BadRequestError(error.message);
      throw error;
    }
  });
}

const telemetryRoutes = ({ clock, logs, logGroups, metrics, traces }: ControlOptions): Routes => ({
  /** FilterLogEvents. */
  'GET /api/logs': ({ url: { searchParams: query } }) => {
    const logGroup = query.get('logGroup');
    const known = [...new Set([...logGroups, ...logs.groups().map((group) => group.logGroup)])];
    if (!logGroup || !known.includes(logGroup)) {
      const what = logGroup ? `There is no log group ${logGroup}` : 'logGroup is missing';
      return json(logGroup ? 404 : 400, { message: `${what}; there are: ${known.join(', ')}` });
    }
    const { events, nextToken } = logs.filter({
      logGroup,
      ...given('start', time(query, 'start')),
      ...given('end', time(query, 'end')),
      ...given('filter', query.get('filter')),
      ...given('limit', limitOf(query)),
      ...given('nextToken', query.get('nextToken')),
    });
    return json(200, {
      events: events.map(({ logStream, ...event }) => ({ logStreamName: logStream, ...event })),
      searchedLogStreams: [],
      nextToken,
    });
  },
  /** DescribeLogGroups; `forgottenUntil` where older events are gone. */
  'GET /api/log-groups': () => {
    const stored = new Map(
      logs
        .groups()
        .map(({ logGroup, storedBytes, forgottenUntil }) => [
          logGroup,
          { storedBytes, ...given('forgottenUntil', forgottenUntil) },
        ]),
    );
    const names = [...new Set([...logGroups, ...stored.keys()])].sort();
    return json(200, {
      logGroups: names.map((name) => ({
        logGroupName: name,
        ...(stored.get(name) ?? { storedBytes: 0 }),
      })),
    });
  },
  'POST /api/metric-data': async (call) =>
    json(200, getMetricData(metrics, await readJson(call), clock.now())),
  /** ListMetrics. */
  'GET /api/metrics': ({ url: { searchParams: query } }) => {
    const filter = {
      ...given('namespace', query.get('namespace')),
      ...given('name', query.get('metricName')),
    };
    return json(200, {
      Metrics: metrics.list(filter).map(({ namespace, name, dimensions }) => ({
        Namespace: namespace,
        MetricName: name,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      })),
    });
  },
  /** GetTraceSummaries; by default the last three hours. */
  'GET /api/traces': ({ url: { searchParams: query } }) => {
    const end = time(query, 'end') ?? clock.now() + 1;
    const start = time(query, 'start') ?? end - threeHours;
    return json(200, { TraceSummaries: traces.summaries({ start, end }) });
  },
  'GET /api/traces/{id}': (_, id) => {
    const trace = traces.trace(id);
    return trace ? json(200, trace) : json(404, { message: `There is no trace ${id}` });
  },
});

const faultRoutes = ({ faults, routes }: ControlOptions): Routes => ({
  'GET /api/faults': () => json(200, { faults: faults.list() }),
  'POST /api/faults': async (call) =>
    json(201, faults.add(readFaultRequest(await readJson(call), routes))),
  'DELETE /api/faults/{id}': (_, id) =>
    faults.remove(id) ? { status: 204 } : json(404, { message: `There is no active fault ${id}` }),
});

async function readJson(call: Call): Promise<unknown> {
  const text = await call.body();
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequestError('The body must be JSON');
  }
}

/** `2026-01-05T00:00:00Z` or, as FilterLogEvents has it, ms since the epoch. */
function time(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(value)) {
    throw new BadRequestError(`${name} must be ISO 8601 or milliseconds since the epoch`);
  }
  return value;
}

function limitOf(query: URLSearchParams): number | undefined {
  const text = query.get('limit');
  if (text === null) return undefined;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 10_000) return limit;
  throw new BadRequestError('limit must be 1 to 10000');
}

/** The member, or none where there is no value. */
const given = <Name extends string, T>(name: Name, value: T | null | undefined) =>
  (value === null || value === undefined ? {} : { [name]: value }) as { [N in Name]?: T };
