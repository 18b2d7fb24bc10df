/** `npm run deploy`: what it does, in order. */
import { healthRoute } from '../../services/contract/routes.ts';
import { scopes } from '../../services/contract/scopes.ts';
import type { SiteConfig } from '../../services/contract/site-config.ts';
import { gatewayLogRoleName } from '../api/gateway-logs.ts';
import type { StageSettings } from '../stage-settings.ts';
import type { Cloud, Outputs } from './cloud.ts';
import { siteObjects } from './site-objects.ts';
import type { Step } from './step.ts';
import { uploadSite } from './upload-site.ts';

export interface DeployContext {
  readonly settings: StageSettings;
  readonly cloud: Cloud;
  /** Synthesizes, with validation, into `assembly`. */
  readonly synth: () => Promise<void>;
  /** `cdk.out/<stage>` */
  readonly assembly: string;
  /** `dist/web` */
  readonly site: string;
  /** Runs the CDK command line. @throws where it fails */
  readonly cdk: (args: readonly string[]) => Promise<void>;
  readonly fetch: typeof fetch;
  readonly wait: (milliseconds: number) => Promise<unknown>;
  readonly say: (line: string) => void;
}

/** No stack refers to one that comes later. */
export const stackOrder = ['Account', 'Notify', 'Web', 'Api', 'Ops'] as const;

export type StackName = (typeof stackOrder)[number];

export const stackId = (stage: string, stack: StackName) => `Manara-${stage}-${stack}`;

export const regionOf = ({ region }: StageSettings, stack: StackName) =>
  stack === 'Web' ? 'us-east-1' : region;

export function deploySteps(context: DeployContext): readonly Step[] {
  const { settings, synth, site, say } = context;
  return [
    { title: 'build and synthesize, validated', offline: true, run: synth },
    {
      title: 'check the built site',
      offline: true,
      run: async () => {
        const { assets, others, index } = siteObjects(site, {});
        for (const { key, cacheControl } of [...assets, ...others, index]) {
          say(`  ${key} (${cacheControl})`);
        }
      },
    },
    { title: "check the account's API Gateway log role", run: () => checkLogRole(context) },
    ...stackOrder
      .filter((stack) => settings.gatewayLogRole || stack !== 'Account')
      .map((stack) => ({
        title: `deploy ${stackId(settings.stage, stack)} in ${regionOf(settings, stack)}`,
        run: () => deployStack(context, stack),
      })),
    { title: 'upload the site, the page last', run: () => upload(context) },
    { title: 'invalidate the page at the edge', run: () => invalidate(context) },
    { title: `ask for the site and ${healthRoute.path}`, run: () => smoke(context) },
  ];
}

/** The account stack would overwrite a setting that all APIs of the account and region share; without any, no API may log. */
async function checkLogRole({ settings, cloud }: DeployContext): Promise<void> {
  const { gatewayLogRole, region } = settings;
  const role = await cloud.gatewayLogRole(region);
  if (!gatewayLogRole && !role) {
    throw new Error(
      `API Gateway has no role to write logs with in ${region}; set gatewayLogRole to true in infra/stages.ts`,
    );
  }
  if (gatewayLogRole && role && !role.endsWith(`:role/${gatewayLogRoleName(region)}`)) {
    throw new Error(
      `API Gateway already writes its logs as ${role}; set gatewayLogRole to false in infra/stages.ts to keep that role`,
    );
  }
}

async function deployStack(context: DeployContext, stack: StackName): Promise<void> {
  const { settings, cloud, cdk, assembly, say } = context;
  const { stage, region, domain } = settings;
  const id = stackId(stage, stack);
  const deployed = await cloud.stack(id, regionOf(settings, stack));
  if (stack === 'Account' && !deployed && (await cloud.gatewayLogRole(region))) {
    say('  another stage of this account and region brought the role: left alone');
    return;
  }
  const options: string[] = [];
  // Only a stack that has ever been complete has something to roll back to.
  if (!/^(CREATE_COMPLETE|UPDATE_|IMPORT_)/.test(deployed?.status ?? '')) {
    // Rolled back, what the stage keeps would stay and be in the way of the next attempt. So a first deployment that fails
    // pauses, and the next goes on from there ("Choose how to handle failures when provisioning resources").
    options.push('--no-rollback');
  }
  if (stack === 'Api' && !domain) {
    const { SiteUrl } = await outputsOf(context, 'Web');
    options.push('--parameters', `${id}:SiteOrigin=${SiteUrl}`);
  }
  if (stack === 'Ops') {
    // It reads other stacks' outputs (Fn::GetStackOutput): they may have changed where the template has not.
    options.push('--force');
  }
  const unasked = ['--exclusively', '--require-approval', 'never'];
  await cdk(['deploy', id, '--app', assembly, ...unasked, ...options]);
}

async function outputsOf(
  { cloud, settings }: DeployContext,
  ...stacks: readonly StackName[]
): Promise<Outputs> {
  let outputs: Outputs = {};
  for (const stack of stacks) {
    const [id, region] = [stackId(settings.stage, stack), regionOf(settings, stack)];
    const deployed = await cloud.stack(id, region);
    if (!deployed || Object.keys(deployed.outputs).length === 0) {
      throw new Error(`${id} in ${region} is ${deployed?.status ?? 'missing'}: it has no outputs`);
    }
    outputs = { ...outputs, ...deployed.outputs };
  }
  return outputs;
}

async function upload(context: DeployContext): Promise<void> {
  const { settings, cloud, site: folder, say } = context;
  const outputs = await outputsOf(context, 'Web', 'Api');
  const config: SiteConfig = {
    stage: settings.stage,
    apiUrl: outputs['ApiUrl'] as string,
    signInUrl: outputs['SignInUrl'] as string,
    clientId: outputs['BrowserClientId'] as string,
    scopes: ['openid', scopes.read, scopes.write],
  };
  await uploadSite({
    s3: cloud.s3(regionOf(settings, 'Web')),
    bucket: outputs['SiteBucketName'] as string,
    folder,
    config,
    say: (line) => say(`  ${line}`),
  });
}

/** Everything under a fixed name; assets are never changed under the name that they have. */
async function invalidate(context: DeployContext): Promise<void> {
  const { DistributionId } = await outputsOf(context, 'Web');
  const { others, index } = siteObjects(context.site, {});
  const paths = ['/', ...[...others, index].map(({ key }) => `/${key}`)];
  await context.cloud.invalidate(DistributionId as string, paths);
}

/** A new name needs minutes until resolvers know it. */
const patience = { attempts: 30, pauseMs: 10_000 };

async function smoke(context: DeployContext): Promise<void> {
  const { ApiUrl, SiteUrl } = await outputsOf(context, 'Web', 'Api');
  for (const url of [`${ApiUrl}${healthRoute.path}`, `${SiteUrl}/`]) {
    await answer(context, url);
    context.say(`  ${url} answers`);
  }
}

async function answer({ fetch, wait }: DeployContext, url: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const refusal = await fetch(url, { signal: AbortSignal.timeout(10_000) }).then(
      ({ status }) => (status === 200 ? undefined : `answered ${status}`),
      ({ message, cause }) => `does not answer: ${cause?.message ?? message}`,
    );
    if (!refusal) return;
    if (attempt === patience.attempts) throw new Error(`${url} ${refusal}`);
    await wait(patience.pauseMs);
  }
}
