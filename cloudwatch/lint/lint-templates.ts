/** Templates → findings: alarms that can never fire or never be heard, and what is likely trouble. */
import { awsCatalogue } from '../catalogue/aws-catalogue.ts';
import { type Catalogue, mergeCatalogues } from '../catalogue/catalogue.ts';
import { metricFilters } from '../catalogue/metric-filters.ts';
import { InputError } from '../input-error.ts';
import type { TemplateSet } from '../template/template-set.ts';
import { type Level, levels, lintedSystem } from './rule.ts';
import { allRules } from './rules/all-rules.ts';

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
  { catalogues = [], disable = [] }: LintOptions = {},
): readonly Finding[] {
  const catalogue = mergeCatalogues(awsCatalogue(), ...catalogues, metricFilters(templates));
  const system = lintedSystem(templates, catalogue);
  if (!system.all.length) {
    const files = templates.files.map(({ file }) => file).join(', ');
    throw new InputError(files, 'no template given here has an alarm', {
      fix: 'give the template that holds AWS::CloudWatch::Alarm',
    });
  }
  const order = new Map(templates.resources.map((resource, index) => [resource, index]));
  return allRules
    .filter(({ id }) => !disable.includes(id))
    .flatMap((rule) =>
      rule.find(system).map(({ at, level = rule.level, message, fix }) => ({
        rank: [levels.indexOf(level), order.get(at) ?? 0] as const,
        finding: { rule: rule.id, level, template: at.file, resource: at.logicalId, message, fix },
      })),
    )
    .sort(({ rank: [level, at] }, { rank }) => level - rank[0] || at - rank[1])
    .map(({ finding }) => finding);
}
