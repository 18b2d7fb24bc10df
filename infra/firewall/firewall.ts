/**
 * AWS WAF before the API or the site: AWS's managed rules, a limit per address, and a log of what was blocked or counted.
 * The common rules refuse bodies above 8 kB and script in bodies; a note may hold both, so those two only count.
 */

import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, ResourcePolicy } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { StageSettings } from '../stage-settings.ts';

export interface FirewallProps {
  readonly settings: StageSettings;
  /** CLOUDFRONT only in us-east-1. */
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
  /** Requests from one address in five minutes. */
  readonly ratePerAddress: number;
  /** Rules of the common set that only count. */
  readonly countedRules?: readonly string[];
}

/** AWS's documented names; the baseline groups of "AWS Managed Rules for AWS WAF". */
const managedGroups = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesCommonRuleSet',
] as const;

export class Firewall extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: FirewallProps) {
    super(scope, id);
    const name = `manara-${props.settings.stage}-${props.scope === 'REGIONAL' ? 'api' : 'site'}`;
    const acl = new CfnWebACL(this, 'Acl', {
      name,
      scope: props.scope,
      defaultAction: { allow: {} },
      visibilityConfig: visibility(name),
      rules: [
        ...managedGroups.map((group, priority) => managedRule(group, priority, props.countedRules)),
        addressRule(managedGroups.length, props.ratePerAddress),
      ],
    });
    this.arn = acl.attrArn;
    this.#log(name, props.settings);
  }

  /** The group's name must start with `aws-waf-logs-`; the delivery service writes to it, for this account's ACLs only. */
  #log(name: string, { logRetentionDays }: StageSettings): void {
    const { account, region, partition } = Stack.of(this);
    const group = new LogGroup(this, 'Logs', {
      logGroupName: `aws-waf-logs-${name}`,
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const write = new ResourcePolicy(this, 'LogPolicy', {
      resourcePolicyName: `aws-waf-logs-${name}`,
      policyStatements: [
        new PolicyStatement({
          principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [group.logGroupArn],
          conditions: {
            StringEquals: { 'aws:SourceAccount': account },
            ArnLike: { 'aws:SourceArn': `arn:${partition}:logs:${region}:${account}:*` },
          },
        }),
      ],
    });
    const logging = new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: this.arn,
      logDestinationConfigs: [
        `arn:${partition}:logs:${region}:${account}:log-group:${group.logGroupName}`,
      ],
      redactedFields: [{ singleHeader: { Name: 'authorization' } }],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: ['BLOCK', 'COUNT'].map((Action) => ({ ActionCondition: { Action } })),
          },
        ],
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

function managedRule(
  name: (typeof managedGroups)[number],
  priority: number,
  countedRules: readonly string[] = [],
): CfnWebACL.RuleProperty {
  const counted = name === 'AWSManagedRulesCommonRuleSet' ? countedRules : [];
  return {
    name,
    priority,
    overrideAction: { none: {} },
    visibilityConfig: visibility(name),
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ...(counted.length > 0 && {
          ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
        }),
      },
    },
  };
}

const addressRule = (priority: number, limit: number): CfnWebACL.RuleProperty => ({
  name: 'RatePerAddress',
  priority,
  action: { block: {} },
  visibilityConfig: visibility('RatePerAddress'),
  statement: {
    rateBasedStatement: { limit, aggregateKeyType: 'IP', evaluationWindowSec: 300 },
  },
});
