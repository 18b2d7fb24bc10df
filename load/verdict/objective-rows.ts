/** Every objective beside what was measured, and whether it held. k6's own thresholds decide. */
import type { AlarmId } from '../../services/contract/alarms.ts';
import type { LoadObjective, ObjectiveKind } from '../objectives/load-objectives.ts';
import { expressionOf } from '../objectives/thresholds.ts';
import type { K6Metric, K6Summary } from './k6-summary.ts';

export type RowVerdict = 'held' | 'broken' | 'not judged' | 'not measured';

export interface ObjectiveRow {
  readonly name: string;
  readonly kind: ObjectiveKind;
  readonly phase: string;
  readonly goal: string;
  readonly measured: string;
  readonly verdict: RowVerdict;
  /** Where to go on, for what is broken: `runbooks/<alarm id>.md`. */
  readonly runbook?: string;
  readonly note?: string;
}

export const runbookOf = (alarm: AlarmId): string => `runbooks/${alarm}.md`;

interface Wording {
  readonly goal: (objective: LoadObjective) => string;
  readonly measured: (metric: K6Metric, objective: LoadObjective) => string;
}

const value = ({ values }: K6Metric, name: string) => values[name] ?? 0;
const samples = (metric: K6Metric) => value(metric, 'passes') + value(metric, 'fails');
const percent = (share: number) => `${Number((share * 100).toFixed(3))} %`;

const wordings: Readonly<Record<ObjectiveKind, Wording>> = {
  availability: {
    goal: ({ limit }) => `≥ ${percent(1 - limit)}`,
    measured: (metric) =>
      `${percent(1 - value(metric, 'rate'))} (${value(metric, 'passes')} of ${samples(metric)} failed)`,
  },
  latency: {
    goal: ({ aggregate, limit }) => `${aggregate.replace(/[()]/g, '')} ≤ ${limit} ms`,
    measured: (metric, { aggregate }) =>
      `${value(metric, aggregate).toFixed(0)} ms (${value(metric, 'count')} requests)`,
  },
  answers: {
    goal: () => 'every one',
    measured: (metric) =>
      value(metric, 'fails') > 0
        ? `${value(metric, 'fails')} of ${samples(metric)} wrong`
        : `${samples(metric)} right`,
  },
  throttling: {
    goal: () => 'no 429',
    measured: (metric) => `${value(metric, 'passes')} of ${samples(metric)}`,
  },
  arrivals: {
    goal: () => 'none',
    measured: (metric) => `${value(metric, 'count')} dropped`,
  },
};

export function objectiveRows(
  objectives: readonly LoadObjective[],
  summary: K6Summary,
): readonly ObjectiveRow[] {
  return objectives.map((objective) => {
    const { kind, name, phase, runbook } = objective;
    const metric = summary.metrics[objective.metric];
    const verdict = verdictOf(objective, metric);
    return {
      name,
      kind,
      phase,
      goal: wordings[kind].goal(objective),
      measured:
        metric && verdict !== 'not measured' ? wordings[kind].measured(metric, objective) : '-',
      verdict,
      ...(verdict === 'broken' && { runbook: runbookOf(runbook) }),
      ...(verdict === 'not judged' && { note: 'too few requests to judge by' }),
    };
  });
}

function verdictOf(objective: LoadObjective, metric: K6Metric | undefined): RowVerdict {
  if (!metric || isEmpty(metric)) return 'not measured';
  if (!objective.comparison) return 'not judged';
  return metric.thresholds?.[expressionOf(objective)]?.ok ? 'held' : 'broken';
}

/** A counter without a sample has counted nothing; a rate or a trend without one has measured nothing. */
const isEmpty = ({ values }: K6Metric) =>
  'passes' in values
    ? values['passes'] === 0 && values['fails'] === 0
    : 'med' in values && values['count'] === 0;
