/**
 * Runs one scenario against the alarms under every reading that is asked for, and judges its expectations. A verdict that
 * hangs on what AWS does not document is flagged instead of being guessed.
 */
import { type Alarm, alarmKey } from '../alarms/alarm.ts';
import type { Evaluation } from '../alarms/evaluate-alarms.ts';
import { defaultReadings, type Readings } from '../readings.ts';
import { judge } from './judge.ts';
import type { Scenario } from './scenario.ts';
import { scenarioTimeline } from './scenario-timeline.ts';
import { selectAlarms } from './select-alarms.ts';
import { evaluateVariants, type Outcomes, type Range, variantsOf } from './variants.ts';
import { type Failure, finalStates, type Sensitivity, weigh } from './verdict.ts';

export interface ScenarioOptions {
  /** The first is the one whose outcomes lead; default both. */
  readonly ranges?: readonly Range[];
  readonly readings?: Readings;
  /** What hangs on an undocumented reading fails. */
  readonly strict?: boolean;
}

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly ok: boolean;
  readonly failures: readonly Failure[];
  readonly sensitive: readonly Sensitivity[];
  /** What every alarm (by key) did, per evaluation range. */
  readonly runs: readonly { readonly range: Range; readonly outcomes: Outcomes }[];
}

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
  const meant = new Map(
    scenario.expect.map((expectation) => [
      expectation,
      selectAlarms(alarms.values(), expectation).map(alarmKey),
    ]),
  );
  const inputs = inputsOf(alarms, scenario);
  const runs = evaluateVariants(alarms, inputs, variantsOf(ranges, readings, alarms.values()));

  const failures: Failure[] = [];
  const sensitive: Sensitivity[] = [];
  for (const [expectation, keys] of meant) {
    const verdicts = runs.map(({ variant, outcomes }) => ({
      variant,
      problem: judge(
        expectation,
        keys.map((key) => outcomes.get(key)!),
        scenario.start,
      ),
    }));
    const { failure, flagged } = weigh(expectation, verdicts);
    if (failure)
      failures.push({ ...failure, message: failure.message + unfed(keys, alarms, inputs) });
    else if (flagged) sensitive.push(flagged);
  }
  sensitive.push(...finalStates(meant, runs, scenario));
  return {
    scenario,
    ok: failures.length === 0 && !(strict && sensitive.length > 0),
    failures,
    sensitive,
    runs: runs
      .filter(({ variant }) => variant.reading === 'evaluationRange')
      .map(({ variant, outcomes }) => ({ range: variant.readings.evaluationRange, outcomes })),
  };
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
  const absent = inputs.filter(({ metric, unit }) => !timeline.source(metric, unit));
  if (inputs.length === 0 || absent.length < inputs.length) return '';
  const { namespace, name, dimensions } = absent[0]!.metric;
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
