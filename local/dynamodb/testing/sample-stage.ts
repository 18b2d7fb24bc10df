/** A small stage for the tests in here: one table like the template's, one function per action, built without synthesis. */
import type { Properties, Resource, Stage } from '../../template/resource.ts';

const account = '111122223333';
const region = 'eu-central-1';

export const tableName = 'manara-test-items';
export const tableArn = `arn:aws:dynamodb:${region}:${account}:table/${tableName}`;
export const breakGlassArn = `arn:aws:iam::${account}:role/break-glass`;

/** What each function may do. */
export const functionActions = {
  'get-item': 'dynamodb:GetItem',
  'put-item': 'dynamodb:PutItem',
  'list-items': 'dynamodb:Query',
  'update-item': 'dynamodb:UpdateItem',
  'delete-item': 'dynamodb:DeleteItem',
} as const;

const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}-role`;

/** A stage from resources; ARNs are made for functions, roles and managed policies. */
export function stageOf(
  resources: readonly (Pick<Resource, 'type' | 'ref' | 'properties'> & Partial<Resource>)[],
): Stage {
  const all = resources.map((resource) => ({
    stack: 'Api',
    logicalId: resource.ref,
    ...resource,
  }));
  return {
    name: 'test',
    region,
    account,
    directory: '/nowhere',
    resources: all,
    ofType: (type) => all.filter((resource) => resource.type === type),
    find: (id) => all.find(({ ref, arn }) => ref === id || arn === id),
    assetPath: () => '/nowhere',
  };
}

export const lambda = (name: string, role = roleArn(name)) => ({
  type: 'AWS::Lambda::Function',
  ref: name,
  properties: { Role: role },
});

export const role = (name: string, properties: Properties = {}) => ({
  type: 'AWS::IAM::Role',
  ref: `${name}-role`,
  arn: roleArn(name),
  properties: {
    AssumeRolePolicyDocument: {
      Statement: {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'lambda.amazonaws.com' },
      },
    },
    ...properties,
  },
});

export const allowing = (Action: string | readonly string[], Resource = tableArn) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});

export const table = (properties: Properties = {}) => ({
  type: 'AWS::DynamoDB::Table',
  ref: tableName,
  arn: tableArn,
  properties: {
    AttributeDefinitions: [
      { AttributeName: 'owner', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'owner', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    ...properties,
  },
});

const denyUnless = (action: string, arns: readonly string[]) => ({
  Sid: `Deny${action.replace(/.*:/, '')}`,
  Effect: 'Deny',
  Principal: '*',
  Action: action,
  Resource: '*',
  Condition: { ArnNotEquals: { 'aws:PrincipalArn': arns } },
});

/** As the template: one action per function, and the table's policy denies each action to everybody else but break-glass. */
export function sampleStage(tableProperties: Properties = {}): Stage {
  const functions = Object.entries(functionActions);
  const resourcePolicy = {
    Version: '2012-10-17',
    Statement: [
      ...functions.map(([name, action]) => denyUnless(action, [roleArn(name), breakGlassArn])),
      denyUnless('dynamodb:Scan', [breakGlassArn]),
    ],
  };
  return stageOf([
    ...functions.flatMap(([name, action]) => [
      lambda(name),
      role(name, {
        Policies: [
          { PolicyName: 'traces', PolicyDocument: allowing('xray:PutTraceSegments', '*') },
        ],
      }),
      {
        type: 'AWS::IAM::Policy',
        ref: `${name}-table`,
        properties: {
          PolicyName: `${name}-table`,
          Roles: [`${name}-role`],
          PolicyDocument: allowing(action),
        },
      },
    ]),
    table({ ResourcePolicy: { PolicyDocument: resourcePolicy }, ...tableProperties }),
  ]);
}

/** The people whom the endpoint knows. */
export const administrator = { accessKeyId: 'local', secretAccessKey: 'local' };
export const breakGlass = { accessKeyId: 'break-glass', secretAccessKey: 'break-glass' };

let serial = 0;
export const anyKey = { owner: { S: 'alice' }, sk: { S: 'item#0' } };

export const newKey = () => ({ owner: { S: 'alice' }, sk: { S: `item#${++serial}` } });

/** A Query for everything of an owner. */
export const allOf = (owner: string) => ({
  TableName: tableName,
  KeyConditionExpression: '#o = :o',
  ExpressionAttributeNames: { '#o': 'owner' },
  ExpressionAttributeValues: { ':o': { S: owner } },
});
