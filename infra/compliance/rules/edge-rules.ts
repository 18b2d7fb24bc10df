/** CloudFront, the firewalls, and the topics that alarms speak to. */
import { type Json, propertiesOf } from '../../templates.ts';
import { list } from '../policy-statements.ts';
import { lacks, type StrictRule } from '../strict-rule.ts';
import { policiesOn } from './resource-rules.ts';

const publishers = ['Service:cloudwatch.amazonaws.com', 'Service:budgets.amazonaws.com'];

export const edgeRules: readonly StrictRule[] = [
  {
    id: 'SafeDistribution',
    demand:
      'The site is HTTPS only, with security headers, read from its bucket by CloudFront alone.',
    of: ['CloudFront::Distribution'],
    finds({ properties: { DistributionConfig: config }, template, settings: { domain } }) {
      const behaviour = config.DefaultCacheBehavior;
      const policy = template.Resources[behaviour.ResponseHeadersPolicyId?.Ref]?.Properties;
      const headers = policy?.ResponseHeadersPolicyConfig?.SecurityHeadersConfig ?? {};
      const csp = headers.ContentSecurityPolicy?.ContentSecurityPolicy ?? '';
      return lacks({
        'redirect-to-https': behaviour.ViewerProtocolPolicy === 'redirect-to-https',
        'TLSv1.2_2021':
          !domain || config.ViewerCertificate?.MinimumProtocolVersion === 'TLSv1.2_2021',
        'origin access control': config.Origins.every((one: Json) => one.OriginAccessControlId),
        'access logs': config.Logging !== undefined,
        HSTS: headers.StrictTransportSecurity?.AccessControlMaxAgeSec >= 31_536_000,
        nosniff: headers.ContentTypeOptions?.Override === true,
        'a strict content-security policy':
          csp.includes("default-src 'none'") && !/unsafe-|(^|[\s;])\*/.test(csp),
      });
    },
  },
  {
    id: 'LoggedFirewall',
    demand: 'Every web ACL blocks by rules, limits addresses and has its log.',
    of: ['WAFv2::WebACL'],
    finds({ logicalId, properties, template }) {
      const rules = list(properties.Rules);
      const logs = propertiesOf(template, 'AWS::WAFv2::LoggingConfiguration');
      return [
        !logs.some((log) => log.ResourceArn['Fn::GetAtt']?.[0] === logicalId) && 'has no log',
        !rules.some(({ Statement, Action }) => Statement.RateBasedStatement && Action?.Block) &&
          'limits no address',
        !rules.some(({ Statement }) => Statement.ManagedRuleGroupStatement) &&
          'has no managed rules',
        ...rules.map(({ Name, OverrideAction }) => OverrideAction?.Count && `${Name} only counts`),
      ];
    },
  },
  {
    id: 'FirewallInFront',
    demand: 'Where the stage has a firewall, API and site stand behind one.',
    of: ['ApiGateway::Stage', 'CloudFront::Distribution'],
    finds({ logicalId, properties, template, settings: { waf } }) {
      const behind = propertiesOf(template, 'AWS::WAFv2::WebACLAssociation').some(
        ({ ResourceArn }) => JSON.stringify(ResourceArn).includes(`"${logicalId}"`),
      );
      return [waf && !behind && !properties.DistributionConfig?.WebACLId && 'no web ACL'];
    },
  },
  {
    id: 'HeardAlerts',
    demand: 'A topic and its key admit CloudWatch and Budgets, or alarms are published to nobody.',
    of: ['SNS::Topic'],
    finds({ logicalId, properties: { KmsMasterKeyId }, template, statements }) {
      const key = KmsMasterKeyId?.['Fn::GetAtt']?.[0] ?? KmsMasterKeyId?.Ref;
      const policies = policiesOn(template, 'AWS::SNS::TopicPolicy', 'Topics', logicalId);
      const needs: Readonly<Record<string, readonly string[]>> = {
        'sns:Publish': policies,
        ...(key && { 'kms:Decrypt': [key], 'kms:GenerateDataKey': [key] }),
      };
      return [
        !key && 'is not encrypted with a key of this template',
        ...Object.entries(needs).flatMap(([action, holders]) =>
          publishers.map((publisher) => {
            const isGranted = statements.some(
              (one) =>
                one.effect === 'Allow' &&
                holders.includes(one.logicalId) &&
                one.principals.includes(publisher) &&
                one.actions.includes(action),
            );
            return !isGranted && `${publisher} lacks ${action}`;
          }),
        ),
      ];
    },
  },
];
