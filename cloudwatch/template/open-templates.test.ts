import { describe, expect, test } from '@jest/globals';
import { InputError } from '../input-error.ts';
import { UnresolvedError } from './intrinsics.ts';
import { openTemplates } from './open-templates.ts';
import { parseTemplate, type TemplateFile } from './parse-template.ts';
import type { OpenOptions } from './template-set.ts';

const file = (body: object, name = 'a.template.json'): TemplateFile => ({
  file: name,
  stackName: 'shop-prod',
  body: parseTemplate(name, JSON.stringify({ Resources: {}, ...body })),
});

const resolve = (value: unknown, body: object = {}, options: OpenOptions = {}) =>
  openTemplates([file(body)], { region: 'eu-west-1', ...options }).resolve(
    'a.template.json',
    value,
    'here',
  );

const table = { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'orders' } };

describe('intrinsic functions', () => {
  const body = {
    Parameters: {
      Env: { Type: 'String', Default: 'prod' },
      Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
      Secret: { Type: 'String' },
      Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/path' },
    },
    Mappings: { Sizes: { prod: { memory: 512 } } },
    Conditions: {
      IsProd: { 'Fn::Equals': [{ Ref: 'Env' }, 'prod'] },
      IsDev: { 'Fn::Not': [{ Condition: 'IsProd' }] },
      Either: { 'Fn::Or': [{ Condition: 'IsDev' }, { Condition: 'IsProd' }] },
      Both: { 'Fn::And': [{ Condition: 'IsDev' }, { Condition: 'IsProd' }] },
      Same: { Condition: 'IsProd' },
    },
    Resources: { Table: table, Topic: { Type: 'AWS::SNS::Topic' } },
  };

  test.each<[string, unknown, unknown]>([
    ['Ref of a parameter', { Ref: 'Env' }, 'prod'],
    ['Ref of a list parameter', { Ref: 'Zones' }, ['a', 'b']],
    ['Ref of a named resource', { Ref: 'Table' }, 'orders'],
    ['Ref of a topic is its ARN', { Ref: 'Topic' }, 'arn:aws:sns:eu-west-1:111122223333:Topic'],
    ['Ref of a pseudo-parameter', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['the stack name', { Ref: 'AWS::StackName' }, 'shop-prod'],
    [
      'GetAtt as a list',
      { 'Fn::GetAtt': ['Table', 'Arn'] },
      'arn:aws:dynamodb:eu-west-1:111122223333:table/orders',
    ],
    ['GetAtt as a string', { 'Fn::GetAtt': 'Topic.TopicName' }, 'Topic'],
    ['Join over references', { 'Fn::Join': ['-', ['x', { Ref: 'Env' }]] }, 'x-prod'],
    ['Join over a list parameter', { 'Fn::Join': ['+', { Ref: 'Zones' }] }, 'a+b'],
    [
      'Sub with references',
      { 'Fn::Sub': `\${Env}/\${Table}/\${Topic.TopicName}` },
      'prod/orders/Topic',
    ],
    ['Sub with its own variables', { 'Fn::Sub': [`\${X}!`, { X: { Ref: 'Env' } }] }, 'prod!'],
    ['Sub leaves ${!Literal} alone', { 'Fn::Sub': `\${!Env}` }, `\${Env}`],
    ['Select', { 'Fn::Select': [1, { Ref: 'Zones' }] }, 'b'],
    ['Split', { 'Fn::Split': ['/', 'a/b'] }, ['a', 'b']],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Env' }, 'memory'] }, 512],
    ['FindInMap falls back', { 'Fn::FindInMap': ['Sizes', 'x', 'y', { DefaultValue: 1 }] }, 1],
    ['If', { 'Fn::If': ['IsProd', 1, 2] }, 1],
    ['If through Not', { 'Fn::If': ['IsDev', 1, 2] }, 2],
    ['If through Or', { 'Fn::If': ['Either', 1, 2] }, 1],
    ['If through And', { 'Fn::If': ['Both', 1, 2] }, 2],
    ['a condition that is another', { 'Fn::If': ['Same', 1, 2] }, 1],
    ['NoValue leaves the property out', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    ['NoValue leaves the list item out', [{ Ref: 'AWS::NoValue' }, 1], [1]],
    ['an IAM condition is no intrinsic', { Condition: { Bool: {} } }, { Condition: { Bool: {} } }],
  ])('%s', (_, value, expected) => {
    expect(resolve(value, body)).toEqual(expected);
  });

  test.each<[string, unknown, RegExp]>([
    ['a parameter without default', { x: { Ref: 'Secret' } }, /here\.x: .*--parameter Secret=/],
    ['a stored parameter', { Ref: 'Stored' }, /Stored has no default/],
    ['an unknown name', { Ref: 'Nobody' }, /no resource or parameter named Nobody/],
    ['a function that is not modelled', { 'Fn::Cidr': [] }, /Fn::Cidr is not modelled/],
    ['a dynamic reference', '{{resolve:ssm:x}}', /only when the stack is deployed/],
    ['a missing map entry', { 'Fn::FindInMap': ['Sizes', 'x', 'y'] }, /mapping Sizes has no x\.y/],
    ['an unknown condition', { 'Fn::If': ['Nope', 1, 2] }, /no condition named Nope/],
    ['an import nobody exports', { 'Fn::ImportValue': 'gone' }, /exports gone/],
    ['a Ref to no name', { Ref: {} }, /Ref needs a name/],
    [
      'a GetAtt without its list',
      { x: { 'Fn::GetAtt': null } },
      /here\.x: Fn::GetAtt needs a list/,
    ],
    ['a GetAtt of no name', { 'Fn::GetAtt': [{}, 'Arn'] }, /needs the name of a resource/],
    ['an If without its list', { 'Fn::If': 'IsProd' }, /Fn::If needs a list of at least 3/],
    ['an And without its list', { 'Fn::And': null }, /Fn::And needs a list/],
    ['a Not without its list', { 'Fn::Not': {} }, /Fn::Not needs a list/],
    ['a map without its keys', { 'Fn::FindInMap': ['Sizes'] }, /Fn::FindInMap needs a list/],
    ['an output without its names', { 'Fn::GetStackOutput': null }, /needs StackName/],
  ])('names the place of %s', (_, value, message) => {
    expect(() => resolve(value, body)).toThrow(UnresolvedError);
    expect(() => resolve(value, body)).toThrow(message);
  });

  test('leaves out what is no value inside a list of arguments', () => {
    expect(() => resolve({ 'Fn::GetAtt': ['Table', { Ref: 'AWS::NoValue' }] }, body)).not.toThrow();
  });

  test('knows the partition of a region', () => {
    const arn = resolve({ Ref: 'Topic' }, body, { region: 'cn-north-1' });
    expect(arn).toBe('arn:aws-cn:sns:cn-north-1:111122223333:Topic');
  });

  test('takes parameters from outside and refuses unknown ones', () => {
    expect(resolve({ Ref: 'Secret' }, body, { parameters: { Secret: 's' } })).toBe('s');
    expect(() => resolve(1, body, { parameters: { Nope: 's' } })).toThrow(InputError);
  });

  test('ends a circle of conditions with a message', () => {
    const Conditions = { A: { Condition: 'B' }, B: { Condition: 'A' } };
    expect(() => resolve({ 'Fn::If': ['A', 1, 2] }, { Conditions })).toThrow(/circle/);
  });

  test('ends a circle of names with a message', () => {
    const named = (other: string) => ({
      Type: 'AWS::DynamoDB::Table',
      Properties: { TableName: { Ref: other } },
    });
    expect(() => resolve({ Ref: 'A' }, { Resources: { A: named('B'), B: named('A') } })).toThrow(
      /circle/,
    );
  });
});

describe('several templates', () => {
  const exporting = file({
    Resources: { Table: table },
    Outputs: { T: { Value: { Ref: 'Table' }, Export: { Name: 'shared-table' } } },
  });
  const importing = file(
    {
      Resources: {
        Other: { ...table, Properties: { TableName: { 'Fn::ImportValue': 'shared-table' } } },
      },
    },
    'b.template.json',
  );

  test('follow imports across stacks', () => {
    const set = openTemplates([importing, exporting]);
    expect(set.byLogicalId('Other')?.ref).toBe('orders');
  });

  test('follow an import past an export whose name is not known', () => {
    const unclear = file({
      Parameters: { Env: { Type: 'String' } },
      Outputs: { T: { Value: 1, Export: { Name: { Ref: 'Env' } } } },
    });
    const set = openTemplates([{ ...unclear, file: 'c.json' }, importing, exporting]);
    expect(set.byLogicalId('Other')?.ref).toBe('orders');
  });

  test('refuse a condition that cannot be told, since it decides which resources there are', () => {
    const body = {
      Parameters: { Env: { Type: 'String' } },
      Conditions: { C: { 'Fn::Equals': [{ Ref: 'Env' }, 'x'] } },
      Resources: { Table: { ...table, Condition: 'C' } },
    };
    expect(() => openTemplates([file(body)])).toThrow(InputError);
    expect(() => openTemplates([file(body)])).toThrow(/Conditions\.C: .*--parameter Env=/);
  });

  test('read the outputs of other stacks', () => {
    const reading = file(
      {
        Resources: {
          Other: {
            ...table,
            Properties: {
              TableName: { 'Fn::GetStackOutput': { StackName: 'shop-prod', OutputName: 'T' } },
            },
          },
        },
      },
      'b.template.json',
    );
    const set = openTemplates([{ ...reading, stackName: 'other' }, exporting]);
    expect(set.byLogicalId('Other')?.ref).toBe('orders');
    const alone = openTemplates([{ ...reading, stackName: 'other' }]);
    expect(() => alone.byLogicalId('Other')?.ref).toThrow(/stack shop-prod with an output T/);
  });

  test('are found by what Ref or the ARN yields', () => {
    const set = openTemplates([exporting]);
    expect(set.byPhysicalId('orders')?.logicalId).toBe('Table');
    expect(
      set.byPhysicalId('arn:aws:dynamodb:us-east-1:111122223333:table/orders')?.logicalId,
    ).toBe('Table');
  });

  test('leave out resources whose condition does not hold', () => {
    const set = openTemplates([
      file({
        Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
        Resources: { Table: { ...table, Condition: 'Never' } },
      }),
    ]);
    expect(set.resources).toEqual([]);
  });

  test('resolve properties only when asked, so a dark corner elsewhere does not matter', () => {
    const set = openTemplates([
      file({
        Resources: { Table: { ...table, Properties: { TableName: 'orders', X: { Ref: 'Gone' } } } },
      }),
    ]);
    const resource = set.byLogicalId('Table');
    expect(resource?.property('TableName')).toBe('orders');
    expect(() => resource?.property('X')).toThrow('a.template.json: Table.X');
  });

  test('let a caller hand out ids of its own', () => {
    const set = openTemplates([exporting], {
      identify: (resource, name) => (name === 'Arn' ? `local:${resource.logicalId}` : undefined),
    });
    expect(set.byLogicalId('Table')?.arn).toBe('local:Table');
    expect(set.byLogicalId('Table')?.ref).toBe('orders');
  });

  test('let SAM refer to what it makes by itself', () => {
    const value = { Ref: 'ServerlessRestApi' };
    expect(resolve(value, { Transform: 'AWS::Serverless-2016-10-31' })).toBe('ServerlessRestApi');
  });
});

describe('parseTemplate', () => {
  test('reads YAML with short tags', () => {
    const body = parseTemplate(
      'a.yaml',
      'Resources:\n  T:\n    Type: X\n    Properties:\n      A: !Sub "${T}-x"\n      B: !GetAtt T.Arn\n      C: !If [c, 1, !Ref T]\n',
    );
    expect(body.Resources['T']?.Properties).toEqual({
      A: { 'Fn::Sub': '${T}-x' },
      B: { 'Fn::GetAtt': 'T.Arn' },
      C: { 'Fn::If': ['c', 1, { Ref: 'T' }] },
    });
  });

  test('takes the mark that some editors put before the text', () => {
    expect(parseTemplate('a.json', '\ufeff{"Resources":{}}')).toEqual({ Resources: {} });
  });

  test.each([
    [
      'broken JSON, with the line',
      '{\n "Resources": {\n oops\n}}',
      /a\.json:3: the JSON is broken/,
    ],
    ['broken YAML, with the line', 'Resources:\n  a: [1\n', /a\.json:\d: the YAML is broken/],
    ['JSON that is no template', '{"a":1}', /no Resources/],
    ['a resource without a type', '{"Resources":{"A":{}}}', /resource A has no Type/],
    [
      'properties that are a list',
      '{"Resources":{"A":{"Type":"X","Properties":[]}}}',
      /A has Prop/,
    ],
    [
      'a condition inline',
      '{"Resources":{"A":{"Type":"X","Condition":{}}}}',
      /A has a Condition that/,
    ],
    [
      'parameters that are a list',
      '{"Resources":{},"Parameters":[1]}',
      /Parameters must be an obj/,
    ],
    [
      'deep JSON',
      `{"Resources":{"A":${'['.repeat(9999)}${']'.repeat(9999)}}}`,
      /more than 100 deep/,
    ],
    [
      'YAML whose aliases multiply',
      ['a', 'b', 'c', 'd'].reduce(
        (text, name, at, names) =>
          `${text}${name}: &${name} [${Array(9).fill(at ? `*${names[at - 1]}` : 'x')}]\n`,
        '',
      ),
      /the YAML is broken \(Excessive alias count/,
    ],
    ['a loop', '{"Resources":{"Fn::ForEach::X":[]}}', /Fn::ForEach::X has no Type; loops are not/],
    ['a file above 5 MB', `{"Resources":"${'x'.repeat(5 * 1024 * 1024)}"}`, /larger than 5 MB/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseTemplate('a.json', text)).toThrow(InputError);
    expect(() => parseTemplate('a.json', text)).toThrow(message);
  });
});
