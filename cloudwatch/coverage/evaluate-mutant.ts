/** What a changed alarm, and the composites above it, do in a scenario: nothing else is evaluated again. */
import type { Alarm, EvaluatedAlarm } from '../alarms/alarm.ts';
import { type Evaluation, evaluateAlarm, type Outcome } from '../alarms/evaluate-alarms.ts';
import type { Mutant } from './mutant.ts';

/** What all alarms do in a scenario, unchanged. */
export interface Evaluated {
  readonly alarms: ReadonlyMap<string, Alarm>;
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly evaluation: Evaluation;
}

/** The composites that depend on each alarm, near and far, in the order of evaluation. */
export const parentsOf = (alarms: ReadonlyMap<string, Alarm>) =>
  new Map(
    [...alarms.keys()].map((key) => {
      const touched = new Set([key]);
      for (const [other, alarm] of alarms) {
        const children = alarm.kind === 'composite' ? [...alarm.children.values()] : [];
        if (children.some((child) => touched.has(child))) touched.add(other);
      }
      touched.delete(key);
      return [key, [...touched]];
    }),
  );

/** What the changed alarm and the composites above it do; undefined where nothing changes or it cannot be told. */
export function evaluateMutant(
  { alarm: mutated }: Mutant,
  [key, ...parents]: readonly string[],
  { alarms, outcomes, evaluation }: Evaluated,
): Evaluated['outcomes'] | undefined {
  const changed = new Map<string, Outcome>();
  const outcomeOf = (each: string) => changed.get(each) ?? outcomes.get(each);
  const evaluate = (id: string, alarm: EvaluatedAlarm) => {
    const outcome = evaluateAlarm(alarm, evaluation, outcomeOf);
    if (isOther(outcome, outcomes.get(id)!)) changed.set(id, outcome);
  };
  evaluate(key!, mutated!);
  if (changed.size === 0) return undefined;
  for (const parent of parents) {
    const composite = alarms.get(parent)!;
    if (composite.kind === 'composite') evaluate(parent, composite);
  }
  return changed;
}

/** True where both can be told, and differ in what is seen from outside. */
function isOther(after: Outcome, before: Outcome): boolean {
  if (!after.history || !before.history) return false;
  const [one, other] = [after.history.transitions, before.history.transitions];
  return (
    after.notifications.length !== before.notifications.length ||
    one.length !== other.length ||
    one.some(({ time, to }, index) => time !== other[index]?.time || to !== other[index].to)
  );
}
