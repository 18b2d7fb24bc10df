/** AWS WAF before the API or the site: AWS's managed rules, a limit per address, and a log of what was blocked or counted. */
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, ResourcePolicy } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { StageSettings } from '../stage-settings.ts';

/** AWS's documented names; the baseline groups of "AWS Managed Rules for AWS WAF". */
const commonRules = 'AWSManagedRulesCommonRuleSet';
const managedGroups = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesKnownBadInputsRuleSet',
  commonRules,
];

/** The common rules refuse bodies above 8 kB and script in bodies; a note may hold both, so before the API those two only count. */
const countedRules = ['SizeRestrictions_BODY', 'CrossSiteScripting_BODY'];

export class Firewall extends Construct {
  readonly arn: string;

  /**
   * @param target CLOUDFRONT only in us-east-1
   * @param ratePerAddress requests from one address in five minutes
   */
  constructor(
    scope: Construct,
    id: string,
    target: 'REGIONAL' | 'CLOUDFRONT',
    ratePerAddress: number,
    settings: StageSettings,
  ) {
    super(scope, id);
    const name = `manara-${settings.stage}-${target === 'REGIONAL' ? 'api' : 'site'}`;
    const acl = new CfnWebACL(this, 'Acl', {
      name,
      scope: target,
      defaultAction: { allow: {} },
      visibilityConfig: visibility(name),
      rules: [
        ...managedGroups.map((group, priority) =>
          managedRule(group, priority, target === 'REGIONAL' && group === commonRules),
        ),
        addressRule(managedGroups.length, ratePerAddress),
      ],
    });
    this.arn = acl.attrArn;
    this.#log(name, settings);
  }

  /** The group's name must start with `aws-waf-logs-`; the delivery service writes to it, for this account's ACLs only. */
  #log(name: string, { logRetentionDays }: StageSettings): void {
    const { account, region, partition } = Stack.of(this);
    const logGroupName = `aws-waf-logs-${name}`;
    const logs = `arn:${partition}:logs:${region}:${account}`;
    const group = new LogGroup(this, 'Logs', {
      logGroupName,
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const write = new ResourcePolicy(this, 'LogPolicy', {
      resourcePolicyName: logGroupName,
      policyStatements: [
        new PolicyStatement({
          principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [group.logGroupArn],
          conditions: {
            StringEquals: { 'aws:SourceAccount': account },
            ArnLike: { 'aws:SourceArn': `${logs}:*` },
          },
        }),
      ],
    });
    const Conditions = ['BLOCK', 'COUNT'].map((Action) => ({ ActionCondition: { Action } }));
    const logging = new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: this.arn,
      logDestinationConfigs: [`${logs}:log-group:${group.logGroupName}`],
      redactedFields: [{ singleHeader: { Name: 'authorization' } }],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [{ Behavior: 'KEEP', Requirement: 'MEETS_ANY', Conditions }],
      },
    });
    logging.node.addDependency(write);
  }
}

const visibility = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: false,
});

const managedRule = (name: string, priority: number, counts: boolean): CfnWebACL.RuleProperty => {
  const ruleActionOverrides = countedRules.map((rule) => ({
    name: rule,
    actionToUse: { count: {} },
  }));
  return {
    name,
    priority,
    overrideAction: { none: {} },
    visibilityConfig: visibility(name),
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ...(counts && { ruleActionOverrides }),
      },
    },
  };
};

const addressRule = (priority: number, limit: number): CfnWebACL.RuleProperty => ({
  name: 'RatePerAddress',
  priority,
  action: { block: {} },
  visibilityConfig: visibility('RatePerAddress'),
  statement: {
    rateBasedStatement: { limit, aggregateKeyType: 'IP', evaluationWindowSec: 300 },
  },
});
