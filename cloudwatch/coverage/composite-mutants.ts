/** Mutants of a composite's rule: each operator replaced; those with the same truth table do not count. */
import type { CompositeAlarm, State } from '../alarms/alarm.ts';
import { isTrue } from '../composites/evaluate-composite-alarm.ts';
import { alarmsOf, printRule, type Rule } from '../composites/rule.ts';
import { defaultReadings } from '../readings.ts';
import type { Mutant } from './mutant.ts';

interface Variant {
  readonly rule: Rule;
  readonly change: string;
}

const states = ['ALARM', 'OK', 'INSUFFICIENT_DATA'] as const;
/** 3^8 rows; wider rules are sampled by the scenarios alone. */
const maxTable = 8;

export const compositeMutants = (alarm: CompositeAlarm): readonly Mutant[] =>
  variantsOf(alarm.rule).map(({ rule, change }) => {
    const difference = firstDifference(alarm.rule, rule);
    return {
      change,
      killedBy: difference
        ? `a moment with ${difference}: the rule must be ${truth(alarm.rule, difference)}`
        : 'a moment in which the two rules differ',
      notCounted: difference === null ? 'the rule has the same truth table' : undefined,
      alarm: { ...alarm, rule },
    };
  });

function variantsOf(rule: Rule): readonly Variant[] {
  switch (rule.type) {
    case 'and':
    case 'or': {
      const type = rule.type === 'and' ? 'or' : 'and';
      const change = `${printRule(rule)}: ${rule.type.toUpperCase()} → ${type.toUpperCase()}`;
      return [
        { rule: { ...rule, type }, change },
        ...variantsOf(rule.left).map((each) => ({ ...each, rule: { ...rule, left: each.rule } })),
        ...variantsOf(rule.right).map((each) => ({ ...each, rule: { ...rule, right: each.rule } })),
      ];
    }
    case 'not':
      return [
        { rule: rule.operand, change: `${printRule(rule)}: NOT left out` },
        ...variantsOf(rule.operand).map((each) => ({
          ...each,
          rule: { ...rule, operand: each.rule },
        })),
      ];
    case 'atLeast':
      return [rule.count + 1, rule.count - 1]
        .filter((count) => count >= 1 && count <= (rule.percent ? 100 : rule.alarms.length))
        .map((count) => ({
          rule: { ...rule, count },
          change: `AT_LEAST ${rule.count} → ${count}`,
        }));
    default:
      return [];
  }
}

type Assignment = ReadonlyMap<string, State> & { toString(): string };

/** States of the children that tell the rules apart; null where there are none; undefined where it was not tried. */
function firstDifference(rule: Rule, other: Rule): Assignment | null | undefined {
  const alarms = [...new Set(alarmsOf(rule))];
  if (alarms.length > maxTable) return undefined;
  for (let row = 0; row < states.length ** alarms.length; row++) {
    const assignment = new Map(
      alarms.map((alarm, index) => [
        alarm,
        states[Math.floor(row / states.length ** index) % states.length]!,
      ]),
    );
    if (truth(rule, assignment) !== truth(other, assignment)) {
      const text = [...assignment].map(([alarm, state]) => `${alarm} ${state}`).join(', ');
      return Object.assign(assignment, { toString: () => text });
    }
  }
  return null;
}

const truth = (rule: Rule, assignment: ReadonlyMap<string, State>) =>
  isTrue(rule, (alarm) => assignment.get(alarm)!, defaultReadings);
