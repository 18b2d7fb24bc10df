/**
 * What the scenarios prove of the alarms: each fires in one and stays silent in another, and each small change to an alarm
 * makes some expectation fail. Only what a change touches is evaluated again.
 */
import { type Alarm, alarmKey } from '../alarms/alarm.ts';
import { type Evaluation, evaluateAlarms, type Outcome } from '../alarms/evaluate-alarms.ts';
import { awsCatalogue } from '../catalogue/aws-catalogue.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { defaultReadings, type Readings } from '../readings.ts';
import { inputsOf } from '../scenario/evaluate-scenario.ts';
import { describeExpectation, judge } from '../scenario/judge.ts';
import type { Expectation, Scenario } from '../scenario/scenario.ts';
import { selectAlarms } from '../scenario/select-alarms.ts';
import { compositeMutants } from './composite-mutants.ts';
import { evaluateMutant, parentsOf } from './evaluate-mutant.ts';
import { metricMutants } from './metric-mutants.ts';
import type { Mutant } from './mutant.ts';

export interface AlarmCoverage {
  readonly alarm: Alarm;
  /** Names of scenarios that name the alarm, hold, and in which it reaches ALARM. */
  readonly fires: readonly string[];
  /** The same, in which it has data and never reaches ALARM. */
  readonly silent: readonly string[];
  readonly killed: number;
  readonly survivors: readonly Mutant[];
  readonly notCounted: readonly Mutant[];
}

export interface Coverage {
  readonly alarms: readonly AlarmCoverage[];
  /** Expectations that fail without any change: they prove nothing. */
  readonly failures: readonly { readonly scenario: Scenario; readonly message: string }[];
}

export interface CoverageOptions {
  readonly readings?: Readings;
  /** Which values metrics can have: mutants that no possible value tells apart do not count. */
  readonly catalogue?: Catalogue;
}

interface Tally {
  readonly alarm: Alarm;
  readonly fires: string[];
  readonly silent: string[];
  readonly pending: Set<Mutant>;
  readonly notCounted: readonly Mutant[];
  killed: number;
}

/** @throws InputError where a scenario names an alarm that does not exist */
export function evaluateCoverage(
  alarms: ReadonlyMap<string, Alarm>,
  scenarios: readonly Scenario[],
  { readings = defaultReadings, catalogue = awsCatalogue() }: CoverageOptions = {},
): Coverage {
  const tallies = new Map(
    [...alarms].map(([key, alarm]) => [key, startTally(alarm, mutantsOf(alarm, catalogue))]),
  );
  const above = parentsOf(alarms);
  const failures = scenarios.flatMap((scenario) =>
    coverScenario(alarms, scenario, readings, tallies, above),
  );
  return {
    failures,
    alarms: [...tallies.values()].map(({ pending, ...tally }) => ({
      ...tally,
      survivors: [...pending],
    })),
  };
}

function startTally(alarm: Alarm, mutants: readonly Mutant[]): Tally {
  return {
    alarm,
    fires: [],
    silent: [],
    killed: 0,
    notCounted: mutants.filter(({ notCounted }) => notCounted),
    pending: new Set(mutants.filter(({ notCounted }) => !notCounted)),
  };
}

function mutantsOf(alarm: Alarm, catalogue: Catalogue): readonly Mutant[] {
  if (alarm.kind === 'metric') return metricMutants(alarm, catalogue);
  return alarm.kind === 'composite' ? compositeMutants(alarm) : [];
}

interface Check {
  readonly expectation: Expectation;
  readonly keys: readonly string[];
}

function coverScenario(
  alarms: ReadonlyMap<string, Alarm>,
  scenario: Scenario,
  readings: Readings,
  tallies: ReadonlyMap<string, Tally>,
  above: ReadonlyMap<string, readonly string[]>,
): Coverage['failures'] {
  const evaluation: Evaluation = { ...inputsOf(alarms, scenario), readings };
  const outcomes = evaluateAlarms(alarms.values(), evaluation);
  const judged = scenario.expect.map((expectation) => {
    const keys = selectAlarms(alarms.values(), expectation).map(alarmKey);
    const problem = judge(
      expectation,
      keys.map((key) => outcomes.get(key)!),
      scenario.start,
    );
    return { expectation, keys, problem };
  });
  const holds = judged.every(({ problem }) => problem === undefined);
  const checks = judged.filter(({ problem }) => problem === undefined);
  if (holds) noteStates(scenario, checks, outcomes, evaluation, tallies);

  for (const [key, { pending }] of tallies) {
    const touched = [key, ...above.get(key)!];
    const relevant = checks.filter(({ keys }) => keys.some((each) => touched.includes(each)));
    if (relevant.length === 0) continue;
    for (const mutant of pending) {
      const changed = evaluateMutant(mutant, touched, alarms, outcomes, evaluation);
      if (!changed) continue;
      const kills = relevant.some(
        ({ expectation, keys }) =>
          judge(
            expectation,
            keys.map((each) => changed.get(each) ?? outcomes.get(each)!),
            scenario.start,
          ) !== undefined,
      );
      if (!kills) continue;
      pending.delete(mutant);
      tallies.get(key)!.killed++;
    }
  }
  return judged
    .filter(({ problem }) => problem !== undefined)
    .map(({ expectation, problem }) => ({
      scenario,
      message: `${expectation.file}:${expectation.line}: ${describeExpectation(expectation)}: ${problem}`,
    }));
}

function noteStates(
  scenario: Scenario,
  checks: readonly Check[],
  outcomes: ReadonlyMap<string, Outcome>,
  evaluation: Evaluation,
  tallies: ReadonlyMap<string, Tally>,
): void {
  for (const key of new Set(checks.flatMap(({ keys }) => keys))) {
    const { history, alarm } = outcomes.get(key)!;
    if (!history) continue;
    const fired = history.transitions.some(({ to }) => to === 'ALARM');
    const tally = tallies.get(key)!;
    if (fired) tally.fires.push(scenario.name);
    else if (hasData(alarm, evaluation, outcomes)) tally.silent.push(scenario.name);
  }
}

/** An alarm whose metrics the scenario never mentions is silent for no reason. */
function hasData(
  alarm: Alarm,
  evaluation: Evaluation,
  outcomes: ReadonlyMap<string, Outcome>,
): boolean {
  if (alarm.kind === 'metric') {
    return alarm.inputs.some(({ metric, unit }) => evaluation.timeline.source(metric, unit));
  }
  return (
    alarm.kind === 'composite' &&
    [...alarm.children.values()].some((key) =>
      hasData(outcomes.get(key)!.alarm, evaluation, outcomes),
    )
  );
}
