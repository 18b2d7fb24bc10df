/** A stage's templates in memory, for whatever reads templates: tests, the compliance gate, mutants. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib/core';
import { routes } from '../services/contract/routes.ts';
import { stageApp } from './app.ts';
import type { StageSettings } from './stage-settings.ts';

// biome-ignore lint/suspicious/noExplicitAny: CloudFormation properties are open; each reader checks what it takes
export type Json = any;

export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Json;
  readonly Metadata?: Json;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Parameters?: Json;
  readonly Outputs?: Json;
}

/** By the stack's short name: `Account`, `Api`, … */
export type Templates = Readonly<Record<string, Template>>;

/**
 * Synthesizes with empty functions: what templates say does not depend on the code.
 * @param change what a mutant does to the app before it is synthesized
 */
export function templatesOf(
  settings: StageSettings,
  change: (app: App) => void = () => {},
): Templates {
  const folder = mkdtempSync(join(tmpdir(), 'manara-'));
  try {
    const app = stageApp(settings, {
      functions: emptyFunctions(folder),
      outdir: join(folder, 'out'),
      builtinCloudFormationValidation: false,
    });
    change(app);
    return Object.fromEntries(
      app
        .synth()
        .stacks.map(({ stackName, template }) => [
          stackName.slice(`Manara-${settings.stage}-`.length),
          template,
        ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function emptyFunctions(folder: string): string {
  const functions = join(folder, 'functions');
  for (const name of Object.keys(routes)) {
    mkdirSync(join(functions, name), { recursive: true });
    writeFileSync(join(functions, name, 'index.js'), `exports.handler = () => '${name}';\n`);
  }
  return functions;
}

/** `[logicalId, resource]` of every resource of a type. */
export const ofType = (template: Template | undefined, type: string) =>
  Object.entries(template?.Resources ?? {}).filter(([, resource]) => resource.Type === type);

/** Properties of every resource of a type. */
export const propertiesOf = (template: Template | undefined, type: string): readonly Json[] =>
  ofType(template, type).map(([, resource]) => resource.Properties);
