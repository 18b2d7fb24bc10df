/**
 * Puts the site into its bucket so that whatever page a visitor has, all of its assets are there: assets first, the page
 * last, and the assets of the release that was live before stay. Killed at any moment, the old page still works.
 */
import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { deleteObjects } from './delete-objects.ts';
import { isHashed, type SiteObject, siteObjects } from './site-objects.ts';

export interface UploadOptions {
  readonly s3: S3Client;
  readonly bucket: string;
  /** The built site, `dist/web`. */
  readonly folder: string;
  /** What the page is told in `/config.json`. */
  readonly config: object;
  readonly say: (line: string) => void;
}

export async function uploadSite(options: UploadOptions): Promise<void> {
  const { s3, bucket, folder, config, say } = options;
  const { assets, others, index } = siteObjects(folder, config);
  const live = await read(s3, bucket, 'index.html');
  const previous = live && recordKey(live);
  const record: SiteObject = {
    key: recordKey(index.body),
    body: Buffer.from(JSON.stringify(assets.map(({ key }) => key))),
    contentType: 'application/json',
    cacheControl: 'no-cache',
  };
  for (const object of [...assets, record, ...others, index]) {
    await put(s3, bucket, object);
    say(`${object.key} (${object.contentType}; ${object.cacheControl})`);
  }
  // The same page again: what was live before it is not known, so nothing is removed.
  if (previous === record.key) return;
  const kept = [record, ...assets].map(({ key }) => key);
  const recorded = previous && (await read(s3, bucket, previous));
  if (recorded) {
    kept.push(previous, ...JSON.parse(Buffer.from(recorded).toString()));
  }
  await removeOthers(options, new Set(kept));
}

/** Which assets a release needs, kept beside them under the hash of its page, which names everything else. */
const recordKey = (index: Uint8Array) =>
  `releases/${createHash('sha256').update(index).digest('hex').slice(0, 16)}.json`;

async function read(s3: S3Client, Bucket: string, Key: string): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return await Body?.transformToByteArray();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

const put = (s3: S3Client, Bucket: string, object: SiteObject) =>
  s3.send(
    new PutObjectCommand({
      Bucket,
      Key: object.key,
      Body: object.body,
      ContentType: object.contentType,
      CacheControl: object.cacheControl,
    }),
  );

/** Assets and records of releases before the previous one, and of releases that never became live. */
async function removeOthers(
  { s3, bucket, say }: UploadOptions,
  kept: ReadonlySet<string>,
): Promise<void> {
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken }));
    const keys = (page.Contents ?? []).map(({ Key }) => Key as string);
    const old = keys.filter((key) => isReleased(key) && !kept.has(key));
    await deleteObjects(
      s3,
      bucket,
      old.map((Key) => ({ Key })),
    );
    for (const key of old) say(`removed ${key}`);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
}

const isReleased = (key: string) => key.startsWith('releases/') || isHashed(key);
