import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { StageSettings } from '../stage-settings.ts';
import { stageNamed } from '../stages.ts';
import type { Cloud } from './cloud.ts';
import { type DeployContext, deploySteps } from './deploy-steps.ts';
import { type S3Stub, s3ClientOf, startS3Stub } from './s3-stub.ts';
import { runSteps } from './step.ts';

let stub: S3Stub;
let site: string;
let log: string[];

beforeEach(async () => {
  stub = await startS3Stub();
  log = [];
  site = mkdtempSync(join(tmpdir(), 'manara-site-'));
  writeFileSync(join(site, 'index.html'), 'app-AAAAAAAA.js');
  writeFileSync(join(site, 'app-AAAAAAAA.js'), '0');
});

afterEach(async () => {
  await stub.close();
  rmSync(site, { recursive: true });
});

const outputs: Readonly<Record<string, Record<string, string>>> = {
  Web: { SiteUrl: 'https://d1.cloudfront.net', SiteBucketName: 'site', DistributionId: 'D1' },
  Api: { ApiUrl: 'https://api.test/dev', SignInUrl: 'https://in.test', BrowserClientId: 'c1' },
};

function contextOf(
  settings: StageSettings,
  cloud: Partial<Cloud> = {},
  status = 200,
): DeployContext {
  return {
    settings,
    cloud: {
      outputs: async (stack, region) => {
        log.push(`outputs ${stack} ${region}`);
        return outputs[stack.split('-')[2] ?? ''];
      },
      gatewayLogRole: async () => undefined,
      invalidate: async (id, paths) => void log.push(`invalidate ${id} ${paths.join(' ')}`),
      s3: () => s3ClientOf(stub.url),
      ...cloud,
    },
    synth: async () => void log.push('synth'),
    assembly: 'cdk.out/x',
    site,
    cdk: async (args) => void log.push(`cdk ${args.join(' ')}`),
    fetch: async (url) => {
      log.push(`fetch ${url}`);
      return new Response('', { status });
    },
    say: () => {},
  };
}

const deploy = (context: DeployContext, dryRun = false) =>
  runSteps(deploySteps(context), { dryRun, say: (line) => log.push(line) });

const cdkCalls = () => log.filter((line) => line.startsWith('cdk '));

describe('deploy', () => {
  test('deploys the stacks in order, then the site, then asks for both', async () => {
    await deploy(contextOf(stageNamed('prod')));
    expect(cdkCalls().map((line) => line.split(' ')[2])).toEqual([
      'Manara-prod-Account',
      'Manara-prod-Notify',
      'Manara-prod-Web',
      'Manara-prod-Api',
      'Manara-prod-Ops',
    ]);
    expect(stub.puts.at(-1)).toBe('index.html');
    expect(JSON.parse(stub.objects.get('config.json')?.body ?? '')).toEqual({
      stage: 'prod',
      apiUrl: 'https://api.test/dev',
      signInUrl: 'https://in.test',
      clientId: 'c1',
      scopes: ['openid', 'items/read', 'items/write'],
    });
    expect(log).toContain('invalidate D1 / /index.html /config.json');
    expect(log.filter((line) => line.startsWith('fetch'))).toEqual([
      'fetch https://api.test/dev/health',
      'fetch https://d1.cloudfront.net/',
    ]);
  });

  test('tells the API where the site is when there is no domain', async () => {
    await deploy(contextOf(stageNamed('dev')));
    expect(cdkCalls().find((line) => line.includes('Manara-dev-Api'))).toContain(
      '--parameters Manara-dev-Api:SiteOrigin=https://d1.cloudfront.net',
    );
  });

  test('stops before it overwrites the log role of somebody else', async () => {
    const role = 'arn:aws:iam::1:role/theirs';
    const context = contextOf(stageNamed('prod'), { gatewayLogRole: async () => role });
    await expect(deploy(context)).rejects.toThrow(
      `API Gateway already writes its logs as ${role}; set gatewayLogRole to false`,
    );
    expect(cdkCalls()).toEqual([]);
  });

  test('leaves the role alone that another stage brought', async () => {
    const role = 'arn:aws:iam::1:role/manara-gateway-logs-eu-central-1';
    const known = contextOf(stageNamed('prod'));
    await deploy({
      ...known,
      cloud: {
        ...known.cloud,
        gatewayLogRole: async () => role,
        outputs: async (stack, region) =>
          stack.endsWith('Account') ? undefined : known.cloud.outputs(stack, region),
      },
    });
    expect(cdkCalls()[0]).toContain('Manara-prod-Notify');
  });

  test('fails when the deployed API does not answer', async () => {
    await expect(deploy(contextOf(stageNamed('prod'), {}, 503))).rejects.toThrow(
      'https://api.test/dev/health answered 503',
    );
  });

  test('a dry run lists the same steps and touches nothing', async () => {
    await deploy(contextOf(stageNamed('prod')), true);
    expect(log.filter((line) => /^\d+\//.test(line))).toHaveLength(
      deploySteps(contextOf(stageNamed('prod'))).length,
    );
    expect(log.filter((line) => !/^\d+\//.test(line))).toEqual(['synth']);
    expect(stub.puts).toEqual([]);
  });

  test('a dry run shows every step even where one fails, and fails', async () => {
    rmSync(join(site, 'index.html'));
    await expect(deploy(contextOf(stageNamed('prod')), true)).rejects.toThrow(
      /^step 2, check the built site, failed: .*build the site first$/,
    );
    expect(log.at(-1)).toMatch(/^11\/11 /);
  });
});
