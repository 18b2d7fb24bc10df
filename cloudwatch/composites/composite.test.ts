import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { State } from '../alarms/alarm.ts';
import { defaultReadings } from '../readings.ts';
import { evaluateCompositeAlarm, isTrue } from './evaluate-composite-alarm.ts';
import { alarmsOf, parseRule, printRule, type Rule } from './rule.ts';

type States = Readonly<Record<string, State>>;

const holds = (rule: string | Rule, states: States = {}, readings = defaultReadings) =>
  isTrue(typeof rule === 'string' ? parseRule(rule) : rule, (name) => states[name]!, readings);

const [alarm, ok, unknown] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'] as const;

describe('composite rules', () => {
  test.each<[string, States, boolean]>([
    ['(ALARM(a) OR ALARM(b)) AND OK(c)', { a: alarm, b: ok, c: ok }, true],
    ['(ALARM(a) OR ALARM(b)) AND OK(c)', { a: alarm, b: ok, c: unknown }, false],
    ['ALARM(a) AND NOT ALARM(deploy)', { a: alarm, deploy: unknown }, true],
    ['AT_LEAST(50%, OK, (a, b, c, d))', { a: ok, b: ok, c: alarm, d: unknown }, true],
    ['AT_LEAST(50%, OK, (a, b, c, d))', { a: ok, b: alarm, c: alarm, d: unknown }, false],
    ['AT_LEAST(2, NOT OK, (a, b, c))', { a: ok, b: alarm, c: unknown }, true],
    ['AT_LEAST(3, NOT OK, (a, b, c))', { a: ok, b: alarm, c: unknown }, false],
    ['OK(a)', { a: unknown }, false],
    ['INSUFFICIENT_DATA(a)', { a: unknown }, true],
    ['TRUE AND NOT FALSE', {}, true],
    ['NOT NOT TRUE', {}, true],
    ['TRUE OR TRUE AND FALSE', {}, true],
    ['NOT FALSE OR FALSE AND FALSE', {}, true],
    ['NOT TRUE OR TRUE', {}, true],
    ['NOT (TRUE OR TRUE)', {}, false],
  ])('%s with %j is %s', (rule, states, expected) => {
    expect(holds(rule, states)).toBe(expected);
  });

  test('how a percentage rounds is a reading', () => {
    const states = { a: ok, b: alarm, c: alarm };
    const rule = 'AT_LEAST(50%, OK, (a, b, c))';
    expect(holds(rule, states)).toBe(false);
    expect(holds(rule, states, { ...defaultReadings, atLeastRounding: 'down' })).toBe(true);
  });

  test('names may be quoted, escaped or ARNs', () => {
    const arn = 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:by arn';
    const rule = parseRule(`ALARM("with (all), of \\"it\\"") OR OK("${arn}") OR OK(plain-1)`);
    expect(alarmsOf(rule)).toEqual(['with (all), of "it"', 'by arn', 'plain-1']);
  });

  test.each([
    ['ALARM(a', "')' is expected at column 8"],
    ['ALARM()', "an alarm's name is expected at column 7"],
    ['ALARM(a) OK(b)', "'OK' is not expected at column 10"],
    ['alarm(a)', "instead of 'alarm' at column 1"],
    ['ALARM(a) AND', 'is expected at column 13'],
    ['AT_LEAST(0, OK, (a))', 'a number from 1'],
    ['AT_LEAST(3, OK, (a, b))', 'AT_LEAST 3 of 2 alarms can never be'],
    ['AT_LEAST(101%, OK, (a, b))', 'a percentage'],
    ['AT_LEAST(1, GOOD, (a))', 'a state is expected'],
    ['ALARM("open)', 'is not expected at column 7'],
    ['', 'at column 1'],
    [`${'NOT '.repeat(300)}TRUE`, 'nested more than 200 deep'],
    [`ALARM(${'a'.repeat(10_300)})`, 'ends after 10,240 characters'],
    [
      Array.from({ length: 101 }, (_, i) => `OK(a${i})`).join(' OR '),
      '101 alarms are more than 100',
    ],
    [Array(502).fill('TRUE').join(' OR '), 'more than 500 elements'],
  ])('refuses %.30s', (rule, message) => {
    expect(() => parseRule(rule)).toThrow(message);
  });

  test('the parentheses of a call are no elements: whether AWS counts them is not documented', () => {
    const calls = Array(510).fill('OK(a)').join(' OR ');
    expect(alarmsOf(parseRule(calls))).toHaveLength(510);
    const grouped = Array(501).fill('(OK(a))').join(' OR ');
    expect(() => parseRule(grouped)).toThrow('more than 500 elements');
  });

  test('a printed rule reads back as the same rule', () => {
    const state = fc.constantFrom<State>(alarm, ok, unknown);
    const name = fc.constantFrom('a', 'b c', 'd-e');
    const { rule } = fc.letrec<{ rule: Rule }>((tie) => ({
      rule: fc.oneof(
        { maxDepth: 4 },
        fc.record({ type: fc.constant('constant' as const), value: fc.boolean() }),
        fc.record({ type: fc.constant('state' as const), state, alarm: name }),
        fc.record({ type: fc.constant('not' as const), operand: tie('rule') }),
        fc.record({
          type: fc.constantFrom('and' as const, 'or' as const),
          left: tie('rule'),
          right: tie('rule'),
        }),
      ),
    }));
    fc.assert(
      fc.property(rule, (original) => {
        expect(parseRule(printRule(original))).toEqual(original);
      }),
    );
  });
});

describe('composite alarms', () => {
  const history = (...changes: readonly [number, State][]) => ({
    initial: unknown,
    transitions: changes.map(([time, to]) => ({ time, from: ok, to, reason: '' })),
  });

  test('have no data only before their first evaluation, and name the child that changed', () => {
    const { transitions } = evaluateCompositeAlarm(parseRule('ALARM(a) OR ALARM(b)'), {
      ...{ readings: defaultReadings, from: 1 },
      children: new Map([
        ['a', history([3, alarm], [5, ok])],
        ['b', history([4, alarm], [6, unknown])],
      ]),
    });
    expect(transitions.map(({ time, to }) => [time, to])).toEqual([
      [1, ok],
      [3, alarm],
      [6, ok],
    ]);
    expect(transitions[1]!.reason).toContain('a is ALARM');
    expect(transitions[2]!.reason).toContain('b is INSUFFICIENT_DATA');
  });
});
