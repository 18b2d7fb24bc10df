import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Context } from './condition.ts';
import { conditionKeys } from './condition-keys.ts';
import { type AccessRequest, accessDenied, evaluate } from './evaluate.ts';
import { compilePolicy } from './policy.ts';

const account = '111122223333';
const roleArn = `arn:aws:iam::${account}:role/app/reader`;
const session = `arn:aws:sts::${account}:assumed-role/reader/get-item`;
const table = `arn:aws:dynamodb:eu-central-1:${account}:table/items`;

interface Given {
  readonly identity?: object | readonly object[];
  readonly onResource?: object | readonly object[];
  readonly action?: string;
  readonly resource?: string;
  readonly context?: Context;
}

const version = '2012-10-17';
const keys = [...conditionKeys, 'aws:SourceIp', 'aws:PrincipalTag/team', 'aws:TagKeys', 'aws:n'];

function requestOf({ identity, onResource, action, resource, context = {} }: Given): AccessRequest {
  const compile = (kind: 'identity' | 'resource', statements: object | readonly object[]) =>
    compilePolicy(kind, { Version: version, Statement: statements }, kind, keys);
  return {
    principal: {
      arn: session,
      roleArn,
      identityPolicies: identity ? [compile('identity', identity)] : [],
    },
    action: action ?? 'dynamodb:GetItem',
    resource: resource ?? table,
    resourcePolicy: onResource && compile('resource', onResource),
    context,
  };
}

const decide = (given: Given) => evaluate(requestOf(given)).decision;

const allow = (more: object = {}) => ({
  Effect: 'Allow',
  ...('NotAction' in more ? {} : { Action: 'dynamodb:GetItem' }),
  ...('NotResource' in more ? {} : { Resource: table }),
  ...more,
});
const deny = (more: object = {}) => ({ ...allow(more), Effect: 'Deny' });
const when = (operator: string, key: string, value: unknown) =>
  allow({ Condition: { [operator]: { [key]: value } } });

type Row = readonly [
  what: string,
  given: Given,
  decision: 'Allow' | 'ImplicitDeny' | 'ExplicitDeny',
];

/** Each group names the page of the IAM User Guide that its rows are read from. */
const cases: Readonly<Record<string, readonly Row[]>> = {
  'Policy evaluation logic': [
    ['denies by default', {}, 'ImplicitDeny'],
    ['allows what an identity-based policy allows', { identity: allow() }, 'Allow'],
    ['lets Deny win over Allow', { identity: [allow(), deny()] }, 'ExplicitDeny'],
    ['lets Deny win whatever comes first', { identity: [deny(), allow()] }, 'ExplicitDeny'],
    [
      'lets a resource-based Deny win',
      { identity: allow(), onResource: deny({ Principal: '*' }) },
      'ExplicitDeny',
    ],
    [
      'takes either policy within one account',
      { onResource: allow({ Principal: { AWS: roleArn } }) },
      'Allow',
    ],
    [
      'keeps to its account',
      { identity: allow({ Resource: '*' }), resource: table.replace(account, '444455556666') },
      'ImplicitDeny',
    ],
    [
      'lets an identity-based Deny win over a resource-based Allow',
      { identity: deny(), onResource: allow({ Principal: '*' }) },
      'ExplicitDeny',
    ],
  ],
  'JSON policy elements: Action and NotAction': [
    ['ignores case', { identity: allow({ Action: 'DynamoDB:getitem' }) }, 'Allow'],
    ['takes * for any characters', { identity: allow({ Action: 'dynamodb:*Item' }) }, 'Allow'],
    ['takes ? for one character', { identity: allow({ Action: 'dynamodb:?etItem' }) }, 'Allow'],
    [
      'takes ? for exactly one',
      { identity: allow({ Action: 'dynamodb:?GetItem' }) },
      'ImplicitDeny',
    ],
    ['takes a list', { identity: allow({ Action: ['s3:*', 'dynamodb:Get*'] }) }, 'Allow'],
    ['takes * for everything', { identity: allow({ Action: '*' }) }, 'Allow'],
    ['matches the whole name', { identity: allow({ Action: 'dynamodb:Get' }) }, 'ImplicitDeny'],
    ['takes a dot for itself', { identity: allow({ Action: 'dynamodb.GetItem' }) }, 'ImplicitDeny'],
    ['allows what NotAction leaves', { identity: allow({ NotAction: 'dynamodb:Put*' }) }, 'Allow'],
    ['keeps NotAction out', { identity: allow({ NotAction: 'dynamodb:Get*' }) }, 'ImplicitDeny'],
    [
      'denies what NotAction leaves',
      { identity: [allow(), deny({ NotAction: ['dynamodb:Query'] })] },
      'ExplicitDeny',
    ],
  ],
  'JSON policy elements: Resource and NotResource': [
    [
      'distinguishes case',
      { identity: allow({ Resource: table.replace('items', 'Items') }) },
      'ImplicitDeny',
    ],
    ['takes * for everything', { identity: allow({ Resource: '*' }) }, 'Allow'],
    [
      'does not take a table for its indexes',
      { identity: allow(), resource: `${table}/index/i` },
      'ImplicitDeny',
    ],
    [
      'takes * in a segment',
      { identity: allow({ Resource: `arn:aws:dynamodb:*:${account}:table/i*s` }) },
      'Allow',
    ],
    [
      'keeps a * inside its segment',
      { identity: allow({ Resource: `arn:aws:d*1:${account}:table/items` }) },
      'ImplicitDeny',
    ],
    [
      'lets a * at the end of a segment run on',
      {
        onResource: allow({ Principal: '*', Resource: 'arn:aws:dynamodb:*:table/items' }),
      },
      'Allow',
    ],
    [
      'completes an ARN of an identity-based policy',
      { identity: allow({ Resource: 'arn:aws:dynamodb' }) },
      'Allow',
    ],
    [
      'completes an ARN with a variable in it',
      {
        identity: allow({ Resource: `arn:aws:dynamodb:\${aws:RequestedRegion}` }),
        context: { 'aws:RequestedRegion': 'eu-central-1' },
      },
      'Allow',
    ],
    [
      'completes by whole fields',
      { identity: allow({ Resource: 'arn:aws:dynamo' }) },
      'ImplicitDeny',
    ],
    [
      'completes no ARN of a resource-based policy',
      { onResource: allow({ Principal: '*', Resource: 'arn:aws:dynamodb' }) },
      'ImplicitDeny',
    ],
    [
      'lets a * at the end of the ARN run on',
      { identity: allow({ Resource: 'arn:aws:dynamodb*' }) },
      'Allow',
    ],
    [
      'lets * span slashes',
      {
        identity: allow({ Resource: `arn:aws:dynamodb:*:${account}:table/*/i` }),
        resource: `${table}/index/i`,
      },
      'Allow',
    ],
    ['allows what NotResource leaves', { identity: allow({ NotResource: `${table}2` }) }, 'Allow'],
    ['keeps NotResource out', { identity: allow({ NotResource: [`${table}*`] }) }, 'ImplicitDeny'],
    [
      'needs * for what has no resource',
      { identity: allow({ Action: '*' }), action: 'dynamodb:ListTables', resource: '*' },
      'ImplicitDeny',
    ],
  ],
  'JSON policy elements: Principal': [
    ['takes * for everybody', { onResource: allow({ Principal: '*' }) }, 'Allow'],
    ['takes {AWS: *} for everybody', { onResource: allow({ Principal: { AWS: '*' } }) }, 'Allow'],
    ['names a session', { onResource: allow({ Principal: { AWS: [session] } }) }, 'Allow'],
    [
      'names another session of the role',
      { onResource: allow({ Principal: { AWS: session.replace('get-item', 'x') } }) },
      'ImplicitDeny',
    ],
    [
      'names another role',
      { onResource: allow({ Principal: { AWS: `${roleArn}s` } }) },
      'ImplicitDeny',
    ],
    [
      'names a service',
      { onResource: allow({ Principal: { Service: 'lambda.amazonaws.com' } }) },
      'ImplicitDeny',
    ],
    [
      'only delegates to an account',
      { onResource: allow({ Principal: { AWS: account } }) },
      'ImplicitDeny',
    ],
    [
      'denies a whole account by its number',
      { identity: allow(), onResource: deny({ Principal: { AWS: account } }) },
      'ExplicitDeny',
    ],
    [
      'denies a whole account by its root',
      {
        identity: allow(),
        onResource: deny({ Principal: { AWS: `arn:aws:iam::${account}:root` } }),
      },
      'ExplicitDeny',
    ],
    [
      'does not reach another account',
      { identity: allow(), onResource: deny({ Principal: { AWS: '444455556666' } }) },
      'Allow',
    ],
  ],
  'JSON policy elements: NotPrincipal': [
    [
      'spares who is listed with session, role and account',
      {
        identity: allow(),
        onResource: deny({ NotPrincipal: { AWS: [session, roleArn, account] } }),
      },
      'Allow',
    ],
    [
      'denies a session whose role alone is listed',
      { identity: allow(), onResource: deny({ NotPrincipal: { AWS: [roleArn, account] } }) },
      'ExplicitDeny',
    ],
    [
      'denies where the account is not listed',
      { identity: allow(), onResource: deny({ NotPrincipal: { AWS: [session, roleArn] } }) },
      'ExplicitDeny',
    ],
  ],
  'Variables and tags': [
    [
      'puts a value in',
      {
        identity: allow({ Resource: `arn:aws:dynamodb:*:*:table/\${aws:PrincipalTag/team}` }),
        context: { 'aws:PrincipalTag/team': 'items' },
      },
      'Allow',
    ],
    [
      'takes the value literally',
      {
        identity: allow({ Resource: `arn:aws:dynamodb:*:*:table/\${aws:PrincipalTag/team}` }),
        context: { 'aws:PrincipalTag/team': 'i.*' },
      },
      'ImplicitDeny',
    ],
    [
      'matches nothing without a value',
      { identity: allow({ Resource: `${table}\${aws:PrincipalTag/team}` }) },
      'ImplicitDeny',
    ],
    [
      'takes the default',
      {
        identity: allow({
          Resource: `arn:aws:dynamodb:*:*:table/\${aws:PrincipalTag/team, 'items'}`,
        }),
      },
      'Allow',
    ],
    [
      'takes ${*} for a star',
      {
        identity: when('StringLike', 'aws:PrincipalTag/team', `a\${*}`),
        context: { 'aws:PrincipalTag/team': 'ab' },
      },
      'ImplicitDeny',
    ],
    [
      'compares with a variable',
      {
        identity: when('StringEquals', 'aws:PrincipalAccount', `\${aws:ResourceAccount}`),
        context: { 'aws:ResourceAccount': account },
      },
      'Allow',
    ],
  ],
  'Condition operators': [
    [
      'StringEquals',
      {
        identity: when('StringEquals', 'aws:RequestedRegion', ['x', 'eu']),
        context: { 'aws:RequestedRegion': 'eu' },
      },
      'Allow',
    ],
    [
      'StringEquals, case',
      {
        identity: when('StringEquals', 'aws:RequestedRegion', 'EU'),
        context: { 'aws:RequestedRegion': 'eu' },
      },
      'ImplicitDeny',
    ],
    [
      'StringEquals takes no wildcard',
      {
        identity: when('StringEquals', 'aws:RequestedRegion', 'e*'),
        context: { 'aws:RequestedRegion': 'eu' },
      },
      'ImplicitDeny',
    ],
    [
      'StringEqualsIgnoreCase',
      {
        identity: when('StringEqualsIgnoreCase', 'aws:RequestedRegion', 'EU'),
        context: { 'aws:RequestedRegion': 'eu' },
      },
      'Allow',
    ],
    [
      'StringNotEquals is NOR',
      {
        identity: when('StringNotEquals', 'aws:RequestedRegion', ['us', 'eu']),
        context: { 'aws:RequestedRegion': 'eu' },
      },
      'ImplicitDeny',
    ],
    [
      'StringNotEqualsIgnoreCase',
      {
        identity: when('StringNotEqualsIgnoreCase', 'aws:RequestedRegion', 'US'),
        context: { 'aws:RequestedRegion': 'eu' },
      },
      'Allow',
    ],
    [
      'StringLike',
      {
        identity: when('StringLike', 'aws:RequestedRegion', 'e?-*'),
        context: { 'aws:RequestedRegion': 'eu-central-1' },
      },
      'Allow',
    ],
    [
      'StringNotLike',
      {
        identity: when('StringNotLike', 'aws:RequestedRegion', 'e*'),
        context: { 'aws:RequestedRegion': 'eu' },
      },
      'ImplicitDeny',
    ],
    [
      'key names in any case',
      {
        identity: when('StringEquals', 'AWS:requestedregion', 'eu'),
        context: { 'aws:RequestedRegion': 'eu' },
      },
      'Allow',
    ],
    [
      'a missing key does not match',
      { identity: when('StringEquals', 'aws:SourceVpce', 'v') },
      'ImplicitDeny',
    ],
    [
      'a missing key passes a negated operator',
      { identity: when('StringNotEquals', 'aws:SourceVpce', 'v') },
      'Allow',
    ],
    [
      'a missing key passes IfExists',
      { identity: when('StringEqualsIfExists', 'aws:SourceVpce', 'v') },
      'Allow',
    ],
    [
      'IfExists compares what exists',
      {
        identity: when('StringEqualsIfExists', 'aws:RequestedRegion', 'us'),
        context: { 'aws:RequestedRegion': 'eu' },
      },
      'ImplicitDeny',
    ],
    ['Null true', { identity: when('Null', 'aws:SourceVpce', 'true') }, 'Allow'],
    ['Null false', { identity: when('Null', 'aws:SourceVpce', false) }, 'ImplicitDeny'],
    [
      'ArnEquals on the role of a session',
      { identity: when('ArnEquals', 'aws:PrincipalArn', roleArn) },
      'Allow',
    ],
    [
      'ArnEquals takes wildcards',
      { identity: when('ArnEquals', 'aws:PrincipalArn', `arn:aws:iam::${account}:role/app/*`) },
      'Allow',
    ],
    [
      'ArnLike keeps to its part',
      {
        identity: when('ArnLike', 'aws:SourceArn', 'arn:aws:*:111122223333:topic:sub'),
        context: { 'aws:SourceArn': 'arn:aws:sns:eu-central-1:111122223333:topic:sub' },
      },
      'ImplicitDeny',
    ],
    [
      'ArnNotEquals',
      { identity: when('ArnNotEquals', 'aws:PrincipalArn', [`${roleArn}2`, roleArn]) },
      'ImplicitDeny',
    ],
    ['ArnNotLike', { identity: when('ArnNotLike', 'aws:PrincipalArn', `${roleArn}?`) }, 'Allow'],
    [
      'Bool',
      {
        identity: when('Bool', 'aws:SecureTransport', false),
        context: { 'aws:SecureTransport': 'true' },
      },
      'ImplicitDeny',
    ],
    [
      'Bool in any case',
      {
        identity: when('Bool', 'aws:SecureTransport', 'TRUE'),
        context: { 'aws:SecureTransport': 'true' },
      },
      'Allow',
    ],
    [
      'NumericLessThanEquals',
      { identity: when('NumericLessThanEquals', 'aws:n', '3.0'), context: { 'aws:n': '3' } },
      'Allow',
    ],
    [
      'NumericGreaterThan',
      { identity: when('NumericGreaterThan', 'aws:n', 10), context: { 'aws:n': '9' } },
      'ImplicitDeny',
    ],
    [
      'NumericNotEquals',
      { identity: when('NumericNotEquals', 'aws:n', 10), context: { 'aws:n': '10.0' } },
      'ImplicitDeny',
    ],
    [
      'a number that is none does not match',
      { identity: when('NumericLessThan', 'aws:n', 10), context: { 'aws:n': 'x' } },
      'ImplicitDeny',
    ],
    [
      'DateLessThan',
      {
        identity: when('DateLessThan', 'aws:CurrentTime', '2030-01-01T00:00:00Z'),
        context: { 'aws:CurrentTime': '2026-01-01T00:00:00.000Z' },
      },
      'Allow',
    ],
    [
      'DateGreaterThan with epoch seconds',
      {
        identity: when('DateGreaterThan', 'aws:EpochTime', '2026-01-01T00:00:00Z'),
        context: { 'aws:EpochTime': '1767225601' },
      },
      'Allow',
    ],
    [
      'IpAddress in a range',
      {
        identity: when('IpAddress', 'aws:SourceIp', '203.0.113.0/24'),
        context: { 'aws:SourceIp': '203.0.113.7' },
      },
      'Allow',
    ],
    [
      'IpAddress alone is /32',
      {
        identity: when('IpAddress', 'aws:SourceIp', '203.0.113.0'),
        context: { 'aws:SourceIp': '203.0.113.7' },
      },
      'ImplicitDeny',
    ],
    [
      'NotIpAddress, version 6',
      {
        identity: when('NotIpAddress', 'aws:SourceIp', '2001:db8::/32'),
        context: { 'aws:SourceIp': '2001:db8::1' },
      },
      'ImplicitDeny',
    ],
    [
      'BinaryEquals',
      {
        identity: when('BinaryEquals', 'aws:PrincipalTag/team', 'YQ=='),
        context: { 'aws:PrincipalTag/team': 'YQ==' },
      },
      'Allow',
    ],
    [
      'several operators and keys are all needed',
      {
        identity: allow({
          Condition: {
            StringEquals: { 'aws:RequestedRegion': 'eu' },
            Bool: { 'aws:SecureTransport': 'false' },
          },
        }),
        context: { 'aws:RequestedRegion': 'eu', 'aws:SecureTransport': 'true' },
      },
      'ImplicitDeny',
    ],
  ],
  'Set operators for multi-valued context keys': [
    [
      'ForAllValues, all',
      {
        identity: when('ForAllValues:StringEquals', 'aws:TagKeys', ['a', 'b']),
        context: { 'aws:TagKeys': ['a'] },
      },
      'Allow',
    ],
    [
      'ForAllValues, one too many',
      {
        identity: when('ForAllValues:StringEquals', 'aws:TagKeys', ['a', 'b']),
        context: { 'aws:TagKeys': ['a', 'c'] },
      },
      'ImplicitDeny',
    ],
    [
      'ForAllValues without the key',
      { identity: when('ForAllValues:StringEquals', 'aws:TagKeys', 'a') },
      'Allow',
    ],
    [
      'ForAnyValue, one',
      {
        identity: when('ForAnyValue:StringLike', 'aws:TagKeys', 'a*'),
        context: { 'aws:TagKeys': ['x', 'ab'] },
      },
      'Allow',
    ],
    [
      'ForAnyValue, none',
      {
        identity: when('ForAnyValue:StringLike', 'aws:TagKeys', 'a*'),
        context: { 'aws:TagKeys': ['x'] },
      },
      'ImplicitDeny',
    ],
    [
      'ForAnyValue without the key',
      { identity: when('ForAnyValue:StringNotEquals', 'aws:TagKeys', 'a') },
      'ImplicitDeny',
    ],
    [
      'ForAllValues negated',
      {
        identity: when('ForAllValues:StringNotEquals', 'aws:TagKeys', ['a', 'b']),
        context: { 'aws:TagKeys': ['c', 'b'] },
      },
      'ImplicitDeny',
    ],
  ],
};

describe.each(Object.entries(cases))('IAM User Guide, "%s"', (_page, rows) => {
  test.each(rows)('%s', (_what, given, decision) => expect(decide(given)).toBe(decision));
});

describe('what is not known is refused by name', () => {
  test.each([
    [allow({ Conditions: {} }), /statement 0: the element Conditions is not known/],
    [
      allow({ Sid: 'Mine', Effect: 'Permit' }),
      /Policy identity, statement Mine: the effect Permit/,
    ],
    [when('StringMatches', 'aws:RequestedRegion', 'x'), /operator StringMatches is not known/],
    [
      when('StringEqualsIfExist', 'aws:RequestedRegion', 'x'),
      /operator StringEqualsIfExist is not/,
    ],
    [
      when('StringEquals', 'aws:PrincipalOrgID', 'o-1'),
      /condition key aws:PrincipalOrgID is not emul/,
    ],
    [
      when('StringEquals', 'aws:RequestedRegion', `\${aws:FederatedProvider}`),
      /key aws:FederatedProvider/,
    ],
    [
      when('Bool', 'aws:MultiFactorAuthPresent', 'true'),
      /key aws:MultiFactorAuthPresent is not emulated/,
    ],
    [when('ForAllValues:StringEquals', 'dynamodb:LeadingKeys', 'x'), /dynamodb:LeadingKeys is not/],
    ...['NumericNotLessThan', 'BinaryNotEquals', 'DateNotLike', 'NotBool', 'constructor'].map(
      (operator): [object, RegExp] => [
        when(operator, 'aws:RequestedRegion', '1'),
        new RegExp(`operator ${operator} is not known`),
      ],
    ),
    [when('NullIfExists', 'aws:SourceVpce', 'true'), /operator NullIfExists is not known/],
    [allow({ Resource: `\${saml:sub}` }), /condition key saml:sub is not emulated/],
    [when('NumericEquals', 'aws:n', 'ten'), /'ten' has the wrong type/],
    [when('Bool', 'aws:SecureTransport', 'yes'), /'yes' is not a boolean/],
    [when('ArnLike', 'aws:PrincipalArn', 'role/x'), /'role\/x' is not an ARN of six parts/],
    [when('IpAddress', 'aws:SourceIp', 'x/24'), /statement 0: .*address/i],
    [allow({ NotAction: 'x', Action: 'y' }), /exactly one of Action and NotAction/],
    [allow({ Principal: '*' }), /an identity-based policy has no Principal/],
    [{ Effect: 'Allow', Action: '*' }, /exactly one of Resource and NotResource/],
    [allow({ Action: [1] }), /Action 1 is not a string/],
  ])('%j', (statement, message) => {
    expect(() => decide({ identity: statement })).toThrow(message);
  });

  test.each([
    [allow(), /exactly one of Principal and NotPrincipal/],
    [allow({ NotPrincipal: '*' }), /NotPrincipal needs the effect Deny/],
    [deny({ Principal: { AWS: 'arn:aws:iam::1:role/*' } }), /role\/\* has a wildcard in it/],
    [deny({ Principal: { Everyone: '*' } }), /principal type Everyone is not known/],
    [deny({ Principal: 'me' }), /the principal "me" is not known/],
  ])('of a resource: %j', (statement, message) => {
    expect(() => decide({ onResource: statement })).toThrow(message);
  });

  test('a policy of an unknown version, or without statements', () => {
    expect(() => compilePolicy('p', { Version: '2020', Statement: [] }, 'identity')).toThrow(
      /version 2020/,
    );
    expect(() => compilePolicy('p', {}, 'identity')).toThrow('Policy p has no statement');
  });

  test('several values for an operator that takes one', () => {
    const identity = when('StringEquals', 'aws:TagKeys', 'a');
    expect(() => decide({ identity, context: { 'aws:TagKeys': ['a'] } })).toThrow(
      /needs ForAllValues/,
    );
  });
});

test('version 2008-10-17 has no variables', () => {
  const Resource = `\${aws:PrincipalAccount}`;
  const document = { Statement: { Effect: 'Allow', Action: '*', Resource } };
  const policy = compilePolicy('old', document, 'identity');
  const principal = { arn: session, roleArn, identityPolicies: [policy] };
  const at = (resource: string) => evaluate({ principal, action: 'a:B', resource }).decision;
  expect([at(Resource), at(account)]).toEqual(['Allow', 'ImplicitDeny']);
});

describe('the sentence of a refusal', () => {
  const sentence = (given: Given) => {
    const request = requestOf(given);
    return accessDenied(request, evaluate(request));
  };
  const start = `User: ${session} is not authorized to perform: dynamodb:GetItem on resource: ${table}`;
  test.each([
    [{}, 'because no identity-based policy allows the dynamodb:GetItem action'],
    [{ identity: deny() }, 'with an explicit deny in an identity-based policy'],
    [{ onResource: deny({ Principal: '*' }) }, 'with an explicit deny in a resource-based policy'],
  ])('%j', (given, end) => expect(sentence(given)).toBe(`${start} ${end}`));
});

describe('for any policies', () => {
  const pick = (...values: readonly string[]) => fc.constantFrom(...values);
  const statement = fc.record({
    Effect: pick('Allow', 'Deny'),
    Action: pick('*', 'dynamodb:*', 'dynamodb:GetItem', 'dynamodb:Put*', 's3:*'),
    Resource: pick('*', table, `${table}/*`, 'arn:aws:s3:::*'),
    Condition: fc.constantFrom(
      {},
      { StringEquals: { 'aws:RequestedRegion': 'eu' } },
      { ArnNotEquals: { 'aws:PrincipalArn': roleArn } },
    ),
  });
  const statements = fc.array(statement, { minLength: 1, maxLength: 5 });
  const request = fc.record({
    action: pick('dynamodb:GetItem', 'dynamodb:PutItem', 's3:GetObject'),
    resource: pick(table, `${table}/index/i`),
    context: fc.constantFrom<Context>({}, { 'aws:RequestedRegion': 'eu' }),
  });

  test('a Deny more never widens', () => {
    fc.assert(
      fc.property(statements, statement, request, (identity, extra, call) => {
        const before = decide({ identity, ...call });
        const after = decide({ identity: [...identity, { ...extra, Effect: 'Deny' }], ...call });
        expect(after === 'Allow' && before !== 'Allow').toBe(false);
      }),
    );
  });

  test('an Allow more never narrows', () => {
    fc.assert(
      fc.property(statements, statement, request, (identity, extra, call) => {
        const before = decide({ identity, ...call });
        const after = decide({ identity: [...identity, { ...extra, Effect: 'Allow' }], ...call });
        expect(before === 'Allow' && after !== 'Allow').toBe(false);
      }),
    );
  });

  test('the order of statements does not matter', () => {
    fc.assert(
      fc.property(statements, request, (identity, call) => {
        expect(decide({ identity: [...identity].reverse(), ...call })).toBe(
          decide({ identity, ...call }),
        );
      }),
    );
  });

  test('a statement means the same in one policy or in several, whichever kind is tried first', () => {
    fc.assert(
      fc.property(statements, request, (some, call) => {
        const onResource = some.map((one) => ({ ...one, Principal: '*' }));
        expect(decide({ onResource, ...call })).toBe(decide({ identity: some, ...call }));
      }),
    );
  });

  test('a pattern without wildcards matches only itself', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (written, called) => {
        fc.pre(!/[*?]|\$\{/.test(written));
        const identity = allow({ Action: '*', Resource: `arn:aws:s3:::${written}` });
        const resource = `arn:aws:s3:::${called}`;
        expect(decide({ identity, resource })).toBe(called === written ? 'Allow' : 'ImplicitDeny');
      }),
    );
  });
});
