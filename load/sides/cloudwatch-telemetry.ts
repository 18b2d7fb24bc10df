/** CloudWatch's account of a deployed stage. */
import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { LogEvent, Telemetry } from './telemetry.ts';

export interface CloudWatchClients {
  readonly metrics: Pick<CloudWatchClient, 'send'>;
  readonly logs: Pick<CloudWatchLogsClient, 'send'>;
}

/** Metrics of a minute may be complete several minutes later (CloudWatch user guide, "Metrics concepts"). */
const settling = { attempts: 20, everyMs: 15_000 };

export function cloudWatchTelemetry(
  stage: string,
  { metrics, logs }: CloudWatchClients,
): Telemetry {
  return {
    stage,
    settling,
    now: async () => Date.now(),
    async metricData(queries, { start, end }) {
      const values = new Map<string, number[]>();
      let NextToken: string | undefined;
      do {
        const page = await metrics.send(
          new GetMetricDataCommand({
            MetricDataQueries: queries.map((query) => structuredClone(query) as never),
            StartTime: new Date(start),
            EndTime: new Date(end),
            NextToken,
          }),
        );
        for (const { Id = '', Values = [] } of page.MetricDataResults ?? []) {
          values.set(Id, [...(values.get(Id) ?? []), ...Values]);
        }
        NextToken = page.NextToken;
      } while (NextToken);
      return values;
    },
    async logEvents(logGroupName, { start: startTime, end }) {
      const events: LogEvent[] = [];
      let nextToken: string | undefined;
      do {
        const page = await logs.send(
          // FilterLogEvents includes its end.
          new FilterLogEventsCommand({ logGroupName, startTime, endTime: end - 1, nextToken }),
        );
        for (const { timestamp = 0, message = '' } of page.events ?? []) {
          events.push({ timestamp, message });
        }
        nextToken = page.nextToken;
      } while (nextToken);
      return { events, complete: true };
    },
  };
}
