/** What a rule of the strict pack is. Rules read finished templates, so overrides and raw resources cannot hide from them. */
import type { StageSettings } from '../stage-settings.ts';
import type { Json, Template, TemplateResource } from '../templates.ts';
import type { Statement } from './policy-statements.ts';

/** One resource, and what a rule may want to know beside it. */
export interface Subject {
  readonly logicalId: string;
  readonly resource: TemplateResource;
  readonly properties: Json;
  readonly template: Template;
  /** Every IAM statement of the template. */
  readonly statements: readonly Statement[];
  readonly settings: StageSettings;
}

export interface StrictRule {
  /** Stable: suppressions and reports name it `Manara-<id>`. */
  readonly id: string;
  /** What must hold. */
  readonly demand: string;
  /** The types that it looks at, without `AWS::`; default every one. */
  readonly of?: readonly string[];
  /** What is wrong with a resource, in words; whatever is false says nothing. */
  readonly finds: (subject: Subject) => readonly (string | false | undefined)[];
}

/** The IAM statements that the resource holds. */
export const held = ({ logicalId, statements }: Subject): readonly Statement[] =>
  statements.filter((statement) => statement.logicalId === logicalId);

/** What does not hold of all that must. */
export const lacks = (musts: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(musts).flatMap((must) => (musts[must] ? [] : [`lacks ${must}`]));
