/**
 * A composite alarm, evaluated whenever one of its children changes. It has INSUFFICIENT_DATA only right after creation.
 * Source: CloudWatch user guide, "Combining alarms".
 */
import { changesOf, type History, type State, type Transition } from '../alarms/history.ts';
import type { Readings } from '../readings.ts';
import { printRule, type Rule } from './rule.ts';

export interface CompositeEvaluation {
  readonly readings: Readings;
  /** ms since the epoch of the first evaluation. */
  readonly from: number;
  /** What each referenced alarm did, by the name that the rule uses. */
  readonly children: ReadonlyMap<string, History>;
}

export function evaluateCompositeAlarm(
  rule: Rule,
  { readings, from, children }: CompositeEvaluation,
): History {
  const initial: State = 'INSUFFICIENT_DATA';
  const states = new Map([...children].map(([name, history]) => [name, history.initial]));
  const changes = changesOf(children);
  const times = [...new Set([from, ...changes.map(({ time }) => time)])].sort((a, b) => a - b);

  const transitions: Transition[] = [];
  let current: State = initial;
  let next = 0;
  for (const time of times) {
    const changed: string[] = [];
    for (; changes[next] && changes[next]!.time <= time; next++) {
      const { name, to } = changes[next]!;
      states.set(name, to);
      changed.push(`${name} is ${to}`);
    }
    const to = isTrue(rule, (name) => states.get(name)!, readings) ? 'ALARM' : 'OK';
    if (to === current) continue;
    const cause = changed.length > 0 ? `: ${changed.join(', ')}` : '';
    const reason = `the rule is ${to === 'ALARM'}${cause}; ${shorten(printRule(rule))}`;
    transitions.push({ time, from: current, to, reason });
    current = to;
  }
  return { initial, transitions };
}

/** A child without enough data makes ALARM() and OK() false, so that NOT ALARM() is true. */
export function isTrue(
  rule: Rule,
  stateOf: (alarm: string) => State,
  readings: Pick<Readings, 'atLeastRounding'>,
): boolean {
  switch (rule.type) {
    case 'constant':
      return rule.value;
    case 'state':
      return stateOf(rule.alarm) === rule.state;
    case 'not':
      return !isTrue(rule.operand, stateOf, readings);
    case 'and':
      return isTrue(rule.left, stateOf, readings) && isTrue(rule.right, stateOf, readings);
    case 'or':
      return isTrue(rule.left, stateOf, readings) || isTrue(rule.right, stateOf, readings);
    case 'atLeast': {
      const { alarms, negated, state, count, percent } = rule;
      const matching = alarms.filter((alarm) => (stateOf(alarm) === state) !== negated).length;
      const round = readings.atLeastRounding === 'up' ? Math.ceil : Math.floor;
      return matching >= (percent ? round((count * alarms.length) / 100) : count);
    }
  }
}

const shorten = (text: string) => (text.length > 200 ? `${text.slice(0, 199)}…` : text);
