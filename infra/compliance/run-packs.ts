/**
 * Synthesizes a configuration with the three packs registered as validation plugins and collects what they say. Each pack
 * is wrapped, because a clean pack is absent from CDK's own report exactly as one that never ran.
 */
import type { App, IPolicyValidationPlugin } from 'aws-cdk-lib/core';
import { Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { StageSettings } from '../stage-settings.ts';
import { type Templates, templatesOf } from '../templates.ts';
import { strictChecks } from './strict-checks.ts';

/** One rule broken in one place of one configuration (a stage or a variant). */
export interface Finding {
  readonly configuration: string;
  /** Qualified: `AwsSolutions-IAM5[Resource::*]`, `Manara-ExactGrants`, `Gate-StaleSuppression`. */
  readonly rule: string;
  /** Without the stage: `Api/GetItemRole/Resource`. */
  readonly path: string;
  readonly message: string;
}

/** The packs that must have run before a configuration may be called clean. */
export const requiredPacks = ['AwsSolutions', 'Serverless', 'Manara'] as const;

export interface PackRunOptions {
  /** What a mutant or the known-bad stack does to the app before synthesis. */
  readonly change?: (app: App) => void;
  readonly packs?: MakePacks;
}

type MakePacks = (settings: StageSettings, app: App) => readonly IPolicyValidationPlugin[];

const allPacks: MakePacks = (settings, app) => [
  new AwsSolutionsChecks(app),
  new ServerlessChecks(app),
  strictChecks(settings),
];

export interface PackRun {
  readonly findings: readonly Finding[];
  /** Names of the packs that CDK called. */
  readonly ran: readonly string[];
  readonly templates: Templates;
}

export function runPacks(
  configuration: string,
  settings: StageSettings,
  { change = () => {}, packs = allPacks }: PackRunOptions = {},
): PackRun {
  const findings: Finding[] = [];
  const ran: string[] = [];
  const report = (rule: string, path: string, message: string) =>
    findings.push({ configuration, rule, path: withoutStage(path), message });
  /** Hands the pack's report to us and a clean one to CDK, whose exit code depends on more than violations. */
  const recorded = (pack: IPolicyValidationPlugin): IPolicyValidationPlugin => ({
    name: pack.name,
    validate(context) {
      ran.push(pack.name);
      for (const { ruleName, description, violatingResources } of pack.validate(context)
        .violations) {
        for (const { constructPath = '' } of violatingResources) {
          report(ruleName, constructPath, description);
        }
      }
      return { success: true, violations: [] };
    },
  });
  const templates = templatesOf(settings, (app) => {
    change(app);
    // It would hide a finding from every pack: the checked-in list is the only place for one.
    for (const [path, rules] of acknowledgements(app)) {
      const where = 'infra/compliance/suppressions.ts';
      report('Gate-AcknowledgedInCode', path, `${rules}: list it in ${where} instead`);
    }
    Validations.of(app).addPlugins(...packs(settings, app).map(recorded));
  });
  return { findings, ran, templates };
}

const acknowledgements = (app: App): readonly (readonly [path: string, rules: string])[] =>
  app.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .map(({ data }) => [node.path, Object.keys(data).join(', ')] as const),
    );

/** `Manara-prod-Api/GetItemRole/Resource` → `Api/GetItemRole/Resource`: a suppression holds for every stage. */
const withoutStage = (path: string) => path.replace(/^Manara-[a-z0-9]+-/, '');
