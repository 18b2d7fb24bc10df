/** What the service counted during a run, less what others sent in the same minutes. */
import { stageNames } from '../../services/contract/names.ts';
import { type FunctionName, routeKey, routes } from '../../services/contract/routes.ts';
import { timeouts } from '../../services/contract/timeouts.ts';
import type { LogEvent, MetricQuery, PerFunction, Telemetry, TimeRange } from './telemetry.ts';

export interface ServiceRecord {
  /** `AWS/ApiGateway` Count and 5XXError. */
  readonly requests: number;
  readonly failed: number;
  /** `AWS/Lambda`: Invocations do not count what was throttled. */
  readonly invocations: PerFunction<number>;
  readonly throttles: PerFunction<number>;
  /** `responseLatency` of the load in the access log, in ms, ascending; none where the log does not reach back. */
  readonly latencies: readonly number[];
  /** Requests of the run in the access log; undefined where the log does not reach back. */
  readonly logged: number | undefined;
  /**
   * Requests of others that lie across an edge of the minutes: an invocation counts where it starts, a line of the log where
   * it ends.
   */
  readonly atEdges: PerFunction<number>;
}

interface AccessLine {
  /** ms since the epoch. */
  readonly endedAt: number;
  readonly routeKey: string;
  readonly status: string;
  readonly responseLatency: string;
  readonly userAgent: string;
}

const minute = 60_000;
const longestRequestMs = timeouts.gatewaySeconds * 1000;
const names = Object.keys(routes) as FunctionName[];

/** Metrics are kept by the minute: so is the run, and what others sent in those minutes is taken off again. */
export const wholeMinutes = ({ start, end }: TimeRange): TimeRange => ({
  start: Math.floor(start / minute) * minute,
  end: Math.ceil(end / minute) * minute,
});

/** @param userAgent of the load; what the run sends besides has more behind it */
export async function serviceRecord(
  telemetry: Telemetry,
  range: TimeRange,
  userAgent: string,
): Promise<ServiceRecord> {
  const { accessLog } = stageNames(telemetry.stage);
  const minutes = wholeMinutes(range);
  const [data, log] = await Promise.all([
    telemetry.metricData(queries(telemetry.stage), minutes),
    telemetry.logEvents(accessLog, { ...minutes, end: minutes.end + longestRequestMs }),
  ]);
  const lines = log.events.flatMap(parse);
  const ours = lines.filter((line) => line.userAgent.startsWith(userAgent));
  const theirs = lines.filter((line) => !line.userAgent.startsWith(userAgent));
  const others = theirs.filter(({ endedAt }) => endedAt < minutes.end);
  const across = theirs.filter((line) =>
    Object.values(minutes).some((edge) => startOf(line) < edge && line.endedAt >= edge),
  );
  const sum = (id: string) => (data.get(id) ?? []).reduce((total, value) => total + value, 0);
  const perFunction = (count: (name: FunctionName) => number) =>
    Object.fromEntries(names.map((name) => [name, count(name)])) as PerFunction<number>;
  return {
    requests: sum('requests') - others.length,
    failed: sum('failed') - others.filter(({ status }) => Number(status) >= 500).length,
    invocations: perFunction((name) => sum(idOf('invocations', name)) - invokedBy(others, name)),
    throttles: perFunction((name) => sum(idOf('throttles', name))),
    latencies: ours
      .filter((line) => log.complete && line.userAgent === userAgent)
      .map(({ responseLatency }) => Number(responseLatency))
      .filter(Number.isFinite)
      .sort((a, b) => a - b),
    atEdges: perFunction((name) => invokedBy(across, name)),
    logged: log.complete ? ours.length : undefined,
  };
}

/** Refusals of the gateway itself reach no function. */
const invokedBy = (lines: readonly AccessLine[], name: FunctionName) =>
  lines.filter(
    (line) =>
      line.routeKey === routeKey(routes[name]) && !['401', '403', '429'].includes(line.status),
  ).length;

const idOf = (what: string, name: FunctionName) => `${what}_${name.replaceAll('-', '_')}`;

function queries(stage: string): readonly MetricQuery[] {
  const { api, functionName } = stageNames(stage);
  const ofApi = { ApiName: api, Stage: stage };
  return [
    sumOf('requests', 'AWS/ApiGateway', 'Count', ofApi),
    sumOf('failed', 'AWS/ApiGateway', '5XXError', ofApi),
    ...names.flatMap((name) => {
      const dimensions = { FunctionName: functionName(name) };
      return [
        sumOf(idOf('invocations', name), 'AWS/Lambda', 'Invocations', dimensions),
        sumOf(idOf('throttles', name), 'AWS/Lambda', 'Throttles', dimensions),
      ];
    }),
  ];
}

const sumOf = (
  Id: string,
  Namespace: string,
  MetricName: string,
  dimensions: Readonly<Record<string, string>>,
): MetricQuery => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace,
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: minute / 1000,
    Stat: 'Sum',
  },
});

const startOf = ({ endedAt, responseLatency }: AccessLine) =>
  endedAt - (Number(responseLatency) || 0);

function parse({ timestamp, message }: LogEvent): readonly AccessLine[] {
  try {
    return [{ ...JSON.parse(message), endedAt: timestamp }];
  } catch {
    return [];
  }
}
