/**
 * Runs one scenario against the alarms under every reading that is asked for, and judges its expectations. A verdict that
 * hangs on what AWS does not document is flagged instead of being guessed.
 */
import { type Alarm, alarmKey } from '../alarms/alarm.ts';
import type { Evaluation } from '../alarms/evaluate-alarms.ts';
import { defaultReadings, type Readings } from '../readings.ts';
import { describeExpectation, judge, stateAt } from './judge.ts';
import type { Expectation, Place, Scenario } from './scenario.ts';
import { scenarioTimeline } from './scenario-timeline.ts';
import { everyAlarm, selectAlarms } from './select-alarms.ts';
import { evaluateVariants, type Outcomes, type Range, type Run, variantsOf } from './variants.ts';

export interface ScenarioOptions {
  /** The first is the one whose outcomes lead; default both. */
  readonly ranges?: readonly Range[];
  readonly readings?: Readings;
  /** What hangs on an undocumented reading fails. */
  readonly strict?: boolean;
}

export interface Failure extends Place {
  readonly expectation: string;
  readonly message: string;
}

/** A verdict or final state that differs between readings. */
export interface Sensitivity extends Failure {
  readonly reading: 'evaluationRange' | 'fillEmptySeries';
}

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly ok: boolean;
  readonly failures: readonly Failure[];
  readonly sensitive: readonly Sensitivity[];
  /** What every alarm (by key) did, per evaluation range. */
  readonly runs: readonly { readonly range: Range; readonly outcomes: Outcomes }[];
}

/** The keys of the alarms that each expectation means. */
type Meant = ReadonlyMap<Expectation, readonly string[]>;

/** @throws InputError where the scenario names an alarm that does not exist */
export function evaluateScenario(
  alarms: ReadonlyMap<string, Alarm>,
  scenario: Scenario,
  {
    ranges = ['doc', 'measured'],
    readings = defaultReadings,
    strict = false,
  }: ScenarioOptions = {},
): ScenarioResult {
  const meant: Meant = new Map(
    scenario.expect.map((each) => [each, selectAlarms(alarms.values(), each).map(alarmKey)]),
  );
  const inputs = inputsOf(alarms, scenario);
  const runs = evaluateVariants(alarms, inputs, variantsOf(ranges, readings, alarms.values()));
  const ofRanges = runs.filter(({ variant }) => variant.reading === 'evaluationRange');

  const failures: Failure[] = [];
  const sensitive: Sensitivity[] = [];
  for (const [expectation, keys] of meant) {
    const problemIn = ({ outcomes }: Run) =>
      judge(
        expectation,
        keys.map((key) => outcomes.get(key)!),
        scenario.start,
      );
    const failing = runs.find((run) => problemIn(run) !== undefined);
    if (!failing) continue;
    const { file, line } = expectation;
    const base = { file, line, expectation: describeExpectation(expectation) };
    const problem = problemIn(failing)!;
    // A failure under every range fails; under some of them, or under another reading, it is flagged.
    if (ofRanges.every((run) => problemIn(run) !== undefined)) {
      failures.push({ ...base, message: problem + unfed(keys, alarms, inputs) });
    } else {
      const { label, reading } = failing.variant;
      sensitive.push({ ...base, reading, message: `under the ${label}: ${problem}` });
    }
  }
  sensitive.push(...differentEnds(meant, runs, scenario));
  return {
    scenario,
    ok: failures.length === 0 && !(strict && sensitive.length > 0),
    failures,
    sensitive,
    runs: ofRanges.map(({ variant, outcomes }) => ({
      range: variant.readings.evaluationRange,
      outcomes,
    })),
  };
}

/** Alarms that scenarios name and that end in another state under another reading. */
function differentEnds(
  meant: Meant,
  [base, ...others]: readonly Run[],
  { start, length }: Scenario,
): readonly Sensitivity[] {
  const end = ({ outcomes }: Run, key: string) => {
    const outcome = outcomes.get(key)!;
    return outcome.history && stateAt(outcome, start + length * 1000);
  };
  const named = new Map(
    [...meant]
      .filter(([{ alarm }]) => alarm !== everyAlarm)
      .flatMap(([place, keys]) => keys.map((key) => [key, place] as const)),
  );
  return [...named].flatMap(([key, { file, line }]) =>
    others
      .filter((run) => end(run, key) !== end(base!, key))
      .map((run) => ({
        ...{ file, line, reading: run.variant.reading },
        expectation: `final state of ${run.outcomes.get(key)!.alarm.name}`,
        message: `${end(base!, key)} under the ${base!.variant.label}, ${end(run, key)} under the ${run.variant.label}`,
      })),
  );
}

/** Metrics that an alarm reads and the scenario does not give: mostly a dimension that is written differently. */
function unfed(
  keys: readonly string[],
  alarms: ReadonlyMap<string, Alarm>,
  { timeline }: Omit<Evaluation, 'readings'>,
): string {
  const inputs = keys.flatMap((key) => {
    const alarm = alarms.get(key)!;
    return alarm.kind === 'metric' ? alarm.inputs : [];
  });
  const [absent, ...others] = inputs.filter(({ metric, unit }) => !timeline.source(metric, unit));
  if (!absent || others.length + 1 < inputs.length) return '';
  const { namespace, name, dimensions } = absent.metric;
  const written = Object.entries(dimensions).map(([key, value]) => `${key}: ${value}`);
  return `; no series of this scenario gives ${namespace} ${name} { ${written.join(', ')} }`;
}

/** What the scenario publishes, ready for evaluation. */
export const inputsOf = (
  alarms: ReadonlyMap<string, Alarm>,
  scenario: Scenario,
): Omit<Evaluation, 'readings'> => ({
  timeline: scenarioTimeline(scenario, (band) => selectAlarms(alarms.values(), band).map(alarmKey)),
});
