/**
 * The rule of a composite alarm as a tree. Source: CloudWatch user guide, "Combining alarms", and PutCompositeAlarm.
 * How NOT, AND and OR bind without parentheses is not documented: NOT before AND before OR is assumed.
 */
import { type State, states } from '../alarms/history.ts';
import { binaryOperators, type Grammar, PrattParser } from '../syntax/pratt-parser.ts';
import { SourceError } from '../syntax/source-error.ts';
import type { Token } from '../syntax/tokenize.ts';

export type Rule =
  | { readonly type: 'constant'; readonly value: boolean }
  | { readonly type: 'state'; readonly state: State; readonly alarm: string }
  | { readonly type: 'not'; readonly operand: Rule }
  | { readonly type: 'and' | 'or'; readonly left: Rule; readonly right: Rule }
  | AtLeast;

export interface AtLeast {
  readonly type: 'atLeast';
  readonly count: number;
  /** `count` is a percentage of the alarms. */
  readonly percent: boolean;
  readonly negated: boolean;
  readonly state: State;
  readonly alarms: readonly string[];
}

/** Source: PutCompositeAlarm. */
const limits = { length: 10_240, children: 100, elements: 500 } as const;

const operators = binaryOperators<Rule>([['OR'], ['AND']], (left, { text }, right) => ({
  type: text === 'OR' ? 'or' : 'and',
  left,
  right,
}));
const notPower = 3;

const grammar: Grammar<Rule> = {
  tokens: [
    ['skip', /\s+/y],
    ['quoted', /"(?:\\.|[^"\\])*"/y],
    ['mark', /[(),]/y],
    ['word', /[^\s(),"]+/y],
  ],
  infix: ({ text }) => operators.get(text),
  prefix: (token, parser) => {
    const { text } = token;
    if (text === '(') return parser.enclosed();
    if (text === 'NOT') return { type: 'not', operand: parser.expression(notPower) };
    if (text === 'TRUE' || text === 'FALSE') return { type: 'constant', value: text === 'TRUE' };
    if (text === 'AT_LEAST') return atLeast(parser);
    const state = states.find((name) => name === text);
    if (!state) {
      return parser.fail(
        `ALARM(…), OK(…), INSUFFICIENT_DATA(…), AT_LEAST(…), NOT, TRUE or FALSE is expected${text && ` instead of '${text}'`}`,
        token,
      );
    }
    parser.expect('(');
    const alarm = reference(parser);
    parser.expect(')');
    return { type: 'state', state, alarm };
  },
};

function atLeast(parser: PrattParser<Rule>): Rule {
  parser.expect('(');
  const amount = parser.advance();
  const [, digits, percent] = /^(\d+)(%?)$/.exec(amount.text) ?? [];
  const count = Number(digits);
  if (!digits || count < 1 || (percent && count > 100)) {
    parser.fail('AT_LEAST needs a number from 1, or a percentage', amount);
  }
  parser.expect(',');
  const negated = parser.take('NOT') !== undefined;
  const token = parser.advance();
  const state = states.find((name) => name === token.text);
  if (!state) return parser.fail('a state is expected', token);
  parser.expect(',');
  parser.expect('(');
  const alarms = parser.list(')', () => reference(parser));
  parser.expect(')');
  if (!percent && count > alarms.length) {
    parser.fail(`AT_LEAST ${count} of ${alarms.length} alarms can never be`, amount);
  }
  return { type: 'atLeast', count, percent: percent === '%', negated, state, alarms };
}

/** An alarm's name or ARN, quoted or not. @returns the name */
function reference(parser: PrattParser<Rule>): string {
  const { kind, text, start } = parser.advance();
  if (kind === 'word') return alarmName(text);
  if (kind === 'quoted') return alarmName(text.slice(1, -1).replace(/\\(.)/g, '$1'));
  return parser.fail("an alarm's name is expected", { start });
}

export const alarmName = (nameOrArn: string) =>
  nameOrArn.replace(/^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:/, '');

/** @throws SourceError with the position */
export function parseRule(source: string): Rule {
  const refuse = (problem: string, at = 0): never => {
    throw new SourceError(source, at, problem);
  };
  if (source.length > limits.length) {
    refuse(`a rule ends after ${limits.length.toLocaleString('en')} characters:`, limits.length);
  }
  const parser = new PrattParser(source, grammar);
  const rule = parser.whole();
  const children = new Set(alarmsOf(rule)).size;
  if (children > limits.children) refuse(`${children} alarms are more than ${limits.children}:`);
  const elements = parser.tokens.filter(({ text }, index, tokens) =>
    text === '(' ? isGroup(tokens[index - 1]) : text === 'TRUE' || text === 'FALSE',
  );
  if (children + elements.length > limits.elements) {
    refuse(`the rule has more than ${limits.elements} elements:`);
  }
  return rule;
}

/** Whether what follows opens a group, not a call. That AWS counts the parentheses of calls is not documented. */
const isGroup = (before: Token | undefined) => !before || /^(\(|AND|OR|NOT)$/.test(before.text);

/** The names of the alarms that the rule refers to, in its order. */
export function alarmsOf(rule: Rule): readonly string[] {
  switch (rule.type) {
    case 'constant':
      return [];
    case 'state':
      return [rule.alarm];
    case 'not':
      return alarmsOf(rule.operand);
    case 'atLeast':
      return rule.alarms;
    default:
      return [...alarmsOf(rule.left), ...alarmsOf(rule.right)];
  }
}

/** The rule as text again, fully parenthesized. */
export function printRule(rule: Rule): string {
  switch (rule.type) {
    case 'constant':
      return rule.value ? 'TRUE' : 'FALSE';
    case 'state':
      return `${rule.state}("${rule.alarm}")`;
    case 'not':
      return `NOT ${printRule(rule.operand)}`;
    case 'atLeast': {
      const { count, percent, negated, state, alarms } = rule;
      const amount = `${count}${percent ? '%' : ''}`;
      const list = alarms.map((alarm) => `"${alarm}"`).join(', ');
      return `AT_LEAST(${amount}, ${negated ? 'NOT ' : ''}${state}, (${list}))`;
    }
    default:
      return `(${printRule(rule.left)} ${rule.type.toUpperCase()} ${printRule(rule.right)})`;
  }
}
