/**
 * What the scenarios prove of the alarms: each fires in one and stays silent in another, and each small change to an alarm
 * makes some expectation fail. Only what a change touches is evaluated again.
 */
import { type Alarm, alarmKey } from '../alarms/alarm.ts';
import { evaluateAlarms } from '../alarms/evaluate-alarms.ts';
import { awsCatalogue } from '../catalogue/aws-catalogue.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { defaultReadings, type Readings } from '../readings.ts';
import { inputsOf } from '../scenario/evaluate-scenario.ts';
import { describeExpectation, judge } from '../scenario/judge.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { selectAlarms } from '../scenario/select-alarms.ts';
import { compositeMutants } from './composite-mutants.ts';
import { type Evaluated, evaluateMutant, parentsOf } from './evaluate-mutant.ts';
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

/** @throws InputError where a scenario names an alarm that does not exist */
export function evaluateCoverage(
  alarms: ReadonlyMap<string, Alarm>,
  scenarios: readonly Scenario[],
  { readings = defaultReadings, catalogue = awsCatalogue() }: CoverageOptions = {},
): Coverage {
  const above = parentsOf(alarms);
  const tallies = [...alarms].map(([key, alarm]) => {
    const mutants = mutantsOf(alarm, catalogue);
    return {
      key,
      coverage: { alarm, fires: [] as string[], silent: [] as string[], killed: 0 },
      notCounted: mutants.filter(({ notCounted }) => notCounted),
      pending: new Set(mutants.filter(({ notCounted }) => !notCounted)),
    };
  });
  const failures = scenarios.flatMap((scenario) => {
    const evaluation = { ...inputsOf(alarms, scenario), readings };
    const outcomes = evaluateAlarms(alarms.values(), evaluation);
    const checks = scenario.expect.map((expectation) => {
      const keys = selectAlarms(alarms.values(), expectation).map(alarmKey);
      /** What is wrong, where some of the alarms do something else. */
      const problem = (changed?: Evaluated['outcomes']) => {
        const those = keys.map((key) => changed?.get(key) ?? outcomes.get(key)!);
        return judge(expectation, those, scenario.start);
      };
      return { expectation, keys, problem, failure: problem() };
    });
    const sound = checks.filter(({ failure }) => failure === undefined);
    const named = new Set(sound.length === checks.length ? sound.flatMap(({ keys }) => keys) : []);
    const evaluated: Evaluated = { alarms, outcomes, evaluation };

    for (const { key, coverage, pending } of tallies) {
      const { history } = outcomes.get(key)!;
      if (named.has(key) && history) {
        const fired = history.transitions.some(({ to }) => to === 'ALARM');
        if (fired) coverage.fires.push(scenario.name);
        else if (hasData(coverage.alarm, evaluated)) coverage.silent.push(scenario.name);
      }
      const touched = [key, ...above.get(key)!];
      const relevant = sound.filter(({ keys }) => keys.some((each) => touched.includes(each)));
      for (const mutant of relevant.length ? pending : []) {
        const changed = evaluateMutant(mutant, touched, evaluated);
        if (!changed || relevant.every(({ problem }) => problem(changed) === undefined)) continue;
        pending.delete(mutant);
        coverage.killed++;
      }
    }
    return checks.flatMap(({ expectation, failure }) => {
      if (failure === undefined) return [];
      const { file, line } = expectation;
      return {
        scenario,
        message: `${file}:${line}: ${describeExpectation(expectation)}: ${failure}`,
      };
    });
  });
  return {
    failures,
    alarms: tallies.map(({ coverage, notCounted, pending }) => ({
      ...coverage,
      notCounted,
      survivors: [...pending],
    })),
  };
}

function mutantsOf(alarm: Alarm, catalogue: Catalogue): readonly Mutant[] {
  if (alarm.kind === 'metric') return metricMutants(alarm, catalogue);
  return alarm.kind === 'composite' ? compositeMutants(alarm) : [];
}

/** An alarm whose metrics the scenario never mentions is silent for no reason. */
function hasData(alarm: Alarm, evaluated: Evaluated): boolean {
  if (alarm.kind === 'unmodelled') return false;
  const { alarms, evaluation } = evaluated;
  return alarm.kind === 'metric'
    ? alarm.inputs.some(({ metric, unit }) => evaluation.timeline.source(metric, unit))
    : [...alarm.children.values()].some((key) => hasData(alarms.get(key)!, evaluated));
}
