/** CloudFront before the site's bucket, which only it may read; the site's own name and certificate where there is a domain. */

import { join } from 'node:path';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import {
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  GeoRestriction,
  HttpVersion,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import {
  AaaaRecord,
  ARecord,
  HostedZone,
  type IHostedZone,
  RecordTarget,
} from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { Firewall } from '../firewall/firewall.ts';
import type { DomainSettings, StageSettings } from '../stage-settings.ts';
import type { SiteBucket } from './site-bucket.ts';
import { SiteHeaders } from './site-headers.ts';

export interface SiteDistributionProps {
  readonly settings: StageSettings;
  readonly bucket: SiteBucket;
  readonly firewall?: Firewall;
}

export class SiteDistribution extends Construct {
  readonly distribution: Distribution;
  readonly certificate?: Certificate;

  constructor(scope: Construct, id: string, { settings, bucket, firewall }: SiteDistributionProps) {
    super(scope, id);
    const { stage, domain, countries } = settings;
    const zone = domain && this.#zone(domain);
    this.certificate =
      zone &&
      new Certificate(this, 'Certificate', {
        domainName: domain.siteName,
        validation: CertificateValidation.fromDns(zone),
      });
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `manara-${stage}: the site`,
      defaultRootObject: 'index.html',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket.site),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        // How long is said by each object's Cache-Control, which the upload sets; no-cache is a second, the policy's minimum.
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        compress: true,
        responseHeadersPolicy: new SiteHeaders(this, 'Headers', settings),
        functionAssociations: [
          { function: this.#rewrite(stage), eventType: FunctionEventType.VIEWER_REQUEST },
        ],
      },
      httpVersion: HttpVersion.HTTP2_AND_3,
      enableLogging: true,
      logBucket: bucket.logs,
      logFilePrefix: 'cloudfront/',
      ...(domain && {
        domainNames: [domain.siteName],
        certificate: this.certificate,
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
      ...(countries && { geoRestriction: GeoRestriction.allowlist(...countries) }),
      ...(firewall && { webAclId: firewall.arn }),
    });
    if (zone) {
      this.#addRecords(zone, domain.siteName);
    }
  }

  #zone({ zoneName, zoneId: hostedZoneId }: DomainSettings): IHostedZone {
    return HostedZone.fromHostedZoneAttributes(this, 'Zone', { zoneName, hostedZoneId });
  }

  #rewrite(stage: string): EdgeFunction {
    return new EdgeFunction(this, 'Rewrite', {
      functionName: `manara-${stage}-rewrite-navigations`,
      comment: 'Paths without a file name are views of the page',
      code: FunctionCode.fromFile({
        filePath: join(import.meta.dirname, 'rewrite-navigations.js'),
      }),
      runtime: FunctionRuntime.JS_2_0,
    });
  }

  #addRecords(zone: IHostedZone, recordName: string): void {
    const target = RecordTarget.fromAlias(new CloudFrontTarget(this.distribution));
    new ARecord(this, 'RecordV4', { zone, recordName, target });
    new AaaaRecord(this, 'RecordV6', { zone, recordName, target });
  }
}
