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
  writeFileSync(join(site, 'touch-icon.png'), '0');
});

afterEach(async () => {
  await stub.close();
  rmSync(site, { recursive: true });
});

const outputs: Readonly<Record<string, Record<string, string>>> = {
  Web: { SiteUrl: 'https://d1.cloudfront.net', SiteBucketName: 'site', DistributionId: 'D1' },
  Api: { ApiUrl: 'https://api.test/dev', SignInUrl: 'https://in.test', BrowserClientId: 'c1' },
};

const made = (name: string, region: string) => {
  log.push(`stack ${name} ${region}`);
  return { status: 'UPDATE_COMPLETE', outputs: outputs[name.split('-')[2] ?? ''] ?? {} };
};

function contextOf(
  settings: StageSettings,
  cloud: Partial<Cloud> = {},
  answers: (count: number) => Response = () => new Response(),
): DeployContext {
  return {
    settings,
    cloud: {
      stack: async (name, region) => made(name, region),
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
      return answers(log.filter((line) => line.startsWith('fetch')).length);
    },
    wait: async (milliseconds) => void log.push(`wait ${milliseconds}`),
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
    expect(log).toContain('invalidate D1 / /touch-icon.png /config.json /index.html');
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

  test('wants a role where it brings none', async () => {
    const settings = { ...stageNamed('prod'), gatewayLogRole: false };
    await expect(deploy(contextOf(settings))).rejects.toThrow(
      'API Gateway has no role to write logs with in eu-central-1; set gatewayLogRole to true',
    );
    const gatewayLogRole = async () => 'arn:aws:iam::1:role/theirs';
    await deploy(contextOf(settings, { gatewayLogRole }));
    expect(cdkCalls()[0]).toContain('Manara-prod-Notify');
  });

  test('leaves the role alone that another stage brought', async () => {
    const role = 'arn:aws:iam::1:role/manara-gateway-logs-eu-central-1';
    const known = contextOf(stageNamed('prod'));
    await deploy({
      ...known,
      cloud: {
        ...known.cloud,
        gatewayLogRole: async () => role,
        stack: async (name, region) => (name.endsWith('Account') ? undefined : made(name, region)),
      },
    });
    expect(cdkCalls()[0]).toContain('Manara-prod-Notify');
  });

  test('asks until a new name is known', async () => {
    const answers = (count: number) => {
      if (count === 1) throw new TypeError('fetch failed', { cause: new Error('ENOTFOUND api') });
      return new Response('', { status: count === 2 ? 403 : 200 });
    };
    await deploy(contextOf(stageNamed('prod'), {}, answers));
    expect(log.filter((line) => /^(fetch|wait)/.test(line))).toEqual([
      'fetch https://api.test/dev/health',
      'wait 10000',
      'fetch https://api.test/dev/health',
      'wait 10000',
      'fetch https://api.test/dev/health',
      'fetch https://d1.cloudfront.net/',
    ]);
  });

  test.each([
    ['answered 503', () => new Response('', { status: 503 })],
    [
      'does not answer: ENOTFOUND',
      () => {
        throw new TypeError('fetch failed', { cause: new Error('ENOTFOUND') });
      },
    ],
  ])('fails when the deployed API still %s after five minutes', async (refusal, answers) => {
    await expect(deploy(contextOf(stageNamed('prod'), {}, answers))).rejects.toThrow(
      `https://api.test/dev/health ${refusal}`,
    );
    expect(log.filter((line) => line.startsWith('wait'))).toHaveLength(29);
  });

  test.each([
    [undefined, true],
    ['REVIEW_IN_PROGRESS', true],
    ['CREATE_FAILED', true],
    ['ROLLBACK_COMPLETE', true],
    ['CREATE_COMPLETE', false],
    ['UPDATE_ROLLBACK_COMPLETE', false],
  ])('a stack that is %s pauses where it fails: %s', async (status, pauses) => {
    const stack = async (name: string, region: string) =>
      name.endsWith('Notify') ? status && { status, outputs: {} } : made(name, region);
    await deploy(contextOf(stageNamed('prod'), { stack } as Partial<Cloud>));
    const [, notify, web] = cdkCalls();
    expect(notify?.includes('--no-rollback')).toBe(pauses);
    expect(web).not.toContain('--no-rollback');
  });

  test('updates what reads the outputs of other stacks even where its template is the same', async () => {
    await deploy(contextOf(stageNamed('prod')));
    expect(cdkCalls().filter((line) => line.includes('--force'))).toEqual([
      expect.stringContaining('Manara-prod-Ops'),
    ]);
  });

  test('names the stack that has not told what the next one needs', async () => {
    const stack = async () => ({ status: 'ROLLBACK_COMPLETE', outputs: {} });
    await expect(deploy(contextOf(stageNamed('dev'), { stack }))).rejects.toThrow(
      'Manara-dev-Web in us-east-1 is ROLLBACK_COMPLETE: it has no outputs',
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
