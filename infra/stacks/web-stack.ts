/** The site, and what CloudFront and Route 53 can only have in us-east-1. */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { edge } from '../../dashboards/edge.ts';
import { AlarmSet } from '../alarms/alarm-set.ts';
import { apiUnreachable, certificateExpiry, edgeErrors } from '../alarms/edge-alarms.ts';
import { Firewall } from '../firewall/firewall.ts';
import { AlertTopics } from '../notify/alert-topics.ts';
import { StageBoard } from '../operations/stage-board.ts';
import type { StageSettings } from '../stage-settings.ts';
import { ApiHealthCheck } from '../web/api-health-check.ts';
import { SiteBucket } from '../web/site-bucket.ts';
import { SiteDistribution } from '../web/site-distribution.ts';

export class WebStack extends Stack {
  readonly site: SiteDistribution;
  readonly topics: AlertTopics;
  readonly healthCheck?: ApiHealthCheck;

  constructor(scope: Construct, id: string, settings: StageSettings, props: StackProps) {
    super(scope, id, props);
    const { stage, domain, waf, healthCheck } = settings;
    const bucket = new SiteBucket(this, 'Bucket', settings);
    const firewall =
      waf && new Firewall(this, 'Firewall', { ...waf, settings, scope: 'CLOUDFRONT' });
    this.site = new SiteDistribution(this, 'Site', { settings, bucket, firewall });
    this.topics = new AlertTopics(this, 'Alerts', settings, `manara-${stage}-edge`);
    if (healthCheck && domain) {
      this.healthCheck = new ApiHealthCheck(this, 'HealthCheck', domain.apiName);
    }
    const { distribution, certificate } = this.site;
    const host = domain ? domain.siteName : distribution.distributionDomainName;
    const alarms = new AlarmSet(this, 'Alarms', settings, this.topics);
    alarms.add([
      edgeErrors(distribution.distributionId),
      ...(this.healthCheck ? [apiUnreachable(this.healthCheck.healthCheckId)] : []),
      ...(certificate ? [certificateExpiry('edge', certificate.certificateArn, host)] : []),
    ]);
    new StageBoard(this, 'edge', edge(distribution.distributionId), alarms, settings);
    new CfnOutput(this, 'SiteUrl', { value: `https://${host}` });
    new CfnOutput(this, 'SiteBucketName', { value: bucket.site.bucketName });
    new CfnOutput(this, 'LogBucketName', { value: bucket.logs.bucketName });
    new CfnOutput(this, 'DistributionId', { value: distribution.distributionId });
  }
}
