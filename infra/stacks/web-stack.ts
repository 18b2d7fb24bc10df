/** The site, and what CloudFront and Route 53 can only have in us-east-1. */
import { HealthCheck, HealthCheckType } from 'aws-cdk-lib/aws-route53';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { edge } from '../../dashboards/edge.ts';
import { healthRoute } from '../../services/contract/routes.ts';
import { AlarmSet } from '../alarms/alarm-set.ts';
import { apiUnreachable, certificateExpiry, edgeErrors } from '../alarms/edge-alarms.ts';
import { Firewall } from '../firewall/firewall.ts';
import { AlertTopics } from '../notify/alert-topics.ts';
import type { StageSettings } from '../stage-settings.ts';
import { SiteBucket } from '../web/site-bucket.ts';
import { SiteDistribution } from '../web/site-distribution.ts';
import { StageBoard } from './stage-board.ts';

export class WebStack extends Stack {
  constructor(scope: Construct, id: string, settings: StageSettings, props: StackProps) {
    super(scope, id, props);
    const { stage, domain, waf } = settings;
    const bucket = new SiteBucket(this, 'Bucket', settings);
    const firewall =
      waf && new Firewall(this, 'Firewall', 'CLOUDFRONT', waf.ratePerAddress, settings);
    const site = new SiteDistribution(this, 'Site', { settings, bucket, firewall });
    const { certificate, distribution } = site;
    const topics = new AlertTopics(this, 'Alerts', settings, `manara-${stage}-edge`);
    const healthCheck = domain && settings.healthCheck && this.#healthCheck(domain.apiName);
    const host = domain?.siteName ?? distribution.distributionDomainName;
    const alarms = new AlarmSet(this, 'Alarms', settings, topics);
    alarms.add([
      edgeErrors(distribution.distributionId),
      ...(healthCheck ? [apiUnreachable(healthCheck.healthCheckId)] : []),
      ...(certificate ? [certificateExpiry('edge', certificate.certificateArn, host)] : []),
    ]);
    new StageBoard(this, 'edge', edge(distribution.distributionId), alarms, settings);
    new CfnOutput(this, 'SiteUrl', { value: `https://${host}` });
    new CfnOutput(this, 'SiteBucketName', { value: bucket.site.bucketName });
    new CfnOutput(this, 'LogBucketName', { value: bucket.logs.bucketName });
    new CfnOutput(this, 'DistributionId', { value: distribution.distributionId });
  }

  /** Asks the API for `/health` from outside AWS's own network of the region: what callers see, DNS and certificate included. */
  #healthCheck(fqdn: string): HealthCheck {
    return new HealthCheck(this, 'HealthCheck', {
      type: HealthCheckType.HTTPS,
      fqdn,
      port: 443,
      resourcePath: healthRoute.path,
      enableSNI: true,
      requestInterval: Duration.seconds(30),
      failureThreshold: 3,
    });
  }
}
