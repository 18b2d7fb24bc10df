import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { UnusableError } from '../command/command-line.ts';
import { type Account, stageTarget } from './stage-target.ts';

const outputs = {
  ApiUrl: 'https://api.example.com',
  SignInUrl: 'https://sign-in.example.com',
  UserPoolId: 'pool',
  LoadClientIds: 'one,two',
};

let assemblies: string;
beforeAll(() => {
  assemblies = mkdtempSync(join(tmpdir(), 'stage-target-'));
  mkdirSync(join(assemblies, 'staging'));
  const artifacts = { 'Manara-staging-Api': { environment: 'aws://unknown-account/eu-central-1' } };
  writeFileSync(join(assemblies, 'staging/manifest.json'), JSON.stringify({ artifacts }));
});
afterAll(() => rmSync(assemblies, { recursive: true }));

function open(stage: string, account: Partial<Account> = {}, region?: string, environment = {}) {
  const asked: string[] = [];
  const target = stageTarget({
    stage,
    region,
    assemblies,
    environment,
    account: async (place) => {
      asked.push(place);
      return {
        outputs: async () => outputs,
        clientSecret: async (pool, id) => `${pool}-${id}`,
        telemetry: (name) => ({ stage: name }) as never,
        ...account,
      };
    },
  });
  return { target, asked };
}

describe('stageTarget', () => {
  test('has its endpoints from the stack and its secrets from the user pool', async () => {
    const { target, asked } = open('staging');
    expect(await target).toMatchObject({
      name: 'staging',
      apiUrl: 'https://api.example.com',
      signInUrl: 'https://sign-in.example.com',
      clients: [
        { id: 'one', secret: 'pool-one' },
        { id: 'two', secret: 'pool-two' },
      ],
      costs: true,
      telemetry: { stage: 'staging' },
    });
    expect(asked).toEqual(['eu-central-1']);
  });

  test('the region is the one that is asked for, or the environment’s', async () => {
    expect(open('staging', {}, 'us-east-1').asked).toEqual(['us-east-1']);
    expect(open('other', {}, undefined, { AWS_REGION: 'me-south-1' }).asked).toEqual([
      'me-south-1',
    ]);
  });

  test.each([
    [
      'nonsense',
      {},
      /^There is no target nonsense: name local, a URL, or a stage \(synthesized: staging\)/,
    ],
    [
      'staging',
      { outputs: async () => undefined },
      /^There is no stack Manara-staging-Api in eu-central-1/,
    ],
    ['staging', { outputs: async () => ({ ApiUrl: 'x' }) }, /has no load clients: set loadClients/],
    [
      'staging',
      {
        outputs: async () => {
          throw new Error('no credentials');
        },
      },
      /^AWS does not tell the outputs of Manara-staging-Api: no credentials$/,
    ],
  ])('%s %j is refused in one line', async (stage, account, message) => {
    const attempt = (async () => open(stage, account).target)();
    await expect(attempt).rejects.toThrow(UnusableError);
    await expect(attempt).rejects.toThrow(message);
  });
});
