/** What a test reads of a running system's telemetry, as an operator would: over the control port. */
import type { RunningSystem } from './running-system.ts';

export interface Node {
  readonly name: string;
  readonly origin?: string;
  readonly error?: boolean;
  readonly fault?: boolean;
  readonly throttle?: boolean;
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly subsegments?: readonly Node[];
}

export interface Observed {
  /** The group's log lines that the filter pattern finds. */
  messages(logGroup: string, filter: string): Promise<readonly string[]>;
  /** The same, parsed as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was logged
  logged(logGroup: string, filter: string): Promise<any[]>;
  /** A statistic over everything so far: `sum('AWS/Lambda Errors', {…})`; 0 where there is no datapoint. */
  sum(metric: string, dimensions: Readonly<Record<string, string>>, stat?: string): Promise<number>;
  /** All segments of a trace and all subsegments below them. */
  nodes(traceId: string): Promise<readonly Node[]>;
}

interface MetricData {
  readonly MetricDataResults: readonly { readonly Values: readonly number[] }[];
}

interface Events {
  readonly events: readonly { readonly message: string }[];
}

export const observe = ({ control }: RunningSystem): Observed => ({
  async messages(logGroup, filter) {
    const query = new URLSearchParams({ logGroup, filter });
    const { events } = await control<Events>(`/api/logs?${query}`);
    return events.map(({ message }) => message);
  },
  async logged(logGroup, filter) {
    return (await this.messages(logGroup, filter)).map((message) => JSON.parse(message));
  },
  async sum(metric, dimensions, Stat = 'Sum') {
    const [Namespace, MetricName] = metric.split(' ');
    const { now } = await control<{ now: string }>('/api/clock');
    const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
    const Metric = { Namespace, MetricName, Dimensions };
    const { MetricDataResults } = await control<MetricData>('/api/metric-data', {
      StartTime: new Date(Date.parse(now) - 86_400_000).toISOString(),
      EndTime: new Date(Date.parse(now) + 60_000).toISOString(),
      MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Period: 60, Stat } }],
    });
    return MetricDataResults[0]?.Values.reduce((total, value) => total + value, 0) ?? 0;
  },
  async nodes(traceId) {
    const { Segments = [] } = await control<{
      readonly Segments?: readonly { readonly Document: string }[];
    }>(`/api/traces/${traceId}`);
    const below = (node: Node): readonly Node[] => [
      node,
      ...(node.subsegments ?? []).flatMap(below),
    ];
    return Segments.map(({ Document }) => JSON.parse(Document) as Node).flatMap(below);
  },
});

/** Telemetry comes a moment after the answer: tries a check until it holds, for some seconds at most. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      return await check();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  await check();
}
