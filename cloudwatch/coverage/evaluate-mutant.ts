/** What a changed alarm, and the composites above it, do in a scenario: nothing else is evaluated again. */
import type { Alarm, CompositeAlarm, History, MetricAlarm } from '../alarms/alarm.ts';
import { type Evaluation, evaluateAlarm, type Outcome } from '../alarms/evaluate-alarms.ts';
import type { Mutant } from './mutant.ts';

/** The composites that depend on each alarm, near and far, in the order of evaluation. */
export function parentsOf(
  alarms: ReadonlyMap<string, Alarm>,
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...alarms.keys()].map((key) => {
      const touched = new Set([key]);
      for (const [other, alarm] of alarms) {
        const depends =
          alarm.kind === 'composite' && [...alarm.children.values()].some((c) => touched.has(c));
        if (depends) touched.add(other);
      }
      touched.delete(key);
      return [key, [...touched]];
    }),
  );
}

/** What the changed alarm and the composites above it do; undefined where nothing changes or it cannot be told. */
export function evaluateMutant(
  { alarm }: Mutant,
  [key, ...parents]: readonly string[],
  alarms: ReadonlyMap<string, Alarm>,
  outcomes: ReadonlyMap<string, Outcome>,
  evaluation: Evaluation,
): ReadonlyMap<string, Outcome> | undefined {
  const changed = new Map<string, Outcome>();
  const outcomeOf = (each: string) => changed.get(each) ?? outcomes.get(each);
  const evaluate = (id: string, each: MetricAlarm | CompositeAlarm) => {
    const outcome = evaluateAlarm(each, evaluation, outcomeOf);
    const before = outcomes.get(id)!;
    if (outcome.history && before.history && !isSame(outcome, before)) changed.set(id, outcome);
  };
  evaluate(key!, alarm!);
  if (changed.size === 0) return undefined;
  for (const parent of parents) {
    const composite = alarms.get(parent)!;
    if (composite.kind === 'composite') evaluate(parent, composite);
  }
  return changed;
}

const isSame = (a: Outcome, b: Outcome) =>
  sameHistory(a.history!, b.history!) && a.notifications.length === b.notifications.length;

const sameHistory = (a: History, b: History) =>
  a.transitions.length === b.transitions.length &&
  a.transitions.every(({ time, to }, index) => {
    const other = b.transitions[index]!;
    return time === other.time && to === other.to;
  });
