/** `npm run destroy`: what of the stage stays, a question, and the stacks in reverse order. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Template } from '../templates.ts';
import { deleteObjects } from './delete-objects.ts';
import {
  type DeployContext,
  regionOf,
  type StackName,
  stackId,
  stackOrder,
} from './deploy-steps.ts';
import type { Step } from './step.ts';

export interface DestroyContext extends Omit<DeployContext, 'fetch' | 'wait' | 'site'> {
  /** Whether the person at the terminal, having read what stays, wants it. */
  readonly confirm: () => Promise<boolean>;
}

export function destroySteps(context: DestroyContext): readonly Step[] {
  const { settings, synth, assembly, say, confirm } = context;
  const { stage } = settings;
  return [
    { title: 'synthesize', offline: true, run: synth },
    {
      title: 'say what stays',
      offline: true,
      run: async () => say(`  ${[...keptResources(assembly, stage), ...notes].join('\n  ')}`),
    },
    {
      title: 'ask whether that is meant',
      run: async () => {
        if (!(await confirm())) throw new Error('not confirmed, nothing has been destroyed');
      },
    },
    ...stackOrder
      .filter((stack) => stack !== 'Account')
      .toReversed()
      .map((stack) => ({
        title: `destroy ${stackId(stage, stack)} in ${regionOf(settings, stack)}`,
        run: () => destroyStack(context, stack),
      })),
  ];
}

const notes = [
  // Deleting it would end the logs of every other API of the account and region.
  "the Account stack is kept: it is the account's, not the stage's",
  'what is kept costs money and holds its name: delete it, or `cdk import` it, before the stage is deployed again',
];

/** From the templates themselves: what their deletion policies keep. A function takes its versions with it. */
function keptResources(assembly: string, stage: string): readonly string[] {
  return stackOrder.flatMap((stack) => {
    const id = stackId(stage, stack);
    const file = join(assembly, `${id}.template.json`);
    if (!existsSync(file)) return [];
    const { Resources }: Template = JSON.parse(readFileSync(file, 'utf8'));
    return Object.entries(Resources)
      .filter(([, { DeletionPolicy }]) => DeletionPolicy?.startsWith('Retain'))
      .filter(([, { Type }]) => Type !== 'AWS::Lambda::Version')
      .map(([logicalId, { Type }]) => `${id}: ${Type} ${logicalId} is kept`);
  });
}

async function destroyStack(context: DestroyContext, stack: StackName): Promise<void> {
  const { settings, assembly, cdk } = context;
  const id = stackId(settings.stage, stack);
  const destroy = () => cdk(['destroy', id, '--app', assembly, '--exclusively', '--force']);
  if (stack !== 'Web' || settings.keepData) {
    return destroy();
  }
  await emptyBuckets(context);
  try {
    await destroy();
  } catch {
    // Access logs arrive for a while yet: the bucket that they filled in the meantime was not deleted.
    await emptyBuckets(context);
    await destroy();
  }
}

/** A bucket with anything in it, versions included, cannot be deleted. */
async function emptyBuckets({ cloud, settings }: DestroyContext): Promise<void> {
  const region = regionOf(settings, 'Web');
  const web = await cloud.stack(stackId(settings.stage, 'Web'), region);
  for (const name of ['SiteBucketName', 'LogBucketName']) {
    const bucket = web?.outputs[name];
    if (bucket) {
      await emptyBucket(cloud.s3(region), bucket);
    }
  }
}

/** A bucket that is gone already, after an attempt that got halfway, is empty. */
export async function emptyBucket(s3: S3Client, Bucket: string): Promise<void> {
  try {
    for (let more = true; more; ) {
      const page = await s3.send(new ListObjectVersionsCommand({ Bucket }));
      await deleteObjects(s3, Bucket, [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]);
      more = page.IsTruncated === true;
    }
  } catch (error) {
    if (Object(error).name !== 'NoSuchBucket') throw error;
  }
}
