/** CloudFront, the firewalls, and the topics that alarms speak to. */
import { ofType } from '../../templates.ts';
import { list, statementsOf } from '../policy-statements.ts';
import type { StrictRule } from '../strict-rule.ts';

const publishers = ['Service:cloudwatch.amazonaws.com', 'Service:budgets.amazonaws.com'];

export const edgeRules: readonly StrictRule[] = [
  {
    id: 'SafeDistribution',
    demand:
      'The site is HTTPS only, with security headers, read from its bucket by CloudFront alone.',
    *check(template, { domain }) {
      for (const [logicalId, { Properties }] of ofType(template, 'AWS::CloudFront::Distribution')) {
        const {
          DefaultCacheBehavior: behaviour,
          ViewerCertificate,
          Origins,
          Logging,
        } = Properties.DistributionConfig;
        const policy = template.Resources[behaviour.ResponseHeadersPolicyId?.Ref]?.Properties;
        const headers = policy?.ResponseHeadersPolicyConfig?.SecurityHeadersConfig ?? {};
        const csp = headers.ContentSecurityPolicy?.ContentSecurityPolicy ?? '';
        const holds = {
          'redirect-to-https': behaviour.ViewerProtocolPolicy === 'redirect-to-https',
          'TLSv1.2_2021': !domain || ViewerCertificate?.MinimumProtocolVersion === 'TLSv1.2_2021',
          'origin access control': Origins.every(
            (origin: { OriginAccessControlId?: unknown }) => origin.OriginAccessControlId,
          ),
          'access logs': Logging !== undefined,
          HSTS: headers.StrictTransportSecurity?.AccessControlMaxAgeSec >= 31_536_000,
          nosniff: headers.ContentTypeOptions?.Override === true,
          'a strict content-security policy':
            csp.includes("default-src 'none'") && !/unsafe-|(^|[\s;])\*/.test(csp),
        };
        for (const [what] of Object.entries(holds).filter(([, fine]) => !fine)) {
          yield [logicalId, `lacks ${what}`];
        }
      }
    },
  },
  {
    id: 'LoggedFirewall',
    demand: 'Every web ACL blocks by rules, limits addresses and has its log.',
    *check(template) {
      const logged = ofType(template, 'AWS::WAFv2::LoggingConfiguration').map(
        ([, { Properties }]) => Properties.ResourceArn['Fn::GetAtt']?.[0],
      );
      for (const [logicalId, { Properties }] of ofType(template, 'AWS::WAFv2::WebACL')) {
        const rules = list(Properties.Rules);
        if (!logged.includes(logicalId)) {
          yield [logicalId, 'has no log'];
        }
        if (!rules.some((rule) => rule.Statement.RateBasedStatement && rule.Action?.Block)) {
          yield [logicalId, 'limits no address'];
        }
        for (const rule of rules.filter(({ OverrideAction }) => OverrideAction?.Count)) {
          yield [logicalId, `${rule.Name} only counts`];
        }
      }
    },
  },
  {
    id: 'FirewallInFront',
    demand: 'Where the stage has a firewall, API and site stand behind one.',
    *check(template, { waf }) {
      if (!waf) {
        return;
      }
      const protectedStages = ofType(template, 'AWS::WAFv2::WebACLAssociation').map(
        ([, { Properties }]) => JSON.stringify(Properties.ResourceArn),
      );
      for (const [logicalId] of ofType(template, 'AWS::ApiGateway::Stage')) {
        if (!protectedStages.some((arn) => arn.includes(`"${logicalId}"`))) {
          yield [logicalId, 'no web ACL is associated'];
        }
      }
      for (const [logicalId, { Properties }] of ofType(template, 'AWS::CloudFront::Distribution')) {
        if (Properties.DistributionConfig.WebACLId === undefined) {
          yield [logicalId, 'no web ACL'];
        }
      }
    },
  },
  {
    id: 'HeardAlerts',
    demand: 'A topic and its key admit CloudWatch and Budgets, or alarms are published to nobody.',
    *check(template) {
      const statements = statementsOf(template).filter(({ effect }) => effect === 'Allow');
      for (const [logicalId, { Properties }] of ofType(template, 'AWS::SNS::Topic')) {
        const policies = ofType(template, 'AWS::SNS::TopicPolicy')
          .filter(([, policy]) =>
            list(policy.Properties.Topics).some((topic) => topic.Ref === logicalId),
          )
          .map(([id]) => id);
        const key =
          Properties.KmsMasterKeyId?.['Fn::GetAtt']?.[0] ?? Properties.KmsMasterKeyId?.Ref;
        const needs = [
          ...(key ? [{ holders: [key], actions: ['kms:Decrypt', 'kms:GenerateDataKey'] }] : []),
          { holders: policies, actions: ['sns:Publish'] },
        ];
        for (const { holders, actions } of needs) {
          for (const publisher of publishers) {
            const granted = statements
              .filter(
                (one) => holders.includes(one.logicalId) && one.principals.includes(publisher),
              )
              .flatMap((one) => one.actions);
            for (const action of actions.filter((name) => !granted.includes(name))) {
              yield [logicalId, `${publisher} lacks ${action}`];
            }
          }
        }
        if (!key) {
          yield [logicalId, 'is not encrypted with a key of this template'];
        }
      }
    },
  },
];
