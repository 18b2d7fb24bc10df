/** From the verdicts under each reading to one: a failure, or a flag where the readings disagree. */
import { describeExpectation, stateAt } from './judge.ts';
import type { Expectation, Place, Scenario } from './scenario.ts';
import { everyAlarm } from './select-alarms.ts';
import type { Outcomes, Run, Variant } from './variants.ts';

export interface Failure extends Place {
  readonly expectation: string;
  readonly message: string;
}

/** A verdict or final state that differs between readings. */
export interface Sensitivity extends Failure {
  readonly reading: 'evaluationRange' | 'fillEmptySeries';
}

/** A failure under every range fails; under some of them, or under another reading, it is flagged. */
export function weigh(
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
export function finalStates(
  meant: ReadonlyMap<Expectation, readonly string[]>,
  runs: readonly Run[],
  { start, length }: Scenario,
): readonly Sensitivity[] {
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
