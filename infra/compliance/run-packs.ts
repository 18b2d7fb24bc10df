/**
 * Synthesizes a configuration with the three packs registered as validation plugins and collects what they say. Each pack
 * is wrapped, because a clean pack is absent from CDK's own report exactly as one that never ran.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, IPolicyValidationPlugin } from 'aws-cdk-lib/core';
import { Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { stageApp } from '../app.ts';
import type { StageSettings } from '../stage-settings.ts';
import { emptyFunctions, type Templates, templatesIn } from '../templates.ts';
import type { Finding } from './finding.ts';
import { StrictChecks } from './strict-checks.ts';

export type MakePacks = (settings: StageSettings, app: App) => readonly IPolicyValidationPlugin[];

/** The packs that must have run before a configuration may be called clean. */
export const requiredPacks = ['AwsSolutions', 'Serverless', 'Manara'] as const;

const allPacks: MakePacks = (settings, app) => [
  new AwsSolutionsChecks(app),
  new ServerlessChecks(app),
  new StrictChecks(settings),
];

export interface PackRun {
  readonly findings: readonly Finding[];
  /** Names of the packs that CDK called. */
  readonly ran: readonly string[];
  readonly templates: Templates;
}

export interface PackRunOptions {
  /** What a mutant or the known-bad stack does to the app before synthesis. */
  readonly change?: (app: App) => void;
  readonly packs?: MakePacks;
}

export function runPacks(
  configuration: string,
  settings: StageSettings,
  { change = () => {}, packs = allPacks }: PackRunOptions = {},
): PackRun {
  const folder = mkdtempSync(join(tmpdir(), 'manara-nag-'));
  try {
    const app = stageApp(settings, {
      functions: emptyFunctions(folder),
      outdir: join(folder, 'out'),
      builtinCloudFormationValidation: false,
    });
    change(app);
    const findings: Finding[] = [];
    const ran: string[] = [];
    for (const pack of packs(settings, app)) {
      Validations.of(app).addPlugins(recorded(pack, configuration, findings, ran));
    }
    const templates = templatesIn(app.synth(), settings);
    return { findings: [...findings, ...acknowledgements(configuration, app)], ran, templates };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Hands the pack's report to us and a clean one to CDK, whose exit code depends on more than violations. */
function recorded(
  pack: IPolicyValidationPlugin,
  configuration: string,
  findings: Finding[],
  ran: string[],
): IPolicyValidationPlugin {
  return {
    name: pack.name,
    validate(context) {
      const { violations } = pack.validate(context);
      ran.push(pack.name);
      for (const { ruleName: rule, description: message, violatingResources } of violations) {
        for (const { constructPath = '' } of violatingResources) {
          findings.push({ configuration, rule, path: withoutStage(constructPath), message });
        }
      }
      return { success: true, violations: [] };
    },
  };
}

/** An acknowledgement in the code would hide a finding from every pack: the checked-in list is the only place for it. */
function acknowledgements(configuration: string, app: App): readonly Finding[] {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .map(({ data }) => ({
        configuration,
        rule: 'Gate-AcknowledgedInCode',
        path: withoutStage(node.path),
        message: `${Object.keys(data).join(', ')}: list it in infra/compliance/suppressions.ts instead`,
      })),
  );
}

/** `Manara-prod-Api/GetItemRole/Resource` → `Api/GetItemRole/Resource`: a suppression holds for every stage. */
const withoutStage = (path: string) => path.replace(/^Manara-[a-z0-9]+-/, '');
