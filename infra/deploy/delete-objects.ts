import { DeleteObjectsCommand, type ObjectIdentifier, type S3Client } from '@aws-sdk/client-s3';

/** S3 answers 200 also where it refused some ("DeleteObjects"). @throws Error that names the first that stays */
export async function deleteObjects(
  s3: S3Client,
  Bucket: string,
  objects: readonly Partial<ObjectIdentifier>[],
): Promise<void> {
  if (objects.length === 0) return;
  const Objects = objects.map(({ Key, VersionId }) => ({ Key, VersionId }));
  const { Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  if (Errors?.[0]) {
    throw new Error(`${Bucket}/${Errors[0].Key} cannot be deleted: ${Errors[0].Message}`);
  }
}
