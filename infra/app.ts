/**
 * The CDK app of one stage. `node infra/app.ts [stage] [folder]` (default dev, `cdk.out/<stage>`) synthesizes it without
 * network, credentials or Docker; the functions must have been built.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type AppProps, Stack, Tags } from 'aws-cdk-lib/core';
import { AlertTopics } from './notify/alert-topics.ts';
import { AccountStack } from './stacks/account-stack.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { OpsStack } from './stacks/ops-stack.ts';
import { WebStack } from './stacks/web-stack.ts';
import type { StageSettings } from './stage-settings.ts';
import { stageNamed } from './stages.ts';

const root = join(import.meta.dirname, '..');

export interface StageAppProps
  extends Pick<AppProps, 'outdir' | 'builtinCloudFormationValidation'> {
  /** The folder of the bundles; default `dist/functions`. */
  readonly functions?: string;
}

/** The stage's stacks, named `Manara-<stage>-<Stack>`, with the feature flags of `cdk.json`. */
export function stageApp(settings: StageSettings, props: StageAppProps = {}): App {
  const { functions = join(root, 'dist/functions'), ...appProps } = props;
  const context = {
    ...JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')).context,
    // What the CDK command line would add: the construct and the asset behind each resource, in its metadata.
    'aws:cdk:enable-path-metadata': true,
    'aws:cdk:enable-asset-metadata': true,
  };
  const app = new App({ ...appProps, context, analyticsReporting: false, treeMetadata: false });
  const name = (stack: string) => `Manara-${settings.stage}-${stack}`;
  const env = { region: settings.region };
  // In the order of deployment: Ops alone refers to others, and only within the region.
  if (settings.gatewayLogRole) {
    new AccountStack(app, name('Account'), settings, { env });
  }
  const notify = new Stack(app, name('Notify'), { env });
  const topics = new AlertTopics(notify, 'Alerts', settings, `manara-${settings.stage}`);
  new WebStack(app, name('Web'), settings, { env: { region: 'us-east-1' } });
  const { api, customDomain } = new ApiStack(app, name('Api'), { env, settings, functions });
  new OpsStack(app, name('Ops'), {
    env,
    settings,
    topics,
    apiId: api.restApiId,
    certificateArn: customDomain?.certificate.certificateArn,
  });
  Tags.of(app).add('project', 'manara');
  Tags.of(app).add('stage', settings.stage);
  return app;
}

if (import.meta.main) {
  // The CDK command line says where it will look.
  const { CDK_OUTDIR } = process.env;
  const [stage = 'dev', outdir = CDK_OUTDIR ?? join(root, 'cdk.out', stage)] =
    process.argv.slice(2);
  try {
    stageApp(stageNamed(stage), { outdir }).synth();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
