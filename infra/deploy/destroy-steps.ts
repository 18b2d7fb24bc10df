/** `npm run destroy`: the stacks in reverse order, and what of them stays. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteObjectsCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Template } from '../templates.ts';
import { type DeployContext, regionOf, stackId, stackOrder } from './deploy-steps.ts';
import type { Step } from './step.ts';

export type DestroyContext = Omit<DeployContext, 'fetch' | 'site'>;

export function destroySteps(context: DestroyContext): readonly Step[] {
  const { settings, synth, assembly, cdk, say } = context;
  const { stage, keepData } = settings;
  return [
    { title: 'synthesize', needsAccount: false, run: synth },
    {
      title: 'say what stays',
      needsAccount: false,
      run: async () => say(`  ${[...keptResources(assembly, stage), keptRole].join('\n  ')}`),
    },
    ...(keepData
      ? []
      : [{ title: 'empty the buckets', needsAccount: true, run: () => emptyBuckets(context) }]),
    ...stackOrder
      .filter((stack) => stack !== 'Account')
      .toReversed()
      .map((stack) => ({
        title: `destroy ${stackId(stage, stack)} in ${regionOf(settings, stack)}`,
        needsAccount: true,
        run: () =>
          cdk(['destroy', stackId(stage, stack), '--app', assembly, '--exclusively', '--force']),
      })),
  ];
}

/** Deleting it would end the logs of every other API of the account and region. */
const keptRole = "the Account stack is kept: it is the account's, not the stage's";

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
            DeletionPolicy === 'Retain' && Type !== 'AWS::Lambda::Version',
        )
        .map(([logicalId, { Type }]) => `${id}: ${Type} ${logicalId} is kept`);
    });
}

/** A bucket with anything in it, versions included, cannot be deleted. */
async function emptyBuckets({ cloud, settings }: DestroyContext): Promise<void> {
  const region = regionOf(settings, 'Web');
  const outputs = await cloud.outputs(stackId(settings.stage, 'Web'), region);
  for (const name of ['SiteBucketName', 'LogBucketName']) {
    const bucket = outputs?.[name];
    if (bucket) {
      await emptyBucket(cloud.s3(region), bucket);
    }
  }
}

export async function emptyBucket(s3: S3Client, Bucket: string): Promise<void> {
  let more = true;
  while (more) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(
      ({ Key, VersionId }) => ({ Key, VersionId }),
    );
    if (Objects.length > 0) {
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    }
    more = page.IsTruncated === true;
  }
}
