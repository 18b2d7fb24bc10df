/** The outcome of a run in one record: what the table shows and what the reports hold. */
import type { Failure } from '../journey/run-settings.ts';
import type { LoadObjective } from '../objectives/load-objectives.ts';
import type { LoadPlan } from '../profiles/load-plan.ts';
import type { ComparedRow } from '../sides/compare-sides.ts';
import type { Comparison } from '../sides/settled-comparison.ts';
import { type BreakingPoint, breakingPoint } from './breaking-point.ts';
import { explainDrops } from './explain-drops.ts';
import type { K6Summary } from './k6-summary.ts';
import { type ObjectiveRow, objectiveRows } from './objective-rows.ts';

export interface Messages {
  readonly failures: readonly Failure[];
  readonly refused?: string;
  readonly cleaned?: { readonly deleted: number; readonly left: boolean };
}

export interface Verdict {
  /** One line: what this run shows. */
  readonly headline: string;
  /** What the command ends with. */
  readonly exitCode: number;
  readonly objectives: readonly ObjectiveRow[];
  readonly breakingPoint?: BreakingPoint;
  /** Undefined where the target has no books to compare with. */
  readonly sides?: readonly ComparedRow[];
  /** Why both sides could not be compared. */
  readonly notCompared?: string;
  readonly messages: Messages;
}

export interface RunOutcome {
  readonly plan: LoadPlan;
  readonly objectives: readonly LoadObjective[];
  readonly k6ExitCode: number;
  readonly summary: K6Summary | undefined;
  readonly messages: Messages;
  readonly comparison?: Comparison | undefined;
  readonly notCompared?: string | undefined;
}

/** Both sides disagree, though k6 is content: the service's metrics, or k6's, are not to be trusted. */
const sidesDisagree = 1;
/** k6's exit codes (its `errext/exitcodes`). */
const k6 = { thresholds: 99, setupTimeout: 100, stopped: 105, aborted: 108 } as const;

export function verdictOf(outcome: RunOutcome): Verdict {
  const { plan, objectives, summary, comparison, k6ExitCode, messages, notCompared } = outcome;
  const rows = (summary ? objectiveRows(objectives, summary) : []).filter(
    // Steps that were not reached.
    ({ verdict, phase }) => verdict !== 'not measured' || phase === 'load',
  );
  const explained = rows.map((row) => withCause(row, outcome));
  const limit = breakingPoint(explained);
  const sides = comparison?.rows;
  const disagree = sides?.some(({ agree }) => !agree) ?? false;
  const exitCode = k6ExitCode === 0 && disagree ? sidesDisagree : k6ExitCode;
  return {
    headline: headline({ rows: explained, limit, exitCode, disagree, messages, plan }),
    exitCode,
    objectives: explained,
    ...(limit && { breakingPoint: limit }),
    ...(sides && { sides }),
    ...(notCompared && { notCompared }),
    messages,
  };
}

function withCause(row: ObjectiveRow, { plan, summary, comparison }: RunOutcome): ObjectiveRow {
  if (row.kind !== 'arrivals' || row.verdict !== 'broken' || !summary) return row;
  const latencies = comparison?.service.latencies ?? [];
  const phase = plan.phases.find(({ name }) => name === row.phase);
  const { cause, note } = explainDrops({
    rate: phase?.rate ?? plan.rate,
    callerMs: summary.metrics[`http_req_duration{scenario:${row.phase}}`]?.values['p(99)'] ?? 0,
    serviceMs: latencies.at(Math.floor(latencies.length * 0.99)),
  });
  const { runbook, ...rest } = row;
  return { ...rest, note, ...(cause === 'service' && runbook && { runbook }) };
}

interface Findings {
  readonly rows: readonly ObjectiveRow[];
  readonly limit: BreakingPoint | undefined;
  readonly exitCode: number;
  readonly disagree: boolean;
  readonly messages: Messages;
  readonly plan: LoadPlan;
}

function headline({ rows, limit, exitCode, disagree, messages, plan }: Findings): string {
  if (messages.refused) return `NOTHING MEASURED: ${messages.refused}`;
  if (rows.length === 0) return `NOTHING MEASURED: k6 ended with ${exitCode}`;
  const broken = rows.filter(({ verdict }) => verdict === 'broken').map(({ name }) => name);
  if (limit?.broke) {
    return `LIMIT FOUND: ${limit.held} requests/s hold, ${limit.broke} break (${limit.because})`;
  }
  if (exitCode === k6.stopped)
    return `STOPPED before the end${broken.length ? `; already broken: ${broken.join(', ')}` : ''}`;
  if (broken.length > 0) return `BROKEN: ${broken.join(', ')}`;
  if (exitCode === sidesDisagree && disagree)
    return 'HELD, but both sides disagree: look into telemetry first';
  if (exitCode !== 0) return `NOT FINISHED: k6 ended with ${exitCode}`;
  if (limit) return `NO LIMIT up to ${plan.rate} requests/s: raise --rate`;
  return 'HELD: every objective';
}
