import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { stageNamed } from '../stages.ts';
import { templatesOf } from '../templates.ts';
import { destroySteps } from './destroy-steps.ts';
import { type S3Stub, s3ClientOf, startS3Stub } from './s3-stub.ts';
import { runSteps } from './step.ts';

let stub: S3Stub;
let assembly: string;

beforeEach(async () => {
  stub = await startS3Stub();
  assembly = mkdtempSync(join(tmpdir(), 'manara-assembly-'));
});

afterEach(async () => {
  await stub.close();
  rmSync(assembly, { recursive: true });
});

type Cdk = (args: readonly string[]) => Promise<void>;

interface DestroyOptions {
  readonly dryRun?: boolean;
  readonly cdk?: Cdk;
  readonly confirmed?: boolean;
}

async function destroy(
  stage: string,
  { dryRun = false, cdk = async () => {}, confirmed = true }: DestroyOptions = {},
): Promise<readonly string[]> {
  const log: string[] = [];
  const say = (line: string) => void log.push(line);
  for (const [name, template] of Object.entries(templatesOf(stageNamed(stage)))) {
    writeFileSync(
      join(assembly, `Manara-${stage}-${name}.template.json`),
      JSON.stringify(template),
    );
  }
  const steps = destroySteps({
    settings: stageNamed(stage),
    cloud: {
      stack: async () => ({ status: 'CREATE_COMPLETE', outputs: { SiteBucketName: 'site' } }),
      gatewayLogRole: async () => undefined,
      invalidate: async () => {},
      s3: () => s3ClientOf(stub.url),
    },
    synth: async () => {},
    assembly,
    cdk: async (args) => {
      say(`cdk ${args.slice(0, 2).join(' ')}`);
      await cdk(args);
    },
    say,
    confirm: async () => {
      say('asked');
      return confirmed;
    },
  });
  await runSteps(steps, { dryRun, say }).catch(({ message }) => say(message));
  return log;
}

describe('destroy', () => {
  test('removes the stacks in reverse order and leaves the account’s', async () => {
    expect((await destroy('prod')).filter((line) => line.startsWith('cdk '))).toEqual([
      'cdk destroy Manara-prod-Ops',
      'cdk destroy Manara-prod-Api',
      'cdk destroy Manara-prod-Web',
      'cdk destroy Manara-prod-Notify',
    ]);
  });

  test('says what prod keeps, and empties none of its buckets', async () => {
    stub.objects.set('index.html', { body: '' });
    const kept = (await destroy('prod')).join('\n');
    expect(kept).toMatch(/AWS::DynamoDB::Table \w+ is kept/);
    expect(kept).toMatch(/AWS::Cognito::UserPool \w+ is kept/);
    expect(kept).toContain('the Account stack is kept');
    expect(kept).toContain('before the stage is deployed again');
    expect(kept).not.toContain('AWS::Lambda::Version');
    expect(stub.objects.size).toBe(1);
  });

  test('asks when it has said what it keeps, and does nothing without a yes', async () => {
    stub.objects.set('index.html', { body: '' });
    const log = await destroy('dev', { confirmed: false });
    expect(log.findIndex((line) => line.includes('is kept'))).toBeLessThan(log.indexOf('asked'));
    expect(log.filter((line) => line.startsWith('cdk '))).toEqual([]);
    expect(stub.objects.size).toBe(1);
    expect(log.at(-1)).toMatch(/^step 3, .*: not confirmed, nothing has been destroyed$/);
    expect(await destroy('dev', { dryRun: true })).not.toContain('asked');
  });

  test('empties the buckets of a stage that keeps nothing, but not in a dry run', async () => {
    stub.objects.set('index.html', { body: '' });
    await destroy('dev', { dryRun: true });
    expect(stub.objects.size).toBe(1);
    expect((await destroy('dev')).join('\n')).not.toMatch(/Table \w+ is kept/);
    expect(stub.objects.size).toBe(0);
  });

  test('empties them once more when logs have arrived in the meantime', async () => {
    let attempts = 0;
    const cdk: Cdk = async ([, id]) => {
      if (id !== 'Manara-dev-Web') return;
      attempts += 1;
      if (attempts === 1) stub.objects.set('late.log', { body: '' });
      if (stub.objects.size > 0) throw new Error('BucketNotEmpty');
    };
    await destroy('dev', { cdk });
    expect(attempts).toBe(2);
  });
});
