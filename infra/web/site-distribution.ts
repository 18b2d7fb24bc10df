/** CloudFront before the site's bucket, which only it may read; the site's own name and certificate where there is a domain. */
import { join } from 'node:path';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { Firewall } from '../firewall/firewall.ts';
import type { StageSettings } from '../stage-settings.ts';
import type { SiteBucket } from './site-bucket.ts';
import { SiteHeaders } from './site-headers.ts';

export interface SiteDistributionProps {
  readonly settings: StageSettings;
  readonly bucket: SiteBucket;
  readonly firewall?: Firewall;
}

export class SiteDistribution extends Construct {
  readonly distribution: cloudfront.Distribution;
  readonly certificate?: Certificate;

  constructor(scope: Construct, id: string, { settings, bucket, firewall }: SiteDistributionProps) {
    super(scope, id);
    const { stage, domain, countries } = settings;
    const zone =
      domain &&
      route53.HostedZone.fromHostedZoneAttributes(this, 'Zone', {
        zoneName: domain.zoneName,
        hostedZoneId: domain.zoneId,
      });
    this.certificate =
      zone &&
      new Certificate(this, 'Certificate', {
        domainName: domain.siteName,
        validation: CertificateValidation.fromDns(zone),
      });
    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: `manara-${stage}: the site`,
      defaultRootObject: 'index.html',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket.site),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        // How long is said by each object's Cache-Control, which the upload sets; no-cache is a second, the policy's minimum.
        cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
        compress: true,
        responseHeadersPolicy: new SiteHeaders(this, 'Headers', settings),
        functionAssociations: [
          {
            function: this.#rewrite(stage),
            eventType: cloudfront.FunctionEventType.VIEWER_REQUEST,
          },
        ],
      },
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      enableLogging: true,
      logBucket: bucket.logs,
      logFilePrefix: 'cloudfront/',
      ...(domain && {
        domainNames: [domain.siteName],
        certificate: this.certificate,
        minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
      ...(countries && { geoRestriction: cloudfront.GeoRestriction.allowlist(...countries) }),
      ...(firewall && { webAclId: firewall.arn }),
    });
    if (zone) {
      const target = route53.RecordTarget.fromAlias(new CloudFrontTarget(this.distribution));
      const record = { zone, recordName: domain.siteName, target };
      new route53.ARecord(this, 'RecordV4', record);
      new route53.AaaaRecord(this, 'RecordV6', record);
    }
  }

  #rewrite(stage: string): cloudfront.Function {
    const filePath = join(import.meta.dirname, 'rewrite-navigations.js');
    return new cloudfront.Function(this, 'Rewrite', {
      functionName: `manara-${stage}-rewrite-navigations`,
      comment: 'Paths without a file name are views of the page',
      code: cloudfront.FunctionCode.fromFile({ filePath }),
      runtime: cloudfront.FunctionRuntime.JS_2_0,
    });
  }
}
