/**
 * Runs one scenario against the alarms under every reading that is asked for, and judges its expectations. A verdict that
 * hangs on what AWS does not document is flagged instead of being guessed.
 */
import { type Alarm, alarmKey, type MetricAlarm } from '../alarms/alarm.ts';
import { evaluationRange } from '../alarms/decide-state.ts';
import { type Evaluation, evaluateAlarm, type Outcome } from '../alarms/evaluate-alarms.ts';
import { defaultReadings, type Readings } from '../readings.ts';
import { describeExpectation, judge, stateAt } from './judge.ts';
import type { Expectation, Place, Scenario } from './scenario.ts';
import { scenarioBands, scenarioTimeline } from './scenario-timeline.ts';
import { everyAlarm, selectAlarms } from './select-alarms.ts';

export type Range = Readings['evaluationRange'];
export type Outcomes = ReadonlyMap<string, Outcome>;

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

/** One way to read what is not documented. */
interface Variant {
  readonly label: string;
  readonly readings: Readings;
  readonly reading: Sensitivity['reading'];
  /** Whether the alarm can behave differently from the first variant. */
  readonly matters: (alarm: MetricAlarm) => boolean;
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
export function inputsOf(
  alarms: ReadonlyMap<string, Alarm>,
  scenario: Scenario,
): Omit<Evaluation, 'readings'> {
  return {
    timeline: scenarioTimeline(scenario),
    band: scenarioBands(scenario, (band) => selectAlarms(alarms.values(), band).map(alarmKey)),
  };
}

function variantsOf(
  ranges: readonly Range[],
  readings: Readings,
  alarms: Iterable<Alarm>,
): readonly Variant[] {
  const byRange = ranges.map(
    (range): Variant => ({
      label: `${range} range`,
      reading: 'evaluationRange',
      readings: { ...readings, evaluationRange: range },
      matters: (alarm) => evaluationRange(alarm, ranges[0]!) !== evaluationRange(alarm, range),
    }),
  );
  const fills = (alarm: Alarm) =>
    alarm.kind === 'metric' && alarm.math?.functions.has('FILL') === true;
  if (![...alarms].some(fills)) return byRange;
  const other = readings.fillEmptySeries === 'yes' ? 'no' : 'yes';
  return [
    ...byRange,
    {
      label: `fillEmptySeries=${other}`,
      reading: 'fillEmptySeries',
      readings: { ...byRange[0]!.readings, fillEmptySeries: other },
      matters: fills,
    },
  ];
}

/** Alarm by alarm under every variant; where a variant cannot matter the first one's outcome stands. */
function evaluateVariants(
  alarms: ReadonlyMap<string, Alarm>,
  inputs: Omit<Evaluation, 'readings'>,
  variants: readonly Variant[],
) {
  const runs = variants.map((variant) => ({ variant, outcomes: new Map<string, Outcome>() }));
  const first = runs[0]!.outcomes;
  for (const [key, alarm] of alarms) {
    for (const { variant, outcomes } of runs) {
      const differs =
        alarm.kind === 'composite'
          ? [...alarm.children.values()].some((child) => outcomes.get(child) !== first.get(child))
          : alarm.kind === 'metric' && variant.matters(alarm);
      const outcome =
        outcomes === first || differs
          ? evaluateAlarm(alarm, { ...inputs, readings: variant.readings }, (child) =>
              outcomes.get(child),
            )
          : first.get(key)!;
      outcomes.set(key, outcome);
    }
  }
  return runs;
}

/** A failure under every range fails; under some of them, or under another reading, it is flagged. */
function weigh(
  expectation: Expectation,
  verdicts: readonly { readonly variant: Variant; readonly problem: string | undefined }[],
): { failure?: Failure; flagged?: Sensitivity } {
  const failing = verdicts.filter(({ problem }) => problem !== undefined);
  if (failing.length === 0) return {};
  const { file, line } = expectation;
  const base = { file, line, expectation: describeExpectation(expectation) };
  const byRange = verdicts.filter(({ variant }) => variant.reading === 'evaluationRange');
  if (byRange.every(({ problem }) => problem !== undefined)) {
    return { failure: { ...base, message: failing[0]!.problem! } };
  }
  const [{ variant, problem }] = failing as [(typeof failing)[0]];
  return {
    flagged: {
      ...base,
      reading: variant.reading,
      message: `under the ${variant.label}: ${problem}`,
    },
  };
}

/** Alarms that scenarios name and that end in another state under another reading. */
function finalStates(
  meant: ReadonlyMap<Expectation, readonly string[]>,
  runs: readonly { readonly variant: Variant; readonly outcomes: Outcomes }[],
  { start, length }: Scenario,
): Sensitivity[] {
  const end = start + length * 1000;
  const [base, ...others] = runs;
  const named = new Map(
    [...meant]
      .filter(([{ alarm }]) => alarm !== everyAlarm)
      .flatMap(([expectation, keys]) => keys.map((key) => [key, expectation] as const)),
  );
  const stateOf = (outcomes: Outcomes, key: string) => {
    const outcome = outcomes.get(key)!;
    return outcome.history && stateAt(outcome, end);
  };
  return [...named].flatMap(([key, { file, line }]) =>
    others
      .filter(({ outcomes }) => stateOf(outcomes, key) !== stateOf(base!.outcomes, key))
      .map(({ variant, outcomes }) => ({
        ...{ file, line, reading: variant.reading },
        expectation: `final state of ${outcomes.get(key)!.alarm.name}`,
        message: `${stateOf(base!.outcomes, key)} under the ${base!.variant.label}, ${stateOf(outcomes, key)} under the ${variant.label}`,
      })),
  );
}
