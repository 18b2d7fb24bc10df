/**
 * The least-privilege matrix as it must be, written out by hand: nothing here is derived from the code that makes the
 * policies. Rows read `action | resource | condition`.
 */
const traces = ['xray:PutTelemetryRecords | * | -', 'xray:PutTraceSegments | * | -'];

const logs = (group: string) => [
  `logs:CreateLogStream | \${${group}.Arn} | -`,
  `logs:PutLogEvents | \${${group}.Arn} | -`,
];

const functions = {
  'delete-item': [
    'dynamodb:DeleteItem | ${Items.Arn} | -',
    ...logs('DeleteItemRoleLogs'),
    ...traces,
  ],
  'get-item': ['dynamodb:GetItem | ${Items.Arn} | -', ...logs('GetItemRoleLogs'), ...traces],
  'list-items': ['dynamodb:Query | ${Items.Arn} | -', ...logs('ListItemsRoleLogs'), ...traces],
  'put-item': ['dynamodb:PutItem | ${Items.Arn} | -', ...logs('PutItemRoleLogs'), ...traces],
  'update-item': [
    'dynamodb:UpdateItem | ${Items.Arn} | -',
    ...logs('UpdateItemRoleLogs'),
    ...traces,
  ],
};

export const expectedFunctionGrants = (stage: string): readonly string[] =>
  Object.entries(functions).flatMap(([name, rows]) =>
    rows.map((row) => `manara-${stage}-${name} | ${row}`),
  );

/** Who is not denied; without a break-glass role nobody is spared from the last group. */
const spared = {
  'dynamodb:BatchGetItem': '',
  'dynamodb:BatchWriteItem': '',
  'dynamodb:ConditionCheckItem': '',
  'dynamodb:DeleteItem': '${DeleteItemRole.Arn}',
  'dynamodb:GetItem': '${GetItemRole.Arn}',
  'dynamodb:PartiQLDelete': '',
  'dynamodb:PartiQLInsert': '',
  'dynamodb:PartiQLSelect': '',
  'dynamodb:PartiQLUpdate': '',
  'dynamodb:PutItem': '${PutItemRole.Arn}',
  'dynamodb:Query': '${ListItemsRole.Arn}',
  'dynamodb:Scan': '',
  'dynamodb:UpdateItem': '${UpdateItemRole.Arn}',
};

export const expectedTableDenials = (breakGlassRole: string | undefined): readonly string[] =>
  Object.entries(spared).map(([action, role]) => {
    const breakGlass = breakGlassRole && `arn:aws:iam::\${AWS::AccountId}:role/${breakGlassRole}`;
    const roles = [role, breakGlass].filter(Boolean).join(' ');
    const unless = roles ? `ArnNotEquals aws:PrincipalArn ${roles}` : '-';
    return `Deny | ${action} | AWS:* | * | ${unless}`;
  });

/** Roles that are no function's, of a stage with a canary and the gateway's log role. */
export function expectedOtherGrants(stage: string, region: string): readonly string[] {
  const gatewayLogs = ['${AccessLog.Arn}', '${Api/ExecutionLog/Group.Arn}'].flatMap((group) =>
    [
      'CreateLogGroup',
      'CreateLogStream',
      'DescribeLogGroups',
      'DescribeLogStreams',
      'FilterLogEvents',
      'GetLogEvents',
      'PutLogEvents',
    ].map((action) => `Api/ExecutionLog/Policy | logs:${action} | ${group} | -`),
  );
  const canary = Object.keys(functions).flatMap((name) => {
    const arn = `arn:aws:lambda:${region}:\${AWS::AccountId}:function:manara-${stage}-${name}`;
    const actions = ['GetAlias', 'GetProvisionedConcurrencyConfig', 'UpdateAlias'];
    return [
      ...['errors', 'faults'].map(
        (alarm) => `cloudwatch:DescribeAlarms | \${Canary/${name}-${alarm}.Arn}`,
      ),
      ...actions.flatMap((action) => [
        `lambda:${action} | ${arn}`,
        `lambda:${action} | ${arn}:live`,
      ]),
    ].map((row) => `Canary/${name}-role | ${row} | -`);
  });
  return [...gatewayLogs, ...canary].sort();
}

const alertPrincipals = [
  'Allow AWS:arn:aws:iam::${AWS::AccountId}:root on Alerts/Key',
  ...['budgets', 'cloudwatch'].flatMap((service) =>
    ['Key', 'page/Policy', 'ticket/Policy'].map(
      (place) => `Allow Service:${service}.amazonaws.com on Alerts/${place}`,
    ),
  ),
  'Deny AWS:* on Alerts/page/Policy',
  'Deny AWS:* on Alerts/ticket/Policy',
];

const firewallLog =
  'Allow Service:delivery.logs.amazonaws.com on Firewall/LogPolicy/ResourcePolicy';

/** By stack: who is named at all, where, in a stage that has everything. */
export const expectedPrincipals: Readonly<Record<string, readonly string[]>> = {
  Account: ['trust Service:apigateway.amazonaws.com on GatewayLogRole'],
  Notify: alertPrincipals,
  Web: [
    ...alertPrincipals,
    firewallLog,
    'Allow Service:cloudfront.amazonaws.com on Bucket/Site/Policy',
    'Allow Service:logging.s3.amazonaws.com on Bucket/Logs/Policy',
    'Deny AWS:* on Bucket/Logs/Policy',
    'Deny AWS:* on Bucket/Site/Policy',
  ],
  Api: [
    firewallLog,
    'Deny AWS:* on Items',
    ...Object.keys(functions).map(
      (name) => `trust Service:codedeploy.amazonaws.com on Canary/${name}-role`,
    ),
    ...['DeleteItem', 'GetItem', 'ListItems', 'PutItem', 'UpdateItem'].map(
      (name) => `trust Service:lambda.amazonaws.com on ${name}Role`,
    ),
  ],
};
