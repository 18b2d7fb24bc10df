import { describe, expect, test } from '@jest/globals';
import { allowing, lambda, role, stageOf } from '../dynamodb/testing/sample-stage.ts';
import { createGrants, sessionOf } from './grants.ts';
import { rolesFromStage } from './roles-from-stage.ts';

const account = '111122223333';
const table = `arn:aws:dynamodb:eu-central-1:${account}:table/t`;
const managedArn = `arn:aws:iam::${account}:policy/own`;

const trust = {
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: { Service: 'lambda.amazonaws.com' },
};

const stageWith = (properties: object, ...more: Parameters<typeof stageOf>[0]) =>
  stageOf([lambda('reader'), role('reader', properties), ...more]);

const policiesOf = (stage: ReturnType<typeof stageOf>) =>
  rolesFromStage(stage)
    .get('reader')
    ?.policies.map(({ name }) => name);

describe('rolesFromStage', () => {
  test('gathers inline, attached and managed policies, each once', () => {
    const inline = { PolicyName: 'inline', PolicyDocument: allowing('a:A') };
    const stage = stageWith(
      {
        Policies: [inline],
        ManagedPolicyArns: [
          managedArn,
          'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
        ],
      },
      {
        type: 'AWS::IAM::Policy',
        ref: 'attached',
        properties: {
          PolicyName: 'attached',
          Roles: ['reader-role'],
          PolicyDocument: allowing('a:B'),
        },
      },
      {
        type: 'AWS::IAM::RolePolicy',
        ref: 'single',
        properties: {
          PolicyName: 'single',
          RoleName: 'reader-role',
          PolicyDocument: allowing('a:C'),
        },
      },
      {
        type: 'AWS::IAM::Policy',
        ref: 'other',
        properties: { PolicyName: 'other', Roles: ['x'], PolicyDocument: allowing('a:D') },
      },
      {
        type: 'AWS::IAM::ManagedPolicy',
        ref: managedArn,
        arn: managedArn,
        properties: { Roles: ['reader-role'], PolicyDocument: allowing('a:E') },
      },
    );
    expect(policiesOf(stage)).toEqual([
      'inline',
      'attached',
      'single',
      managedArn,
      'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    ]);
  });

  test.each([
    [
      { ManagedPolicyArns: ['arn:aws:iam::aws:policy/PowerUserAccess'] },
      /the managed policy arn:aws:iam::aws:policy\/PowerUserAccess is not emulated/,
    ],
    [{ PermissionsBoundary: managedArn }, /reader-role: a permissions boundary is not emulated/],
    [
      { AssumeRolePolicyDocument: { Statement: { ...trust, Condition: { Bool: {} } } } },
      /a trust policy other than a plain one for Lambda/,
    ],
    [
      { AssumeRolePolicyDocument: { Statement: [] } },
      /a trust policy other than a plain one for Lambda/,
    ],
    [
      { AssumeRolePolicyDocument: { Statement: [trust, { ...trust, Effect: 'Deny' }] } },
      /a trust policy other than a plain one for Lambda/,
    ],
    [
      {
        Policies: [
          {
            PolicyName: 'p',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: '*' }],
            },
          },
        ],
      },
      /Policy p, statement 0: exactly one of Resource/,
    ],
  ])('refuses %j', (properties, message) => {
    expect(() => rolesFromStage(stageWith(properties))).toThrow(message);
  });

  test('refuses a role from elsewhere', () => {
    const stage = stageOf([lambda('reader', 'arn:aws:iam::111122223333:role/gone')]);
    expect(() => rolesFromStage(stage)).toThrow(/role\/gone, which is not in the template/);
  });
});

function grantsOf(document: object) {
  const stage = stageWith({ Policies: [{ PolicyName: 'p', PolicyDocument: document }] });
  const grants = createGrants(rolesFromStage(stage), stage, () => 86_400_000);
  const decide = (action: string, resource: string) =>
    grants.decide(grants.principal('reader'), { action, resource }).decision;
  return { ...grants, decide };
}

describe('grants', () => {
  const document = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Table',
        Effect: 'Allow',
        Action: ['dynamodb:Get*', 'dynamodb:PutItem'],
        Resource: table,
      },
      { Effect: 'Allow', NotAction: ['dynamodb:*'], Resource: '*' },
      { Effect: 'Deny', Action: 'dynamodb:Scan', Resource: '*' },
    ],
  };
  const grantsFor = () => grantsOf(document);
  const short = (grant: { readonly statement: string; readonly action: string }) =>
    `${grant.statement} ${grant.action}`;

  test('all are unused at first, a Deny is none', () => {
    const { used, unused } = grantsFor().report();
    expect(used).toEqual([]);
    expect(unused.map(short)).toEqual([
      'Table dynamodb:Get*',
      'Table dynamodb:PutItem',
      '1 NotAction dynamodb:*',
    ]);
  });

  test('a call marks the one it used, with what a wildcard was needed for', () => {
    const grants = grantsFor();
    for (let i = 0; i < 3; i++) {
      grants.decide('dynamodb:GetItem', table);
    }
    grants.decide('logs:PutLogEvents', 'arn:aws:logs:::x');
    const { used, unused } = grants.report();
    expect(used).toEqual([
      {
        function: 'reader',
        role: `arn:aws:iam::${account}:role/reader-role`,
        policy: 'p',
        statement: 'Table',
        action: 'dynamodb:Get*',
        resources: [table],
        calls: 3,
        observed: [`dynamodb:GetItem ${table}`],
      },
      expect.objectContaining({ action: 'NotAction dynamodb:*', calls: 1 }),
    ]);
    expect(unused.map(short)).toEqual(['Table dynamodb:PutItem']);
  });

  test('the second action of a statement is a grant of its own', () => {
    const grants = grantsFor();
    grants.decide('dynamodb:PutItem', table);
    expect(grants.report().used.map(short)).toEqual(['Table dynamodb:PutItem']);
  });

  test('a refused call uses nothing', () => {
    const grants = grantsFor();
    expect(grants.decide('dynamodb:DeleteItem', table)).toBe('ImplicitDeny');
    expect(grants.report().used).toEqual([]);
  });

  test.each([
    ['aws:SecureTransport', 'true'],
    ['aws:RequestedRegion', 'eu-central-1'],
    ['aws:ResourceAccount', account],
    ['aws:PrincipalIsAWSService', 'false'],
    ['aws:ViaAWSService', 'false'],
    ['aws:PrincipalAccount', account],
    ['aws:PrincipalArn', `arn:aws:iam::${account}:role/reader-role`],
    ['aws:PrincipalType', 'AssumedRole'],
    ['aws:CurrentTime', '1970-01-02T00:00:00.000Z'],
    ['aws:EpochTime', '86400'],
  ])('every call carries %s, whatever the service', (key, value) => {
    const under = (operator: string) =>
      grantsOf({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: '*',
          Resource: '*',
          Condition: { [operator]: { [key]: value } },
        },
      }).decide('xray:PutTraceSegments', '*');
    expect([under('StringEquals'), under('StringNotEquals')]).toEqual(['Allow', 'ImplicitDeny']);
  });

  test('names a function that is not there', () => {
    expect(() => grantsFor().principal('writer')).toThrow(
      'There is no function writer in the template',
    );
  });

  test('a session is named without the path of its role', () => {
    const { arn, roleArn } = sessionOf(`arn:aws:iam::${account}:role/app/reader`, 'get-item', []);
    expect(arn).toBe(`arn:aws:sts::${account}:assumed-role/reader/get-item`);
    expect(roleArn).toBe(`arn:aws:iam::${account}:role/app/reader`);
  });
});
