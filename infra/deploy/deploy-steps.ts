/** `npm run deploy`: what it does, in order. */
import { healthRoute } from '../../services/contract/routes.ts';
import { scopes } from '../../services/contract/scopes.ts';
import type { SiteConfig } from '../../services/contract/site-config.ts';
import { gatewayLogRoleName } from '../api/gateway-logs.ts';
import type { StageSettings } from '../stage-settings.ts';
import type { Cloud, DeployedStack, Outputs } from './cloud.ts';
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
  const account = { needsAccount: true };
  return [
    { title: 'build and synthesize, validated', needsAccount: false, run: synth },
    {
      title: 'check the built site',
      needsAccount: false,
      run: async () => {
        const { assets, others, index } = siteObjects(site, {});
        for (const { key, cacheControl } of [...assets, ...others, index]) {
          say(`  ${key} (${cacheControl})`);
        }
      },
    },
    {
      ...account,
      title: "check the account's API Gateway log role",
      run: () => checkLogRole(context),
    },
    ...stacksToDeploy(settings).map((stack) => ({
      ...account,
      title: `deploy ${stackId(settings.stage, stack)} in ${regionOf(settings, stack)}`,
      run: () => deployStack(context, stack),
    })),
    { ...account, title: 'upload the site, the page last', run: () => upload(context) },
    { ...account, title: 'invalidate the page at the edge', run: () => invalidate(context) },
    { ...account, title: `ask for the site and ${healthRoute.path}`, run: () => smoke(context) },
  ];
}

const stacksToDeploy = ({ gatewayLogRole }: StageSettings): readonly StackName[] =>
  stackOrder.filter((stack) => gatewayLogRole || stack !== 'Account');

/** The account stack would overwrite a setting that all APIs of the account and region share; without any, no API may log. */
async function checkLogRole({ settings, cloud }: DeployContext): Promise<void> {
  const role = await cloud.gatewayLogRole(settings.region);
  if (!settings.gatewayLogRole) {
    if (!role) {
      throw new Error(
        `API Gateway has no role to write logs with in ${settings.region}; set gatewayLogRole to true in infra/stages.ts`,
      );
    }
    return;
  }
  if (role && !role.endsWith(`:role/${gatewayLogRoleName(settings.region)}`)) {
    throw new Error(
      `API Gateway already writes its logs as ${role}; set gatewayLogRole to false in infra/stages.ts to keep that role`,
    );
  }
}

async function deployStack(context: DeployContext, stack: StackName): Promise<void> {
  const { settings, cloud, say } = context;
  const { stage, domain } = settings;
  const id = stackId(stage, stack);
  if (stack === 'Account' && (await isAnothersRole(context, id))) {
    say('  another stage of this account and region brought the role: left alone');
    return;
  }
  const options: string[] = [];
  if (!isMade(await cloud.stack(id, regionOf(settings, stack)))) {
    // Rolled back, what the stage keeps would stay and be in the way of the next attempt. So a first deployment that fails
    // pauses, and the next goes on from there ("Choose how to handle failures when provisioning resources").
    options.push('--no-rollback');
  }
  if (stack === 'Api' && !domain) {
    const { SiteUrl } = await outputsOf(cloud, stage, 'Web', 'us-east-1');
    options.push('--parameters', `${id}:SiteOrigin=${SiteUrl}`);
  }
  if (stack === 'Ops') {
    // It reads other stacks' outputs (Fn::GetStackOutput): they may have changed where the template has not.
    options.push('--force');
  }
  const { cdk, assembly } = context;
  const unasked = ['--exclusively', '--require-approval', 'never'];
  await cdk(['deploy', id, '--app', assembly, ...unasked, ...options]);
}

/** Whether it has ever been complete: only then is there something to roll back to. */
const isMade = (stack: DeployedStack | undefined) =>
  /^(CREATE_COMPLETE|UPDATE_|IMPORT_)/.test(stack?.status ?? '');

const isAnothersRole = async ({ settings, cloud }: DeployContext, id: string) =>
  (await cloud.gatewayLogRole(settings.region)) !== undefined &&
  (await cloud.stack(id, settings.region)) === undefined;

async function outputsOf(
  cloud: Cloud,
  stage: string,
  stack: StackName,
  region: string,
): Promise<Outputs> {
  const id = stackId(stage, stack);
  const deployed = await cloud.stack(id, region);
  if (!deployed || Object.keys(deployed.outputs).length === 0) {
    throw new Error(`${id} in ${region} is ${deployed?.status ?? 'missing'}: it has no outputs`);
  }
  return deployed.outputs;
}

const both = async ({ cloud, settings: { stage, region } }: DeployContext): Promise<Outputs> => ({
  ...(await outputsOf(cloud, stage, 'Web', 'us-east-1')),
  ...(await outputsOf(cloud, stage, 'Api', region)),
});

export const siteConfig = (stage: string, outputs: Outputs): SiteConfig => ({
  stage,
  apiUrl: outputs['ApiUrl'] as string,
  signInUrl: outputs['SignInUrl'] as string,
  clientId: outputs['BrowserClientId'] as string,
  scopes: ['openid', scopes.read, scopes.write],
});

async function upload(context: DeployContext): Promise<void> {
  const { settings, cloud, site: folder, say } = context;
  const outputs = await both(context);
  await uploadSite({
    s3: cloud.s3('us-east-1'),
    bucket: outputs['SiteBucketName'] as string,
    folder,
    config: siteConfig(settings.stage, outputs),
    say: (line) => say(`  ${line}`),
  });
}

/** Everything under a fixed name; assets are never changed under the name that they have. */
async function invalidate(context: DeployContext): Promise<void> {
  const { DistributionId } = await both(context);
  const { others, index } = siteObjects(context.site, {});
  const paths = ['/', ...[...others, index].map(({ key }) => `/${key}`)];
  await context.cloud.invalidate(DistributionId as string, paths);
}

async function smoke(context: DeployContext): Promise<void> {
  const { ApiUrl, SiteUrl } = await both(context);
  for (const url of [`${ApiUrl}${healthRoute.path}`, `${SiteUrl}/`]) {
    await answer(context, url);
    context.say(`  ${url} answers`);
  }
}

/** A new name needs minutes until resolvers know it. */
const patience = { attempts: 30, pauseMs: 10_000 };

async function answer({ fetch, wait }: DeployContext, url: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const refusal = await fetch(url, { signal: AbortSignal.timeout(10_000) }).then(
      ({ status }) => (status === 200 ? undefined : `answered ${status}`),
      ({ message, cause }) => `does not answer: ${cause?.message ?? message}`,
    );
    if (!refusal) {
      return;
    }
    if (attempt === patience.attempts) {
      throw new Error(`${url} ${refusal}`);
    }
    await wait(patience.pauseMs);
  }
}
