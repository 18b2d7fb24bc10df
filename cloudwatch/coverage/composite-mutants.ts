/** Mutants of a composite's rule: each operator replaced; those with the same truth table do not count. */
import type { CompositeAlarm } from '../alarms/alarm.ts';
import { type State, states } from '../alarms/history.ts';
import { isTrue } from '../composites/evaluate-composite-alarm.ts';
import { alarmsOf, printRule, type Rule } from '../composites/rule.ts';
import { defaultReadings } from '../readings.ts';
import type { Mutant } from './mutant.ts';

interface Variant {
  readonly rule: Rule;
  readonly change: string;
}

/** 3^8 rows; wider rules are sampled by the scenarios alone. */
const maxTable = 8;

export function compositeMutants(alarm: CompositeAlarm): readonly Mutant[] {
  const names = [...new Set(alarmsOf(alarm.rule))];
  const rows = names.length > maxTable ? undefined : truthTable(names);
  return variantsOf(alarm.rule).map(({ rule, change }) => {
    const row = rows?.find((each) => truth(alarm.rule, each) !== truth(rule, each));
    const moment = [...(row ?? [])].map(([name, state]) => `${name} ${state}`).join(', ');
    return {
      change,
      killedBy: row
        ? `a moment with ${moment}: the rule must be ${truth(alarm.rule, row)}`
        : 'a moment in which the two rules differ',
      notCounted: rows && !row ? 'the rule has the same truth table' : undefined,
      alarm: { ...alarm, rule },
    };
  });
}

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
    case 'not': {
      const inner = variantsOf(rule.operand);
      return [
        { rule: rule.operand, change: `${printRule(rule)}: NOT left out` },
        ...inner.map((each) => ({ ...each, rule: { ...rule, operand: each.rule } })),
      ];
    }
    case 'atLeast': {
      const most = rule.percent ? 100 : rule.alarms.length;
      const counts = [rule.count + 1, rule.count - 1].filter(
        (count) => count >= 1 && count <= most,
      );
      return counts.map((count) => ({
        rule: { ...rule, count },
        change: `AT_LEAST ${rule.count} → ${count}`,
      }));
    }
    default:
      return [];
  }
}

type Row = ReadonlyMap<string, State>;

/** Every combination of states of the alarms. */
const truthTable = (names: readonly string[]): readonly Row[] =>
  Array.from({ length: states.length ** names.length }, (_, row) => {
    const stateOf = (index: number) => Math.floor(row / states.length ** index) % states.length;
    return new Map(names.map((name, index) => [name, states[stateOf(index)]!]));
  });

const truth = (rule: Rule, row: Row) => isTrue(rule, (alarm) => row.get(alarm)!, defaultReadings);
