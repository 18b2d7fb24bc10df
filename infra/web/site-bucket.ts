/** The site's files, private; and the bucket for access logs of both CloudFront and the site's bucket. */
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { StageSettings } from '../stage-settings.ts';

export class SiteBucket extends Construct {
  readonly site: Bucket;
  readonly logs: Bucket;

  constructor(scope: Construct, id: string, { stage, keepData, logRetentionDays }: StageSettings) {
    super(scope, id);
    // Fixed names, so that the role that uploads can be limited to this bucket.
    const name = `manara-${stage}-site`;
    const { account } = Stack.of(this);
    const guarded = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    };
    this.logs = new Bucket(this, 'Logs', {
      bucketName: `${name}-logs-${account}`,
      ...guarded,
      // CloudFront's standard logs are delivered by ACL ("Configure standard logging (legacy)").
      objectOwnership: ObjectOwnership.OBJECT_WRITER,
      lifecycleRules: [{ expiration: Duration.days(logRetentionDays) }],
    });
    this.site = new Bucket(this, 'Site', {
      bucketName: `${name}-${account}`,
      ...guarded,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: true,
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      serverAccessLogsBucket: this.logs,
      serverAccessLogsPrefix: 's3/',
    });
  }
}
