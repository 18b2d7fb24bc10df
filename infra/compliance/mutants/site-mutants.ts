/** The site, the firewalls, and alerts that are not heard. */
import { drop, type Mutants, set, unset } from './mutation.ts';

const bucket = 'Web/Bucket/Site/Resource';
const site = 'Web/Site/Distribution/Resource';
const headers = 'Web/Site/Headers/Resource';
const key = 'Notify/Alerts/Key/Resource';
const topicPolicy = 'Notify/Alerts/page/Policy/Resource';

export const siteMutants: Mutants = {
  'a public bucket': set(bucket, 'PublicAccessBlockConfiguration.BlockPublicPolicy', false),
  'no public access block': unset(bucket, 'PublicAccessBlockConfiguration'),
  'a bucket that anybody may read': set(
    'Web/Bucket/Site/Policy/Resource',
    'PolicyDocument.Statement.2',
    { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' },
  ),
  'a bucket for every distribution there is': unset(
    'Web/Bucket/Site/Policy/Resource',
    'PolicyDocument.Statement.1.Condition',
  ),
  'plain HTTP to the bucket': set(
    'Web/Bucket/Site/Policy/Resource',
    'PolicyDocument.Statement.0.Condition',
    { Bool: { 'aws:SecureTransport': 'true' } },
  ),
  'plain HTTP to the site': set(
    site,
    'DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy',
    'allow-all',
  ),
  'TLS 1.0 for the site': set(
    site,
    'DistributionConfig.ViewerCertificate.MinimumProtocolVersion',
    'TLSv1',
  ),
  'no origin access control': unset(site, 'DistributionConfig.Origins.0.OriginAccessControlId'),
  'no access log of the site': unset(site, 'DistributionConfig.Logging'),
  'no firewall before the site': unset(site, 'DistributionConfig.WebACLId'),
  'inline script allowed': set(
    headers,
    'ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy',
    "default-src 'none'; script-src 'self' 'unsafe-inline'",
  ),
  'no HSTS': unset(
    headers,
    'ResponseHeadersPolicyConfig.SecurityHeadersConfig.StrictTransportSecurity',
  ),
  'no firewall before the API': drop('Api/FirewallAssociation'),
  'a firewall without a log': drop('Api/Firewall/Logging'),
  'a key without CloudWatch': set(key, 'KeyPolicy.Statement.1.Principal.Service', [
    'budgets.amazonaws.com',
  ]),
  'a key for every account’s alarms': unset(key, 'KeyPolicy.Statement.1.Condition'),
  'a key for everybody': set(key, 'KeyPolicy.Statement.1.Principal', { AWS: '*' }),
  'a key without GenerateDataKey': set(key, 'KeyPolicy.Statement.1.Action', 'kms:Decrypt'),
  'a topic without a key': unset('Notify/Alerts/page/Resource', 'KmsMasterKeyId'),
  'a topic without CloudWatch': set(topicPolicy, 'PolicyDocument.Statement.1.Principal.Service', [
    'budgets.amazonaws.com',
  ]),
  'a topic for everybody': set(topicPolicy, 'PolicyDocument.Statement.1.Principal', '*'),
  'plain HTTP to the topic': set(topicPolicy, 'PolicyDocument.Statement.0.Effect', 'Allow'),
};
