/** Each way of weakening prod that we could think of: the gate or the least-privilege matrix must name every one. */
import { afterAll, describe, expect, test } from '@jest/globals';
import type { CfnUserPool } from 'aws-cdk-lib/aws-cognito';
import { stageNamed } from '../stages.ts';
import { type Json, type Template, type Templates, templatesOf } from '../templates.ts';
import {
  expectedFunctionGrants,
  expectedOtherGrants,
  expectedPrincipals,
  expectedTableDenials,
} from './expected-privileges.ts';
import { functionGrants, otherGrants, tableDenials } from './least-privilege.ts';
import { add, arn, drop, type Mutation, ref, resourceAt, set, unset } from './mutate.ts';
import { principalsOf } from './principals.ts';
import { runPacks } from './run-packs.ts';
import { strictRules } from './strict-checks.ts';
import { suppressions } from './suppressions.ts';

const prod = stageNamed('prod');

const grant = 'Api/GetItemGrant/Resource';
const role = 'Api/GetItemRole/Resource';
const fn = 'Api/GetItem/Function/Resource';
const table = 'Api/Items/Resource';
const stage = 'Api/Api/DeploymentStage.prod/Resource';
const method = 'Api/Api/Default/items/{id}/GET/Resource';
const invoke = 'Api/Api/Default/items/{id}/GET/ApiPermission';
const bucket = 'Web/Bucket/Site/Resource';
const site = 'Web/Site/Distribution/Resource';
const headers = 'Web/Site/Headers/Resource';
const key = 'Notify/Alerts/Key/Resource';
const topicPolicy = 'Notify/Alerts/page/Policy/Resource';
const stranger = { AWS: 'arn:aws:iam::999999999999:root' };
const statement = (more: object) => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::b/k',
  ...more,
});
const document = (more: object) => ({ Version: '2012-10-17', Statement: [statement(more)] });

const mutants: Readonly<Record<string, Mutation>> = {
  // Grants, wildcards in every form
  'every action of DynamoDB': set(grant, 'PolicyDocument.Statement.0.Action', 'dynamodb:*'),
  'every action there is': set(grant, 'PolicyDocument.Statement.0.Action', '*'),
  'actions by prefix': set(grant, 'PolicyDocument.Statement.0.Action', 'dynamodb:Get*'),
  'actions by question mark': set(grant, 'PolicyDocument.Statement.0.Action', 'dynamodb:?etItem'),
  'every resource': set(grant, 'PolicyDocument.Statement.0.Resource', '*'),
  'every table': set(
    grant,
    'PolicyDocument.Statement.0.Resource',
    'arn:aws:dynamodb:eu-central-1:1:table/*',
  ),
  'tables by question mark': set(
    grant,
    'PolicyDocument.Statement.0.Resource',
    'arn:aws:dynamodb:eu-central-1:1:table/manara-pro?-items',
  ),
  'another exact table': set(
    grant,
    'PolicyDocument.Statement.0.Resource',
    'arn:aws:dynamodb:eu-central-1:1:table/payroll',
  ),
  'all actions but one': (app) => {
    unset(grant, 'PolicyDocument.Statement.0.Action')(app);
    set(grant, 'PolicyDocument.Statement.0.NotAction', 'dynamodb:DeleteItem')(app);
  },
  'all resources but one': (app) => {
    unset(grant, 'PolicyDocument.Statement.0.Resource')(app);
    set(
      grant,
      'PolicyDocument.Statement.0.NotResource',
      'arn:aws:dynamodb:eu-central-1:1:table/payroll',
    )(app);
  },
  'a second exact action': set(grant, 'PolicyDocument.Statement.0.Action', [
    'dynamodb:GetItem',
    'dynamodb:Scan',
  ]),
  'another exact action': set(grant, 'PolicyDocument.Statement.0.Action', 'dynamodb:DeleteItem'),
  'an exact action of another service': set(role, 'Policies.2', {
    PolicyName: 'more',
    PolicyDocument: document({}),
  }),
  'X-Ray’s resource for a third action': set(role, 'Policies.1.PolicyDocument.Statement.0.Action', [
    'xray:PutTraceSegments',
    'xray:GetTraceSummaries',
  ]),
  'another function’s log group': (app) =>
    set(
      role,
      'Policies.0.PolicyDocument.Statement.0.Resource',
      arn(app, 'Api/PutItemRoleLogs/Resource'),
    )(app),
  'a second policy on the role': add('Api', 'AWS::IAM::Policy', (app) => ({
    PolicyName: 'more',
    PolicyDocument: document({}),
    Roles: [ref(app, role)],
  })),
  'a raw role policy': add('Api', 'AWS::IAM::RolePolicy', (app) => ({
    PolicyName: 'more',
    PolicyDocument: document({}),
    RoleName: ref(app, role),
  })),
  'a raw customer-managed policy': add('Api', 'AWS::IAM::ManagedPolicy', (app) => ({
    PolicyDocument: document({}),
    Roles: [ref(app, role)],
  })),
  'a raw role with everything': add('Api', 'AWS::IAM::Role', () => ({
    AssumeRolePolicyDocument: document({
      Action: 'sts:AssumeRole',
      Resource: undefined,
      Principal: { Service: 'lambda.amazonaws.com' },
    }),
    Policies: [{ PolicyName: 'all', PolicyDocument: document({ Action: '*', Resource: '*' }) }],
  })),
  'a raw user': add('Api', 'AWS::IAM::User', () => ({ UserName: 'back-door' })),
  'a policy that AWS manages': set(role, 'ManagedPolicyArns', [
    'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
  ]),
  'a policy that another account manages': set(role, 'ManagedPolicyArns', [
    'arn:aws:iam::999999999999:policy/ours',
  ]),
  'CodeDeploy may update any function': set(
    'Api/Canary/get-item-role/Resource',
    'Policies.0.PolicyDocument.Statement.0.Resource',
    '*',
  ),
  'CodeDeploy may update another alias': set(
    'Api/Canary/get-item-role/Resource',
    'Policies.0.PolicyDocument.Statement.0.Resource.1',
    'arn:aws:lambda:eu-central-1:1:function:payroll:live',
  ),
  'the gateway may write every log': set(
    'Api/Api/ExecutionLog/Policy/Resource',
    'PolicyDocument.Statement.0.Resource',
    '*',
  ),
  'the first log role writes every log': set(
    'Account/GatewayLogRole/Resource',
    'Policies.0.PolicyDocument.Statement.0.Resource',
    '*',
  ),
  'a role shared by two functions': (app) =>
    set(fn, 'Role', arn(app, 'Api/PutItemRole/Resource'))(app),

  // Trust and principals
  'a role that anybody may take': set(role, 'AssumeRolePolicyDocument.Statement.0.Principal', '*'),
  'a role that any AWS account may take': set(
    role,
    'AssumeRolePolicyDocument.Statement.0.Principal',
    { AWS: '*' },
  ),
  'a role that a stranger may take': set(
    role,
    'AssumeRolePolicyDocument.Statement.0.Principal',
    stranger,
  ),
  'a role that a second service may take': set(
    role,
    'AssumeRolePolicyDocument.Statement.0.Principal.Service',
    ['lambda.amazonaws.com', 'ec2.amazonaws.com'],
  ),
  'a role for all but one': (app) => {
    unset(role, 'AssumeRolePolicyDocument.Statement.0.Principal')(app);
    set(role, 'AssumeRolePolicyDocument.Statement.0.NotPrincipal', stranger)(app);
  },

  // The table
  'no table policy': unset(table, 'ResourcePolicy'),
  'a table policy without its list statement': set(
    table,
    'ResourcePolicy.PolicyDocument.Statement.1',
    { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'dynamodb:CreateBackup', Resource: '*' },
  ),
  'a denial for one account only': set(
    table,
    'ResourcePolicy.PolicyDocument.Statement.0.Principal',
    stranger,
  ),
  'a denial that spares every role': set(
    table,
    'ResourcePolicy.PolicyDocument.Statement.0.Condition.ArnNotEquals',
    { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' },
  ),
  'a denial that spares another role': (app) =>
    set(table, 'ResourcePolicy.PolicyDocument.Statement.0.Condition.ArnNotEquals', {
      'aws:PrincipalArn': [arn(app, role), arn(app, 'Api/PutItemRole/Resource')],
    })(app),
  'a denial with a second way out': set(
    table,
    'ResourcePolicy.PolicyDocument.Statement.0.Condition.StringNotEquals',
    { 'aws:SourceVpc': 'vpc-1' },
  ),
  'a denial of another condition': (app) => {
    unset(table, 'ResourcePolicy.PolicyDocument.Statement.0.Condition.ArnNotEquals')(app);
    set(table, 'ResourcePolicy.PolicyDocument.Statement.0.Condition.Bool', {
      'aws:SecureTransport': 'false',
    })(app);
  },
  'a table that a stranger may read': set(table, 'ResourcePolicy.PolicyDocument.Statement.6', {
    Effect: 'Allow',
    Principal: stranger,
    Action: 'dynamodb:GetItem',
    Resource: '*',
  }),
  'no point-in-time recovery': set(
    table,
    'PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled',
    false,
  ),
  'no word about recovery': unset(table, 'PointInTimeRecoverySpecification'),
  'a table that may be deleted': set(table, 'DeletionProtectionEnabled', false),
  'a table that goes with its stack': (app) =>
    resourceAt(app, table).addOverride('DeletionPolicy', 'Delete'),
  'a user pool that may be deleted': set(
    'Api/SignIn/Pool/Resource',
    'DeletionProtection',
    'INACTIVE',
  ),
  'a second table without a policy': add('Api', 'AWS::DynamoDB::Table', () => ({
    TableName: 'copy',
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  })),

  // Functions and their logs
  'a function that is not traced': set(fn, 'TracingConfig.Mode', 'PassThrough'),
  'a function that logs text': set(fn, 'LoggingConfig.LogFormat', 'Text'),
  'a function that drops its detail': set(fn, 'LoggingConfig.ApplicationLogLevel', 'ERROR'),
  'a function that logs elsewhere': set(fn, 'LoggingConfig.LogGroup', '/aws/lambda/somewhere'),
  'logs that never expire': unset('Api/GetItemRoleLogs/Resource', 'RetentionInDays'),
  'logs that expire in a day': set('Api/AccessLog/Resource', 'RetentionInDays', 1),
  'a function URL': add('Api', 'AWS::Lambda::Url', (app) => ({
    AuthType: 'NONE',
    TargetFunctionArn: ref(app, fn),
  })),
  'anybody invokes': set(invoke, 'Principal', '*'),
  'a stranger invokes': set(invoke, 'Principal', '999999999999'),
  'every Lambda action': set(invoke, 'Action', 'lambda:*'),
  'any method and path invokes': set(
    invoke,
    'SourceArn',
    'arn:aws:execute-api:eu-central-1:1:api/*/*',
  ),
  'any API invokes': unset(invoke, 'SourceArn'),
  'the latest code is invoked': (app) => set(invoke, 'FunctionName', ref(app, fn))(app),
  'a second permission': add('Api', 'AWS::Lambda::Permission', (app) => ({
    Action: 'lambda:InvokeFunction',
    FunctionName: ref(app, fn),
    Principal: 'events.amazonaws.com',
  })),

  // The gateway
  'a method without authorizer': (app) => {
    set(method, 'AuthorizationType', 'NONE')(app);
    unset(method, 'AuthorizerId')(app);
  },
  'a method that any IAM user may call': set(method, 'AuthorizationType', 'AWS_IAM'),
  'a method without scope': unset(method, 'AuthorizationScopes'),
  'a method with a second scope': set(method, 'AuthorizationScopes', ['items/read', 'items/write']),
  'reading is enough to delete': set(
    'Api/Api/Default/items/{id}/DELETE/Resource',
    'AuthorizationScopes',
    ['items/read'],
  ),
  'a method that is not validated': unset(method, 'RequestValidatorId'),
  'a body that is not validated': unset('Api/Api/Default/items/POST/Resource', 'RequestModels'),
  'a raw open method': add('Api', 'AWS::ApiGateway::Method', (app) => ({
    RestApiId: ref(app, 'Api/Api/Resource'),
    ResourceId: ref(app, 'Api/Api/Default/health/Resource'),
    HttpMethod: 'POST',
    AuthorizationType: 'NONE',
    Integration: { Type: 'HTTP_PROXY', Uri: 'https://example.org', IntegrationHttpMethod: 'POST' },
  })),
  'a preflight for every origin': set(
    'Api/Api/Default/items/OPTIONS/Resource',
    'Integration.IntegrationResponses.0.ResponseParameters',
    { 'method.response.header.Access-Control-Allow-Origin': "'*'" },
  ),
  'errors for every origin': set('Api/Api/THROTTLED/Resource', 'ResponseParameters', {
    'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
  }),
  'handlers that answer every origin': set(fn, 'Environment.Variables.ALLOWED_ORIGIN', '*'),
  'no access log': unset(stage, 'AccessLogSetting'),
  'no execution log': set(stage, 'MethodSettings.0.LoggingLevel', 'OFF'),
  'data in the execution log': set(stage, 'MethodSettings.0.DataTraceEnabled', true),
  'no throttle': unset(stage, 'MethodSettings.0.ThrottlingRateLimit'),
  'a stage that is not traced': set(stage, 'TracingEnabled', false),
  'the execute-api endpoint is on': set('Api/Api/Resource', 'DisableExecuteApiEndpoint', false),
  'TLS 1.0 for the API': set('Api/Domain/Name/Resource', 'SecurityPolicy', 'TLS_1_0'),

  // Sign-in
  'the implicit flow': set('Api/SignIn/BrowserClient/Resource', 'AllowedOAuthFlows', [
    'code',
    'implicit',
  ]),
  'a machine without a secret': set('Api/SignIn/LoadClient1/Resource', 'GenerateSecret', false),
  'a secret in a template': (app) =>
    set(
      fn,
      'Environment.Variables.SECRET',
      resourceAt(app, 'Api/SignIn/LoadClient1/Resource').getAtt('ClientSecret').toString(),
    )(app),
  'no second factor': (app) => {
    (resourceAt(app, 'Api/SignIn/Pool/Resource') as CfnUserPool).mfaConfiguration = 'OFF';
  },
  'short passwords': (app) => {
    (resourceAt(app, 'Api/SignIn/Pool/Resource') as CfnUserPool).policies = {
      passwordPolicy: { minimumLength: 6 },
    };
  },

  // The site
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

  // Firewalls and alerts
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

/** What edits of a finished template would do, past CDK altogether. */
type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;

const templateMutants: Readonly<Record<string, (api: { Resources: Resources }) => void>> = {
  'a template with a raw wildcard role': ({ Resources }) => {
    Resources['Evil'] = {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: document({ Principal: { Service: 'lambda.amazonaws.com' } }),
        Policies: [{ PolicyName: 'a', PolicyDocument: document({ Action: 'iam:*' }) }],
      },
    };
  },
  'a firewall that only counts': ({ Resources }) => {
    for (const rule of firewallRules(Resources)) rule.OverrideAction &&= { Count: {} };
  },
  'a firewall that limits no address': ({ Resources }) => {
    for (const rule of firewallRules(Resources)) rule.Action &&= { Count: {} };
  },
  'a template without a grant': ({ Resources }) => {
    for (const id of Object.keys(Resources).filter((name) => name.startsWith('GetItemGrant')))
      delete Resources[id];
  },
  'a template with a nested stack': ({ Resources }) => {
    Resources['Nested'] = {
      Type: 'AWS::CloudFormation::Stack',
      Properties: { TemplateURL: 'https://example.org' },
    };
  },
  'a template with a custom resource': ({ Resources }) => {
    Resources['Custom'] = { Type: 'Custom::Anything', Properties: {} };
  },
};

function firewallRules(resources: Resources): readonly Json[] {
  const acl = Object.values(resources).find(({ Type }) => Type === 'AWS::WAFv2::WebACL');
  return acl?.Properties['Rules'] as readonly Json[];
}

const isListed = (rule: string, path: string) =>
  suppressions.some(
    (row) => row.only === undefined && row.rule === rule && row.paths.includes(path),
  );

function caughtByMatrix({ Api, ...others }: Templates): readonly string[] {
  const all = { Api, ...others } as Record<string, Template>;
  const same = (actual: readonly string[], expected: readonly string[]) =>
    JSON.stringify(actual) === JSON.stringify(expected);
  const checks = {
    'function grants': same(functionGrants(Api!), expectedFunctionGrants('prod')),
    'other grants': same(otherGrants(Api!), expectedOtherGrants('prod', prod.region)),
    'table policy': same(tableDenials(Api!), expectedTableDenials(prod.breakGlassRole)),
    principals: Object.entries(all).every(([name, template]) =>
      same(principalsOf(template), [...(expectedPrincipals[name] ?? [])].sort()),
    ),
  };
  return Object.entries(checks).flatMap(([name, fine]) => (fine ? [] : [`matrix: ${name}`]));
}

function caught(change: Mutation): readonly string[] {
  const { findings } = runPacks('prod', prod, { change });
  const rules = findings.filter(({ rule, path }) => !isListed(rule, path)).map(({ rule }) => rule);
  return [...new Set(rules), ...caughtByMatrix(templatesOf(prod, change))];
}

describe('mutants of prod', () => {
  const score = { killed: 0, total: 0 };
  const record = (name: string, by: readonly string[]) => {
    score.total += 1;
    score.killed += by.length > 0 ? 1 : 0;
    expect({ mutant: name, caught: by.length > 0 }).toEqual({ mutant: name, caught: true });
  };

  test('without a mutation nothing is caught', () => {
    expect(caught(() => {})).toEqual([]);
  });

  test.each(Object.keys(mutants))('%s', (name) => {
    record(name, caught(mutants[name]!));
  });

  test.each(Object.keys(templateMutants))('%s', (name) => {
    const templates = templatesOf(prod);
    templateMutants[name]!(templates['Api'] as never);
    const rules = strictRules.filter((rule) => [...rule.check(templates['Api']!, prod)].length > 0);
    record(name, [...rules.map(({ id }) => id), ...caughtByMatrix(templates)]);
  });

  afterAll(() => {
    console.log(`mutants killed: ${score.killed} of ${score.total}`);
  });
});
