/** What k6 counted, for the comparison with the service's books. */
import { type FunctionName, routes } from '../../services/contract/routes.ts';
import { answerCounter } from '../journey/answer-counter.ts';
import { fates } from '../journey/items-client.ts';
import type { LoadPlan } from '../profiles/load-plan.ts';
import type { LoadRecord } from '../sides/compare-sides.ts';
import type { PerFunction } from '../sides/telemetry.ts';
import { countOf, type K6Summary } from './k6-summary.ts';

const percentiles = { p50: 'med', p90: 'p(90)', p99: 'p(99)' } as const;

/** @param cutShort the run did not end by itself: each virtual user may have had a request under way */
export function loadRecord(summary: K6Summary, plan: LoadPlan, cutShort: boolean): LoadRecord {
  const names = Object.keys(routes) as FunctionName[];
  const answers = Object.fromEntries(
    names.map((name) => [
      name,
      Object.fromEntries(fates.map((fate) => [fate, countOf(summary, answerCounter(name, fate))])),
    ]),
  ) as PerFunction<LoadRecord['answers'][FunctionName]>;
  const judged = plan.phases.filter((phase) => phase.judged);
  const latency = summary.metrics[`http_req_duration{scenario:${judged[0]?.name}}`]?.values;
  // Cut short, k6 lacks just the slowest: those that were under way.
  const single = judged.length === 1 && !cutShort && latency;
  return {
    answers,
    interrupted: cutShort ? (summary.metrics['vus_max']?.values['max'] ?? 0) : 0,
    latency: single
      ? Object.fromEntries(
          Object.entries(percentiles).map(([name, aggregate]) => [name, latency[aggregate] ?? 0]),
        )
      : {},
  };
}
