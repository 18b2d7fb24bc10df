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
import { fail, instant, readParameters } from './read-parameters.ts';

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
  const index = () => json(200, { service: 'telemetry and control', routes: Object.keys(routes) });
  const route = createRouter({ ...routes, 'GET /': index, 'GET /api': index });
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

/** `2026-01-05T00:00:00Z` or, as FilterLogEvents has it, ms since the epoch. */
const time = (text: string, name: string) =>
  /^\d+$/.test(text)
    ? Number(text)
    : (instant(text) ?? fail(`${name} must be ISO 8601 or milliseconds since the epoch`));
const text = (value: string) => value;
const range = { start: time, end: time };

const logsQuery = {
  ...range,
  logGroup: text,
  filter: text,
  limit: (value: string) =>
    isPageSize(Number(value)) ? Number(value) : fail('limit must be 1 to 10000'),
  nextToken: (value: string) =>
    /^\d+-\d+$/.test(value) ? value : fail('The specified nextToken is invalid.'),
};
const isPageSize = (size: number) => Number.isInteger(size) && size >= 1 && size <= 10_000;

const telemetryRoutes = ({ clock, logs, logGroups, metrics, traces }: ControlOptions): Routes => {
  const groupNames = () => [
    ...new Set([...logGroups, ...logs.groups().map(({ logGroup }) => logGroup)]),
  ];
  return {
    /** FilterLogEvents. */
    'GET /api/logs': ({ url }) => {
      const { logGroup, ...query } = readParameters(url, logsQuery);
      const known = groupNames();
      if (!logGroup || !known.includes(logGroup)) {
        const what = logGroup ? `There is no log group ${logGroup}` : 'logGroup is missing';
        return json(logGroup ? 404 : 400, { message: `${what}; there are: ${known.join(', ')}` });
      }
      checkOrder(query);
      const { events, nextToken } = logs.filter({ logGroup, ...query });
      return json(200, {
        events: events.map(({ logStream, ...event }) => ({ logStreamName: logStream, ...event })),
        searchedLogStreams: [],
        nextToken,
      });
    },
    /** DescribeLogGroups; `forgottenUntil` where older events are gone. */
    'GET /api/log-groups': () => {
      const stored = new Map(
        logs.groups().map(({ logGroup, events: _, ...group }) => [logGroup, group]),
      );
      return json(200, {
        logGroups: groupNames()
          .sort()
          .map((logGroupName) => ({ logGroupName, storedBytes: 0, ...stored.get(logGroupName) })),
      });
    },
    'POST /api/metric-data': async (call) =>
      json(200, getMetricData(metrics, await readJson(call), clock.now())),
    /** ListMetrics. */
    'GET /api/metrics': ({ url }) => {
      const { metricName, ...query } = readParameters(url, { namespace: text, metricName: text });
      const found = metrics.list({
        ...query,
        ...(metricName !== undefined && { name: metricName }),
      });
      return json(200, {
        Metrics: found.map(({ namespace: Namespace, name: MetricName, dimensions }) => ({
          Namespace,
          MetricName,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        })),
      });
    },
    /** GetTraceSummaries; by default the last three hours. */
    'GET /api/traces': ({ url }) => {
      const query = readParameters(url, range);
      const { end = clock.now() + 1 } = query;
      const { start = end - threeHours } = query;
      checkOrder({ start, end });
      return json(200, { TraceSummaries: traces.summaries({ start, end }) });
    },
    'GET /api/traces/{id}': (_, id) => {
      const trace = traces.trace(id);
      return trace ? json(200, trace) : json(404, { message: `There is no trace ${id}` });
    },
  };
};

function checkOrder({ start = 0, end = Number.POSITIVE_INFINITY }): void {
  if (start > end) fail('start must not be after end');
}

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
