/** The outcome of a run in one record: what the table shows and what the reports hold. */
import { type FunctionName, routes } from '../../services/contract/routes.ts';
import { type K6Ending, stoppedExitCode } from '../command/run-k6.ts';
import { answerCounter } from '../journey/answer-counter.ts';
import type { Failure } from '../journey/run-settings.ts';
import type { LoadObjective } from '../objectives/load-objectives.ts';
import type { LoadPlan } from '../profiles/load-plan.ts';
import type { ComparedRow } from '../sides/compare-sides.ts';
import type { Comparison } from '../sides/settled-comparison.ts';
import { type BreakingPoint, breakingPoint } from './breaking-point.ts';
import { explainDrops } from './explain-drops.ts';
import { countOf, type K6Summary } from './k6-summary.ts';
import { type ObjectiveRow, objectiveRows, runbookOf } from './objective-rows.ts';

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
  readonly ending: K6Ending;
  readonly summary: K6Summary | undefined;
  readonly messages: Messages;
  readonly comparison?: Comparison | undefined;
  readonly notCompared?: string | undefined;
}

const functionNames = Object.keys(routes) as FunctionName[];

/** Both sides disagree, though k6 is content: the service's metrics, or k6's, are not to be trusted. */
const sidesDisagree = 1;

export function verdictOf(outcome: RunOutcome): Verdict {
  const { plan, objectives, summary, comparison, ending, messages, notCompared } = outcome;
  const measured = summary && !messages.refused;
  const rows = measured ? reached(objectiveRows(objectives, summary)) : [];
  const explained = rows.map((row) => withCause(row, outcome));
  const limit = breakingPoint(explained);
  const sides = comparison?.rows;
  const disagree = sides?.some(({ agree }) => !agree) ?? false;
  const exitCode = ending.exitCode === 0 && disagree ? sidesDisagree : ending.exitCode;
  return {
    headline: headline({ rows: explained, limit, ending, disagree, messages, plan }),
    exitCode,
    objectives: explained,
    ...(limit && { breakingPoint: limit }),
    ...(sides && { sides }),
    ...(notCompared && { notCompared }),
    messages,
  };
}

/** Without the steps that the run did not get to. */
function reached(rows: readonly ObjectiveRow[]): readonly ObjectiveRow[] {
  const phases = new Set(
    rows
      .filter(({ kind, verdict }) => kind === 'latency' && verdict !== 'not measured')
      .map(({ phase }) => phase),
  );
  return phases.size === 0
    ? rows.filter(({ phase }) => !phase.startsWith('at_'))
    : rows.filter(({ phase }) => phases.has(phase));
}

function withCause(row: ObjectiveRow, outcome: RunOutcome): ObjectiveRow {
  if (row.verdict !== 'broken' || !outcome.summary) return row;
  if (row.kind === 'availability') return withReach(row, outcome.summary);
  return row.kind === 'arrivals' ? withDrops(row, outcome, outcome.summary) : row;
}

/** Failures without an answer are another alarm's than failures that the service answered. */
function withReach(row: ObjectiveRow, summary: K6Summary): ObjectiveRow {
  const [lost = 0, failed = 0] = (['lost', 'failed'] as const).map((fate) =>
    functionNames.reduce((sum, name) => sum + countOf(summary, answerCounter(name, fate)), 0),
  );
  if (lost <= failed) return row;
  const note = `${lost} requests got no answer: the target went away, or the way to it`;
  return { ...row, note, runbook: runbookOf('api-unreachable') };
}

function withDrops(
  row: ObjectiveRow,
  { plan, comparison }: RunOutcome,
  summary: K6Summary,
): ObjectiveRow {
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

interface Findings extends Pick<RunOutcome, 'ending' | 'messages' | 'plan'> {
  readonly rows: readonly ObjectiveRow[];
  readonly limit: BreakingPoint | undefined;
  readonly disagree: boolean;
}

function headline({ rows, limit, ending, disagree, messages, plan }: Findings): string {
  const { exitCode, error } = ending;
  const because = `k6 ended with ${exitCode}${error ? `: ${error}` : ''}`;
  if (rows.length === 0) return `NOTHING MEASURED: ${messages.refused ?? because}`;
  const broken = rows.filter(({ verdict }) => verdict === 'broken').map(({ name }) => name);
  if (limit?.broke) {
    return `LIMIT FOUND: ${limit.held} requests/s hold, ${limit.broke} break (${limit.because})`;
  }
  if (exitCode === stoppedExitCode) {
    return ['STOPPED before the end', ...broken.map((name) => `${name} is broken already`)].join(
      '; ',
    );
  }
  if (broken.length > 0) return `BROKEN: ${broken.join(', ')}`;
  if (exitCode !== 0) return `NOT FINISHED: ${because}`;
  if (disagree) return 'HELD, but both sides disagree: look into telemetry first';
  return limit ? `NO LIMIT up to ${plan.rate} requests/s: raise --rate` : 'HELD: every objective';
}
