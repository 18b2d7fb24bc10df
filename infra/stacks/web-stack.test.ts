import { describe, expect, test } from '@jest/globals';
import { stageNamed } from '../stages.ts';
import { type Json, ofType, propertiesOf, templatesOf } from '../templates.ts';
import { variants } from '../variants.ts';

const prod = stageNamed('prod');
const { Web: web } = templatesOf(prod);
const { Web: plain } = templatesOf(variants['without-domain']!);
const distributionOf = (template: typeof web): Json =>
  propertiesOf(template, 'AWS::CloudFront::Distribution')[0].DistributionConfig;

describe('the site', () => {
  const distribution = distributionOf(web);

  test('is served over HTTP/2 and 3, compressed, HTTPS only, TLS 1.2 of 2021', () => {
    expect(distribution).toMatchObject({
      HttpVersion: 'http2and3',
      DefaultRootObject: 'index.html',
      DefaultCacheBehavior: { Compress: true, ViewerProtocolPolicy: 'redirect-to-https' },
      ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
    });
  });

  test('rewrites navigations instead of mapping errors, which would hide the firewall’s', () => {
    expect(distribution.DefaultCacheBehavior.FunctionAssociations).toMatchObject([
      { EventType: 'viewer-request' },
    ]);
    expect(distribution).not.toHaveProperty('CustomErrorResponses');
  });

  test('is read from the bucket by this distribution only', () => {
    const [id] = ofType(web, 'AWS::CloudFront::Distribution')[0] as [string, unknown];
    const reads = propertiesOf(web, 'AWS::S3::BucketPolicy')
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Principal }: Json) => Principal.Service === 'cloudfront.amazonaws.com');
    expect(reads).toHaveLength(1);
    expect(reads[0].Action).toBe('s3:GetObject');
    expect(JSON.stringify(reads[0].Condition)).toContain(`{"Ref":"${id}"}`);
  });

  const policyOf = (template: typeof web) =>
    propertiesOf(template, 'AWS::CloudFront::ResponseHeadersPolicy')[0].ResponseHeadersPolicyConfig
      .SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy;

  test('may talk to itself, the API and sign-in, and to nobody else', () => {
    const signIn = 'https://manara-prod.auth.eu-central-1.amazoncognito.com';
    expect(policyOf(web)).toContain(`connect-src 'self' https://api.example.com ${signIn};`);
    expect(policyOf(plain)).toContain(
      `connect-src 'self' https://*.execute-api.eu-central-1.amazonaws.com ${signIn};`,
    );
    expect(policyOf(web)).toContain("script-src 'self';");
  });

  test('has its name in the zone, for IPv4 and IPv6, and a certificate validated there', () => {
    const records = propertiesOf(web, 'AWS::Route53::RecordSet');
    expect(records.map(({ Name, Type }) => `${Type} ${Name}`)).toEqual([
      'A www.example.com.',
      'AAAA www.example.com.',
    ]);
    expect(propertiesOf(web, 'AWS::CertificateManager::Certificate')).toMatchObject([
      {
        DomainName: 'www.example.com',
        DomainValidationOptions: [{ HostedZoneId: prod.domain?.zoneId }],
      },
    ]);
  });

  test('without a domain has neither name, certificate nor health check', () => {
    for (const type of [
      'Route53::RecordSet',
      'CertificateManager::Certificate',
      'Route53::HealthCheck',
    ]) {
      expect([type, ofType(plain, `AWS::${type}`)]).toEqual([type, []]);
    }
    expect(distributionOf(plain)).not.toHaveProperty('Aliases');
  });
});

test('the API’s health is asked for from outside, by name', () => {
  expect(propertiesOf(web, 'AWS::Route53::HealthCheck')[0].HealthCheckConfig).toMatchObject({
    Type: 'HTTPS',
    FullyQualifiedDomainName: 'api.example.com',
    ResourcePath: '/health',
    RequestInterval: 30,
    FailureThreshold: 3,
  });
});

test.each([
  ['with a firewall and a country list', prod, true],
  ['without a firewall', variants['without-firewall']!, false],
])('the site of a stage %s', (_, settings, guarded) => {
  const { Web } = templatesOf(settings);
  expect(ofType(Web, 'AWS::WAFv2::WebACL')).toHaveLength(guarded ? 1 : 0);
  expect('WebACLId' in distributionOf(Web)).toBe(guarded);
});

test('only the stage’s countries reach the site', () => {
  expect(distributionOf(web).Restrictions.GeoRestriction).toEqual({
    RestrictionType: 'whitelist',
    Locations: prod.countries,
  });
  const { Web } = templatesOf(variants['without-countries']!);
  expect(distributionOf(Web)).not.toHaveProperty('Restrictions');
});
