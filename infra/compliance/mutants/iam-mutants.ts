/** Grants wider than a function needs, in every form, and roles that others may take. */
import { add, arn, type Mutants, policy, ref, set, stranger, unset } from './mutation.ts';

const grant = 'Api/GetItemGrant/Resource';
const role = 'Api/GetItemRole/Resource';
const fn = 'Api/GetItem/Function/Resource';

export const iamMutants: Mutants = {
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
    PolicyDocument: policy({}),
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
    PolicyDocument: policy({}),
    Roles: [ref(app, role)],
  })),
  'a raw role policy': add('Api', 'AWS::IAM::RolePolicy', (app) => ({
    PolicyName: 'more',
    PolicyDocument: policy({}),
    RoleName: ref(app, role),
  })),
  'a raw customer-managed policy': add('Api', 'AWS::IAM::ManagedPolicy', (app) => ({
    PolicyDocument: policy({}),
    Roles: [ref(app, role)],
  })),
  'a raw role with everything': add('Api', 'AWS::IAM::Role', () => ({
    AssumeRolePolicyDocument: policy({
      Action: 'sts:AssumeRole',
      Resource: undefined,
      Principal: { Service: 'lambda.amazonaws.com' },
    }),
    Policies: [{ PolicyName: 'all', PolicyDocument: policy({ Action: '*', Resource: '*' }) }],
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
  'log rights that the next stage overwrites': set(
    'Api/Api/ExecutionLog/Policy/Resource',
    'PolicyName',
    'gateway-logs',
  ),
  'the first log role writes every log': set(
    'Account/GatewayLogRole/Resource',
    'Policies.0.PolicyDocument.Statement.0.Resource',
    '*',
  ),
  'a role shared by two functions': (app) =>
    set(fn, 'Role', arn(app, 'Api/PutItemRole/Resource'))(app),
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
};
