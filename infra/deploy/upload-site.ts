/**
 * Puts the site into its bucket so that whatever page a visitor has, all of its assets are there: assets first, the page
 * last, and the assets of the release that was live before stay. Killed at any moment, the old page still works.
 */
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isHashed, releaseOf, type Site, type SiteObject, siteObjects } from './site-objects.ts';

export interface UploadOptions {
  readonly s3: S3Client;
  readonly bucket: string;
  /** The built site, `dist/web`. */
  readonly folder: string;
  /** What the page is told in `/config.json`. */
  readonly config: object;
  readonly say: (line: string) => void;
}

/** Which assets a release needs, kept beside them under the name of the release. */
const recordKey = (release: string) => `releases/${release}.json`;

export async function uploadSite({
  s3,
  bucket,
  folder,
  config,
  say,
}: UploadOptions): Promise<void> {
  const site = siteObjects(folder, config);
  const live = await read(s3, bucket, 'index.html');
  const previous = live && releaseOf(live);
  const release = releaseOf(site.index.body);
  for (const object of [...site.assets, record(release, site), ...site.others, site.index]) {
    await put(s3, bucket, object);
    say(`${object.key} (${object.contentType}; ${object.cacheControl})`);
  }
  // The same page again: what was live before it is not known, so nothing is removed.
  if (previous !== release) {
    const kept = new Set([
      ...needs(
        release,
        site.assets.map(({ key }) => key),
      ),
      ...(previous ? await recorded(s3, bucket, previous) : []),
    ]);
    await removeOthers(s3, bucket, kept, say);
  }
}

const needs = (release: string, assets: readonly string[]) => [recordKey(release), ...assets];

const record = (release: string, { assets }: Site): SiteObject => ({
  key: recordKey(release),
  body: Buffer.from(JSON.stringify(assets.map(({ key }) => key))),
  contentType: 'application/json',
  cacheControl: 'no-cache',
});

async function recorded(s3: S3Client, bucket: string, release: string): Promise<readonly string[]> {
  const assets = await read(s3, bucket, recordKey(release));
  return assets ? needs(release, JSON.parse(Buffer.from(assets).toString())) : [];
}

async function read(s3: S3Client, Bucket: string, Key: string): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return await Body?.transformToByteArray();
  } catch (error) {
    if (error instanceof NoSuchKey) {
      return undefined;
    }
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
  s3: S3Client,
  Bucket: string,
  kept: ReadonlySet<string>,
  say: (line: string) => void,
): Promise<void> {
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken }));
    const keys = (page.Contents ?? []).map(({ Key }) => Key as string);
    const old = keys.filter((key) => isReleased(key) && !kept.has(key));
    if (old.length > 0) {
      await s3.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects: old.map((Key) => ({ Key })) } }),
      );
      say(`removed ${old.join(', ')}`);
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
}

const isReleased = (key: string) => key.startsWith('releases/') || isHashed(key);
