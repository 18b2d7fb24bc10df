/** How fast queries run: `stats pct() by bin()` over many lines, parsing included. Called by `npm run bench`. */
import { runQuery } from './run-query.ts';

const minute = 60_000;
const query = 'stats pct(durationMs, 99) as p99, count(*) as n by bin(5m)';

export interface InsightsTiming {
  readonly lines: number;
  readonly milliseconds: number;
}

/** Times one query over `lines` events of the size that a service's one event per request has. */
export function timeInsights(lines = 200_000): InsightsTiming {
  const events = Array.from({ length: lines }, (_, index) => {
    const timestamp = index * (minute / 50);
    return { timestamp, message: line(index, timestamp) };
  });
  const before = performance.now();
  const { rows } = runQuery(query, events);
  const milliseconds = performance.now() - before;
  if (rows.length !== Math.ceil((lines * (minute / 50)) / (5 * minute))) {
    throw new Error(`the query answered ${rows.length} rows`);
  }
  return { lines, milliseconds };
}

const line = (index: number, timestamp: number) =>
  JSON.stringify({
    level: 'INFO',
    message: 'request',
    timestamp: new Date(timestamp).toISOString(),
    service: 'items',
    stage: 'prod',
    route: `GET /items/${index % 7}`,
    status: index % 100 ? 200 : 503,
    durationMs: (index * 7919) % 997,
    requestId: `7d0a1b2c-0000-4000-8000-${String(index).padStart(12, '0')}`,
    traceId: '1-67a0c7f1-4ad1f2c9b3e8d7a6f5e4d3c2',
    caller: 'b7f3c1d2e4',
    coldStart: index % 1000 === 0,
    outcome: index % 100 ? 'success' : 'fault',
  });
