/** The local runtime's control port. */
import type { LogEvent, Telemetry } from './telemetry.ts';

export function localTelemetry(controlUrl: string, stage: string): Telemetry {
  const get = <T>(path: string) => fetchJson<T>(`${controlUrl}${path}`);
  return {
    stage,
    settling: { attempts: 4, everyMs: 500 },
    now: async () => Date.parse((await get<{ now: string }>('/api/clock')).now),
    async metricData(MetricDataQueries, { start, end }) {
      const { MetricDataResults } = await fetchJson<{
        MetricDataResults: readonly { readonly Id: string; readonly Values: readonly number[] }[];
      }>(`${controlUrl}/api/metric-data`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          MetricDataQueries,
          StartTime: new Date(start).toISOString(),
          EndTime: new Date(end).toISOString(),
        }),
      });
      return new Map(MetricDataResults.map(({ Id, Values }) => [Id, Values]));
    },
    async logEvents(logGroup, { start, end }) {
      const events: LogEvent[] = [];
      let next: string | undefined = '';
      while (next !== undefined) {
        const query = new URLSearchParams({ logGroup, start: `${start}`, end: `${end}` });
        if (next) query.set('nextToken', next);
        const page: LogPage = await get(`/api/logs?${query}`);
        events.push(...page.events);
        next = page.nextToken;
      }
      const { logGroups } = await get<{
        logGroups: readonly { readonly logGroupName: string; readonly forgottenUntil?: number }[];
      }>('/api/log-groups');
      const { forgottenUntil = 0 } =
        logGroups.find(({ logGroupName }) => logGroupName === logGroup) ?? {};
      return { events, complete: forgottenUntil < start };
    },
  };
}

interface LogPage {
  readonly events: readonly LogEvent[];
  readonly nextToken?: string;
}

async function fetchJson<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}
