/** The way from an alarm to a human: its actions, the topics behind them, who points at the alarm instead. */
import { type Rule as AlarmRule, alarmsOf, parseRule } from '../composites/rule.ts';
import { SourceError } from '../syntax/source-error.ts';
import type { TemplateResource, TemplateSet } from '../template/template-set.ts';
import { referencesIn } from './reference.ts';
import type { LintContext } from './rule.ts';
import { actionLists, type Subject } from './subject.ts';

/** The rule of a composite; undefined where it is not known or broken. */
export function ruleOf(composite: Subject): AlarmRule | undefined {
  const text = composite.get('AlarmRule');
  try {
    return text === undefined ? undefined : parseRule(String(text));
  } catch (error) {
    if (error instanceof SourceError) return undefined;
    throw error;
  }
}

/** The topics of the templates that alarms notify, with these alarms. */
export function topicsOf({ alarms, composites, templates }: LintContext) {
  const topics = new Map<TemplateResource, Subject[]>();
  for (const alarm of [...alarms, ...composites]) {
    for (const topic of targetsOf(alarm, templates)) {
      topics.set(topic, [...(topics.get(topic) ?? []), alarm]);
    }
  }
  return topics;
}

function targetsOf(alarm: Subject, templates: TemplateSet): ReadonlySet<TemplateResource> {
  const arns = actionLists.flatMap((list) => alarm.actions(list));
  const resources = arns.map((arn) =>
    arn === undefined ? undefined : templates.byPhysicalId(arn),
  );
  return new Set(
    resources.filter((each) => each?.type === 'AWS::SNS::Topic'),
  ) as Set<TemplateResource>;
}

/** Alarms that something else than an action uses: a composite's rule or suppressor, a deployment group, … */
export function usedAlarms({ alarms, composites, templates }: LintContext): ReadonlySet<Subject> {
  const names = new Set(composites.flatMap(namesIn));
  const ids = new Set(
    templates.resources
      .filter(({ type }) => type !== 'AWS::CloudWatch::Dashboard')
      .flatMap(({ body, file }) => [...referencesIn(body.Properties)].map((id) => `${file}#${id}`)),
  );
  return new Set(
    [...alarms, ...composites].filter(
      (alarm) =>
        names.has(alarm.name) || ids.has(`${alarm.resource.file}#${alarm.resource.logicalId}`),
    ),
  );
}

/** The alarms that a composite names, in its rule and as its suppressor. */
export function namesIn(composite: Subject): readonly string[] {
  const rule = ruleOf(composite);
  const suppressor = composite.get('ActionsSuppressor');
  return [
    ...(rule ? alarmsOf(rule) : []),
    ...(suppressor === undefined ? [] : [String(suppressor).replace(/^arn:.*:alarm:/, '')]),
  ];
}

/** `page`, `ticket`, …: from the alarm's metadata, else from its topics'. */
export function severityOf(alarm: Subject, templates: TemplateSet): string | undefined {
  const own = alarm.resource.metadata['Severity'];
  if (typeof own === 'string') return own;
  const topics = [...targetsOf(alarm, templates)].map(({ metadata }) => metadata['Severity']);
  return topics.find((each) => typeof each === 'string') as string | undefined;
}
