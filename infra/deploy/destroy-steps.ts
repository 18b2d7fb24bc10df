/** `npm run destroy`: the stacks in reverse order, and what of them stays. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Template } from '../templates.ts';
import {
  type DeployContext,
  regionOf,
  type StackName,
  stackId,
  stackOrder,
} from './deploy-steps.ts';
import type { Step } from './step.ts';

export type DestroyContext = Omit<DeployContext, 'fetch' | 'wait' | 'site'>;

export function destroySteps(context: DestroyContext): readonly Step[] {
  const { settings, synth, assembly, say } = context;
  const { stage } = settings;
  return [
    { title: 'synthesize', needsAccount: false, run: synth },
    {
      title: 'say what stays',
      needsAccount: false,
      run: async () => say(`  ${[...keptResources(assembly, stage), ...notes].join('\n  ')}`),
    },
    ...stackOrder
      .filter((stack) => stack !== 'Account')
      .toReversed()
      .map((stack) => ({
        title: `destroy ${stackId(stage, stack)} in ${regionOf(settings, stack)}`,
        needsAccount: true,
        run: () => destroyStack(context, stack),
      })),
  ];
}

const notes = [
  // Deleting it would end the logs of every other API of the account and region.
  "the Account stack is kept: it is the account's, not the stage's",
  'what is kept costs money and holds its name: delete it, or `cdk import` it, before the stage is deployed again',
];

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

const templateFile = (assembly: string, id: string) => join(assembly, `${id}.template.json`);

/** From the templates themselves: what their deletion policies keep. A function takes its versions with it. */
export function keptResources(assembly: string, stage: string): readonly string[] {
  return stackOrder
    .map((stack) => stackId(stage, stack))
    .filter((id) => existsSync(templateFile(assembly, id)))
    .flatMap((id) => {
      const { Resources }: Template = JSON.parse(readFileSync(templateFile(assembly, id), 'utf8'));
      return Object.entries(Resources)
        .filter(
          ([, { DeletionPolicy, Type }]) =>
            DeletionPolicy?.startsWith('Retain') && Type !== 'AWS::Lambda::Version',
        )
        .map(([logicalId, { Type }]) => `${id}: ${Type} ${logicalId} is kept`);
    });
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
  let more = true;
  while (more) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket })).catch((error) => {
      if (error.name === 'NoSuchBucket') return {} as ListObjectVersionsCommandOutput;
      throw error;
    });
    const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(
      ({ Key, VersionId }) => ({ Key, VersionId }),
    );
    if (Objects.length > 0) {
      const { Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      if (Errors?.[0]) {
        throw new Error(`${Bucket}/${Errors[0].Key} cannot be deleted: ${Errors[0].Message}`);
      }
    }
    more = page.IsTruncated === true;
  }
}
