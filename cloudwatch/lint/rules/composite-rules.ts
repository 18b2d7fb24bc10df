/** Composite alarms: rules that CloudWatch takes, children that exist, pages that come once. */
import type { Rule as AlarmRule } from '../../composites/rule.ts';
import { SourceError } from '../../syntax/source-error.ts';
import { eachComposite, pages, type RuleTable } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { text, unknown } from '../tell.ts';

/** Alarms whose ALARM lets the composite go to ALARM. */
function raising(rule: AlarmRule, negated = false): readonly string[] {
  switch (rule.type) {
    case 'state':
      return rule.state === 'ALARM' && !negated ? [rule.alarm] : [];
    case 'atLeast':
      return rule.state === 'ALARM' && !negated && !rule.negated ? rule.alarms : [];
    case 'not':
      return raising(rule.operand, !negated);
    case 'constant':
      return [];
    default:
      return [...raising(rule.left, negated), ...raising(rule.right, negated)];
  }
}

/** True where AND and OR stand side by side without parentheses between them. */
function mixesOperators(rule: string): boolean {
  const open: Set<string>[] = [new Set()];
  for (const [token] of rule.matchAll(/"(?:\\.|[^"\\])*"|[()]|[^\s()"]+/g)) {
    if (token === '(') open.push(new Set());
    else if (token === ')') open.pop();
    else if (token === 'AND' || token === 'OR') {
      if (open.at(-1)?.add(token).size === 2) return true;
    }
  }
  return false;
}

/** The names on the shortest way from the composite back to itself. */
function cycleFrom(
  start: string,
  byName: ReadonlyMap<string, Subject>,
): readonly string[] | undefined {
  const parents = new Map<string, string>();
  const queue = [start];
  for (const name of queue) {
    for (const child of byName.get(name)?.children ?? []) {
      if (child === start) {
        const path = [name, start];
        while (path[0] !== start) path.unshift(parents.get(path[0] as string) as string);
        return path;
      }
      if (parents.has(child)) continue;
      parents.set(child, name);
      queue.push(child);
    }
  }
  return undefined;
}

export const compositeRules = {
  'composite-refused': eachComposite((composite) => {
    const periods = ['ActionsSuppressorWaitPeriod', 'ActionsSuppressorExtensionPeriod'];
    const missing = composite.lacks('ActionsSuppressor')
      ? []
      : periods.filter((name) => composite.lacks(name));
    return [
      ...(composite.rule instanceof SourceError
        ? [{ message: `AlarmRule: ${composite.rule.message}`, fix: 'mend the rule' }]
        : []),
      ...(composite.lacks('AlarmRule') ? [{ message: 'AlarmRule is missing', fix: 'add it' }] : []),
      ...missing.map((name) => ({
        message: `ActionsSuppressor needs ${name}`,
        fix: `add ${name}, in seconds`,
      })),
    ];
  }),
  'unknown-child': eachComposite((composite, { byName, all }) =>
    [...new Set(composite.children)]
      .filter((name) => !byName.has(name) && !all.some((each) => each.get('AlarmName') === unknown))
      .map((name) => ({
        message: `no template given here has an alarm named '${name}'`,
        fix: 'check the name, or give the template that has it',
      })),
  ),
  'composite-cycle': eachComposite((composite, { byName }) => {
    const cycle = cycleFrom(composite.name, byName)?.join(' → ');
    return cycle && { message: `it depends on itself: ${cycle}`, fix: 'break the circle' };
  }),
  'child-notifies': (system) =>
    system.composites.flatMap((composite) => {
      const topics = composite.actions('AlarmActions');
      if (!composite.rule || composite.rule instanceof SourceError || !topics.length) return [];
      const children = [...new Set(raising(composite.rule))].map((name) => system.byName.get(name));
      return children
        .filter((child) => child !== undefined)
        .filter(
          (child) =>
            pages(child, system) ||
            child.actions('AlarmActions').some((arn) => arn && topics.includes(arn)),
        )
        .map(({ resource }) => ({
          at: resource,
          message: `it notifies by itself and again through ${composite.name}`,
          fix: 'leave the actions to the composite',
        }));
    }),
  'mixed-operators': eachComposite(
    (composite) =>
      mixesOperators(text(composite.get('AlarmRule')) ?? '') && {
        message: 'AlarmRule mixes AND and OR without parentheses',
        fix: 'add parentheses',
      },
  ),
} satisfies RuleTable;
