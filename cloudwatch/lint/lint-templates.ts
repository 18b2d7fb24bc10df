/** Templates → findings: alarms that can never fire or never be heard, and what is likely trouble. */
import { awsCatalogue } from '../catalogue/aws-catalogue.ts';
import { type Catalogue, mergeCatalogues } from '../catalogue/catalogue.ts';
import { metricFilters } from '../catalogue/metric-filters.ts';
import { InputError } from '../input-error.ts';
import type { TemplateSet } from '../template/template-set.ts';
import { type Level, levels } from './rule.ts';
import { allRules } from './rules/all-rules.ts';
import { Subject } from './subject.ts';

export interface Finding {
  readonly rule: string;
  readonly level: Level;
  readonly template: string;
  /** Logical id. */
  readonly resource: string;
  readonly message: string;
  readonly fix: string;
}

export interface LintOptions {
  /** What `--catalogue` files add. */
  readonly catalogues?: readonly Catalogue[];
  /** Ids of rules that do not run. */
  readonly disable?: readonly string[];
}

/** @returns findings, errors first, then in the order of the templates @throws InputError where there is no alarm */
export function lintTemplates(
  templates: TemplateSet,
  options: LintOptions = {},
): readonly Finding[] {
  const { catalogues = [], disable = [] } = options;
  const subjects = (type: string) =>
    templates.ofType(type).map((each) => new Subject(each, templates));
  const context = {
    templates,
    catalogue: mergeCatalogues(awsCatalogue(), ...catalogues, metricFilters(templates)),
    alarms: subjects('AWS::CloudWatch::Alarm'),
    composites: subjects('AWS::CloudWatch::CompositeAlarm'),
  };
  if (!context.alarms.length && !context.composites.length) throw noAlarm(templates);
  const order = new Map(templates.resources.map((resource, index) => [resource, index]));
  return allRules
    .filter(({ id }) => !disable.includes(id))
    .flatMap((rule) => [...rule.find(context)].map((found) => ({ rule, found })))
    .map(({ rule, found: { at, level = rule.level, message, fix } }) => ({
      at: order.get(at) ?? 0,
      rank: levels.indexOf(level),
      finding: { rule: rule.id, level, template: at.file, resource: at.logicalId, message, fix },
    }))
    .sort((left, right) => left.rank - right.rank || left.at - right.at)
    .map(({ finding }) => finding);
}

const noAlarm = ({ files }: TemplateSet) =>
  new InputError(files.map(({ file }) => file).join(', '), 'no template given here has an alarm', {
    fix: 'give the template that holds AWS::CloudWatch::Alarm',
  });
