/** Composite alarms: rules that CloudWatch takes, children that exist, pages that come once. */
import { type Rule as AlarmRule, parseRule } from '../../composites/rule.ts';
import { SourceError } from '../../syntax/source-error.ts';
import { namesIn, ruleOf, severityOf } from '../delivery.ts';
import type { Found, LintContext, Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

const forEachComposite =
  (find: (composite: Subject, context: LintContext) => Iterable<Omit<Found, 'at'>>): Rule['find'] =>
  (context) =>
    context.composites.flatMap((composite) =>
      [...find(composite, context)].map((found) => ({ at: composite.resource, ...found })),
    );

const byName = ({ alarms, composites }: LintContext) =>
  new Map([...alarms, ...composites].map((alarm) => [alarm.name, alarm]));

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
      const level = open.at(-1)?.add(token);
      if (level?.size === 2) return true;
    }
  }
  return false;
}

/** The names on a way from the composite back to itself. */
function cycleFrom(
  start: Subject,
  known: ReadonlyMap<string, Subject>,
): readonly string[] | undefined {
  const seen = new Set<string>();
  const walk = (alarm: Subject, path: readonly string[]): readonly string[] | undefined => {
    for (const name of namesIn(alarm)) {
      if (name === start.name) return [...path, name];
      const child = known.get(name);
      if (!child?.isComposite || seen.has(name)) continue;
      seen.add(name);
      const found = walk(child, [...path, name]);
      if (found) return found;
    }
    return undefined;
  };
  return walk(start, [start.name]);
}

export const compositeRules: readonly Rule[] = [
  {
    id: 'composite-refused',
    level: 'error',
    what: 'a rule that CloudWatch refuses: its grammar, more than 100 alarms or 500 elements, a missing wait period',
    why: 'the stack does not deploy',
    source: 'API reference, PutCompositeAlarm',
    find: forEachComposite(function* (composite) {
      const rule = composite.get('AlarmRule');
      try {
        if (rule !== undefined) parseRule(String(rule));
        else if (composite.lacks('AlarmRule'))
          yield { message: 'AlarmRule is missing', fix: 'add it' };
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        yield { message: `AlarmRule: ${error.message}`, fix: 'mend the rule' };
      }
      if (composite.lacks('ActionsSuppressor')) return;
      for (const name of ['ActionsSuppressorWaitPeriod', 'ActionsSuppressorExtensionPeriod']) {
        if (composite.lacks(name))
          yield { message: `ActionsSuppressor needs ${name}`, fix: `add ${name}, in seconds` };
      }
    }),
  },
  {
    id: 'unknown-child',
    level: 'warning',
    what: 'a composite that names an alarm which no template has',
    why: 'an alarm that does not exist is never in ALARM, and CloudWatch may refuse the composite',
    source: 'CloudWatch user guide, "Combining alarms"',
    find: forEachComposite(function* (composite, context) {
      const known = byName(context);
      for (const name of new Set(namesIn(composite))) {
        if (known.has(name)) continue;
        yield {
          message: `no template given here has an alarm named '${name}'`,
          fix: 'check the name, or give the template that has it',
        };
      }
    }),
  },
  {
    id: 'composite-cycle',
    level: 'error',
    what: 'composites that refer to each other in a circle',
    why: 'CloudWatch stops evaluating them',
    source: 'CloudWatch user guide, "Combining alarms", cycles',
    find: forEachComposite(function* (composite, context) {
      const cycle = cycleFrom(composite, byName(context));
      if (cycle)
        yield { message: `it depends on itself: ${cycle.join(' → ')}`, fix: 'break the circle' };
    }),
  },
  {
    id: 'child-notifies',
    level: 'warning',
    what: 'a child that pages, or notifies the same topic, as its composite does',
    why: 'one incident notifies several times, and the composite cannot hold it back',
    source: 'CloudWatch user guide, "Combining alarms": reduce alarm noise',
    find: (context) => {
      const known = byName(context);
      return context.composites.flatMap((composite) => {
        const rule = ruleOf(composite);
        const topics = new Set(composite.actions('AlarmActions'));
        if (!rule || !topics.size) return [];
        return [...new Set(raising(rule))].flatMap((name) => {
          const child = known.get(name);
          const own = child?.actions('AlarmActions') ?? [];
          const pages = child && own.length && severityOf(child, context.templates) === 'page';
          if (!child || !(pages || own.some((arn) => arn !== undefined && topics.has(arn))))
            return [];
          const message = `it notifies by itself and again through ${composite.name}`;
          return [{ at: child.resource, message, fix: 'leave the actions to the composite' }];
        });
      });
    },
  },
  {
    id: 'mixed-operators',
    level: 'warning',
    what: 'AND and OR side by side without parentheses',
    why: 'which binds tighter is not documented',
    source: 'CloudWatch user guide, "Combining alarms", alarm rule expressions',
    find: forEachComposite(function* (composite) {
      if (!mixesOperators(String(composite.get('AlarmRule') ?? ''))) return;
      yield { message: 'AlarmRule mixes AND and OR without parentheses', fix: 'add parentheses' };
    }),
  },
];
