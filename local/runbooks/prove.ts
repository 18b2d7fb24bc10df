/** The proofs of all alarms, run: how soon each tells, what tells whom, which mutants live, and everything that is wrong. */
import type { Alarm } from '../../cloudwatch/alarms/alarm.ts';
import { evaluateCoverage } from '../../cloudwatch/coverage/evaluate-coverage.ts';
import { formatDuration, parseDuration } from '../../cloudwatch/scenario/duration.ts';
import {
  evaluateScenario,
  type ScenarioResult,
} from '../../cloudwatch/scenario/evaluate-scenario.ts';
import type { Scenario } from '../../cloudwatch/scenario/scenario.ts';
import { everyAlarm } from '../../cloudwatch/scenario/select-alarms.ts';
import type { Runbook } from '../../runbooks/front-matter.ts';
import { type AlarmId, alarms as families } from '../../services/contract/alarms.ts';
import { type Detection, detection } from './detection.ts';
import type { ProofFiles } from './proof-files.ts';

export interface AlarmProof {
  readonly id: AlarmId;
  readonly detections: readonly Detection[];
  /** `not`: refused by CloudWatch, or proven to behave the same. */
  readonly mutants: { readonly killed: number; readonly counted: number; readonly not: number };
  readonly problems: readonly string[];
}

export interface FaultNotifications {
  readonly fault: string;
  /** Alarm names, one entry for each notification. */
  readonly pages: readonly string[];
  /** Families, each once. */
  readonly tickets: readonly string[];
}

export interface Proof {
  readonly alarms: readonly AlarmProof[];
  readonly faults: readonly FaultNotifications[];
  readonly scenarios: number;
  /** What is wrong, a line each. */
  readonly problems: readonly string[];
}

/** Seconds. What on-call was promised of pages, whatever a runbook says. */
const promised = { detected: { 100: 180, 5: 22 * 60 }, cleared: 10 * 60 } as const;

/** Ratio alarms on the requests that fail: the promise to detect is made of these. */
const promisedOf: ReadonlySet<AlarmId> = new Set(['api-availability-burn', 'edge-errors']);

export function prove(files: ProofFiles): Proof {
  const everywhere = (scenario: Scenario) =>
    evaluateScenario(files.alarms, scenario, { strict: true });
  const silent = files.silent.map(everywhere);
  const faults = files.faults.map(everywhere);
  const alarms = files.runbooks.map((runbook) => proveAlarm(files, runbook));
  return {
    alarms,
    faults: faults.map(notifications),
    scenarios: [...files.proofs.values()].flat().length + silent.length + faults.length,
    problems: [
      ...[...silent, ...faults].flatMap(problemsOf),
      ...files.faults.flatMap(uncounted),
      ...alarms.flatMap(({ problems }) => problems),
    ],
  };
}

function proveAlarm(files: ProofFiles, runbook: Runbook): AlarmProof {
  const { alarm: id } = runbook;
  const alarms = familyOf(files.alarms, id);
  const proof = files.proofs.get(id) ?? [];
  const results = proof.map((scenario) => evaluateScenario(alarms, scenario, { strict: true }));
  const silent = files.silent.map((scenario) => ({
    ...scenario,
    expect: scenario.expect.filter(({ alarm }) => alarm === everyAlarm || alarm === id),
  }));
  const { catalogue } = files;
  const members = evaluateCoverage(alarms, [...proof, ...silent], { catalogue }).alarms.filter(
    ({ alarm }) => alarm.family === id,
  );
  const total = (count: (member: (typeof members)[number]) => number) =>
    members.reduce((sum, member) => sum + count(member), 0);
  const killed = total((member) => member.killed);
  const detections = results.flatMap((result) => detection(result, id) ?? []);
  return {
    id,
    detections,
    mutants: {
      killed,
      counted: killed + total(({ survivors }) => survivors.length),
      not: total(({ notCounted }) => notCounted.length),
    },
    problems: [
      ...results.flatMap(problemsOf),
      ...members.flatMap(({ alarm, fires, silent: quiet, survivors }) => [
        ...(fires.length === 0 ? [`${alarm.name}: no scenario fires it`] : []),
        ...(quiet.length === 0 ? [`${alarm.name}: no scenario leaves it silent`] : []),
        ...survivors.map(({ change }) => `${alarm.name}: nobody notices ${change}`),
      ]),
      ...late(runbook, detections),
    ],
  };
}

/** The members of a family and whatever they depend on: the rest says nothing about them. */
function familyOf(alarms: ReadonlyMap<string, Alarm>, id: AlarmId): ReadonlyMap<string, Alarm> {
  const wanted = new Set<string>();
  const want = (key: string) => {
    const alarm = alarms.get(key);
    wanted.add(key);
    if (alarm?.kind === 'composite') for (const child of alarm.children.values()) want(child);
  };
  for (const [key, { family }] of alarms) if (family === id) want(key);
  return new Map([...alarms].filter(([key]) => wanted.has(key)));
}

const problemsOf = ({ scenario, failures, sensitive }: ScenarioResult) =>
  [...failures, ...sensitive].map(
    ({ file, line, expectation, message }) =>
      `${file}:${line}: ${scenario.name}: ${expectation}: ${message}`,
  );

/** What is later than the runbook says, or than was promised of pages. */
function late({ alarm, bounds }: Runbook, detections: readonly Detection[]): readonly string[] {
  const [worst] = detections;
  if (!worst) return [`${alarm}: no scenario of its proof says 'from <time> to <time>'`];
  const isPage = families[alarm].severity === 'page';
  const limits = detections.flatMap(({ scenario, share, detected, cleared }) => [
    ...(scenario === worst.scenario
      ? [{ scenario, what: 'fires', took: detected, limit: parseDuration(bounds.firesWithin) }]
      : []),
    ...(promisedOf.has(alarm) && (share === 100 || share === 5)
      ? [{ scenario, what: 'fires', took: detected, limit: promised.detected[share] }]
      : []),
    { scenario, what: 'clears', took: cleared, limit: parseDuration(bounds.clearsWithin) },
    ...(isPage ? [{ scenario, what: 'clears', took: cleared, limit: promised.cleared }] : []),
  ]);
  return limits
    .filter(({ took = Number.POSITIVE_INFINITY, limit = 0 }) => took > limit)
    .map(
      ({ scenario, what, took, limit = 0 }) =>
        `${alarm}: '${scenario}': ${what} after ${took === undefined ? 'for ever' : formatDuration(took)}, not within ${formatDuration(limit)}`,
    );
}

/** Each fault says how many pages it may send. */
const uncounted = ({ file, line, name, expect }: Scenario): readonly string[] =>
  expect.some(
    (each) =>
      each.type === 'notifies' &&
      each.alarm === everyAlarm &&
      each.topic === 'page' &&
      each.times !== undefined,
  )
    ? []
    : [`${file}:${line}: ${name}: does not say how many pages it sends`];

function notifications({ scenario, runs }: ScenarioResult): FaultNotifications {
  const told = [...(runs[0]?.outcomes.values() ?? [])].flatMap(({ alarm, notifications: sent }) =>
    sent
      .filter(({ state, suppressedBy }) => state === 'ALARM' && !suppressedBy)
      .map(({ topic }) => ({ family: alarm.family ?? alarm.name, severity: topic.severity })),
  );
  const of = (wanted: string) =>
    told.filter(({ severity }) => severity === wanted).map(({ family }) => family);
  return { fault: scenario.name, pages: of('page'), tickets: [...new Set(of('ticket'))] };
}
