/** Data that strangers reach, or that is lost. */
import { add, arn, type Mutants, resourceAt, set, stranger, unset } from './mutation.ts';

const role = 'Api/GetItemRole/Resource';
const table = 'Api/Items/Resource';

export const tableMutants: Mutants = {
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
};
