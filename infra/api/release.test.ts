/** What a release and the API's own name consist of, as templates say it. */
import { describe, expect, test } from '@jest/globals';
import { alarmName } from '../../services/contract/alarms.ts';
import { type FunctionName, routes } from '../../services/contract/routes.ts';
import { stageNamed } from '../stages.ts';
import { type Json, ofType, propertiesOf, templatesOf } from '../templates.ts';
import { variants } from '../variants.ts';

const names = Object.keys(routes) as FunctionName[];
const { Api: api } = templatesOf(stageNamed('prod'));

describe('a release', () => {
  const groups = propertiesOf(api, 'AWS::CodeDeploy::DeploymentGroup');

  test.each(names)('of %s shifts a tenth for five minutes and rolls back on alarm', (name) => {
    const group = groups.find(
      ({ DeploymentGroupName }) => DeploymentGroupName === `manara-prod-${name}`,
    );
    expect(group).toMatchObject({
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      AutoRollbackConfiguration: { Enabled: true },
      AlarmConfiguration: { Enabled: true },
    });
    expect(group.AutoRollbackConfiguration.Events).toContain('DEPLOYMENT_STOP_ON_ALARM');
    const watched = group.AlarmConfiguration.Alarms.map(
      ({ Name }: Json) => api?.Resources[Name.Ref]?.Properties.AlarmName,
    );
    expect(watched).toEqual(
      ['errors', 'faults'].map((signal) =>
        alarmName('prod', 'deployment-rollback', `${name}-${signal}`),
      ),
    );
  });

  test('is judged by what the new version does, and by nothing else', () => {
    const alarms = ofType(api, 'AWS::CloudWatch::Alarm').filter(
      ([, { Metadata }]) => Metadata.AlarmId === 'deployment-rollback',
    );
    expect(alarms).toHaveLength(2 * names.length);
    for (const [id, { Properties }] of alarms) {
      const versions = Properties.Dimensions.filter(({ Name }: Json) => /version$/i.test(Name));
      const target = api?.Resources[versions[0]?.Value['Fn::GetAtt'][0]];
      expect([id, versions.length, target?.Type]).toEqual([id, 1, 'AWS::Lambda::Version']);
      expect(Properties).not.toHaveProperty('AlarmActions');
    }
  });

  test('moves the alias through CodeDeploy, and without a canary at once', () => {
    const policies = (template: typeof api) =>
      ofType(template, 'AWS::Lambda::Alias').filter(
        ([, alias]) => (alias as Json).UpdatePolicy?.CodeDeployLambdaAliasUpdate,
      );
    expect(policies(api)).toHaveLength(names.length);
    const { Api } = templatesOf(variants['without-canary']!);
    expect(policies(Api)).toHaveLength(0);
    expect(ofType(Api, 'AWS::CodeDeploy::DeploymentGroup')).toEqual([]);
  });

  test('leaves the version before it, to point the alias back at, but none that was rolled back', () => {
    for (const [, { DeletionPolicy }] of ofType(api, 'AWS::Lambda::Version')) {
      expect(DeletionPolicy).toBe('RetainExceptOnCreate');
    }
  });
});

describe('with a domain', () => {
  test('the API has its name, certificate and record, and the execute-api endpoint is off', () => {
    expect(propertiesOf(api, 'AWS::ApiGateway::DomainName')).toMatchObject([
      {
        DomainName: 'api.example.com',
        SecurityPolicy: 'TLS_1_2',
        EndpointConfiguration: { Types: ['REGIONAL'] },
      },
    ]);
    expect(propertiesOf(api, 'AWS::ApiGateway::BasePathMapping')).toHaveLength(1);
    expect(propertiesOf(api, 'AWS::Route53::RecordSet')).toMatchObject([
      { Name: 'api.example.com.', Type: 'A' },
    ]);
    expect(propertiesOf(api, 'AWS::ApiGateway::RestApi')[0].DisableExecuteApiEndpoint).toBe(true);
    expect(api?.Outputs.ApiUrl.Value).toBe('https://api.example.com');
  });

  test('sign-in returns to the site, and without one to where the deploy command says', () => {
    const callbacks = (template: typeof api) =>
      propertiesOf(template, 'AWS::Cognito::UserPoolClient').find(
        ({ ClientName }) => ClientName === 'site',
      ).CallbackURLs;
    expect(callbacks(api)).toEqual(['https://www.example.com/']);
    const { Api } = templatesOf(variants['without-domain']!);
    expect(JSON.stringify(callbacks(Api))).toContain('{"Ref":"SiteOrigin"}');
    expect(Api?.Parameters.SiteOrigin.Default).toBe('http://localhost:4000');
  });
});

describe('the firewall before the API', () => {
  const [acl] = propertiesOf(api, 'AWS::WAFv2::WebACL');

  test('counts long and scripted bodies, which notes may be, and blocks the rest', () => {
    const common = acl.Rules.find(({ Name }: Json) => Name === 'AWSManagedRulesCommonRuleSet');
    expect(common.OverrideAction).toEqual({ None: {} });
    expect(common.Statement.ManagedRuleGroupStatement.RuleActionOverrides).toEqual(
      ['SizeRestrictions_BODY', 'CrossSiteScripting_BODY'].map((Name) => ({
        Name,
        ActionToUse: { Count: {} },
      })),
    );
  });

  test('lets one address send what the throttle lets through', () => {
    const { throttle, waf } = stageNamed('prod');
    const { Limit, EvaluationWindowSec } = acl.Rules.at(-1).Statement.RateBasedStatement;
    expect(Limit).toBe(waf?.ratePerAddress);
    expect(Limit).toBeGreaterThanOrEqual(throttle.rate * EvaluationWindowSec);
  });

  test('writes no token into its log', () => {
    expect(propertiesOf(api, 'AWS::WAFv2::LoggingConfiguration')[0].RedactedFields).toEqual([
      { SingleHeader: { Name: 'authorization' } },
    ]);
  });
});
