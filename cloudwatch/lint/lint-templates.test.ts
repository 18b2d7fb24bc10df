import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseCatalogue } from '../catalogue/read-catalogue.ts';
import {
  alarm,
  api,
  burn,
  child,
  cloudWatchMay,
  composite,
  dimensions,
  metric,
  type Resources,
  soundResources,
  templateOf,
} from '../fixtures/sound-template.ts';
import { InputError } from '../input-error.ts';
import { openTemplates } from '../template/open-templates.ts';
import type { TemplateFile } from '../template/parse-template.ts';
import { type LintOptions, lintTemplates } from './lint-templates.ts';
import { allRules } from './rules/all-rules.ts';

const lint = (resources: Resources, place: Partial<TemplateFile> = {}, options: LintOptions = {}) =>
  lintTemplates(openTemplates([templateOf(resources, place)]), options);

/** What is found above style, as `level rule resource`. */
const troubles = (...given: Parameters<typeof lint>) =>
  lint(...given)
    .filter(({ level }) => level !== 'info')
    .map(({ level, rule, resource }) => `${level} ${rule} ${resource}`);

type Properties = Readonly<Record<string, unknown>>;

/** The sound template with one resource's properties changed. */
const changed = (logicalId: string, properties: Properties): Resources => {
  const resource = soundResources[logicalId] as Resources[string];
  return {
    ...soundResources,
    [logicalId]: { ...resource, Properties: { ...resource.Properties, ...properties } },
  };
};
const added = (properties: Properties): Resources => ({
  ...soundResources,
  Added: alarm(properties),
});

const on = (
  Namespace: string,
  MetricName: string,
  Statistic: string,
  Threshold: number,
  named: Properties,
  more: Properties = {},
) => added({ Namespace, MetricName, Statistic, Threshold, Dimensions: dimensions(named), ...more });

const functionName = { FunctionName: { Ref: 'Function' } };
const tableName = { TableName: { Ref: 'Table' } };
const math = (Expression: string, more: Properties = {}) => ({
  Period: undefined,
  Threshold: 0.5,
  Metrics: [
    { Id: 'result', Expression },
    { Id: 'm1', ReturnData: false, MetricStat: metric('AWS/ApiGateway', '5XXError', 'Sum', api) },
    {
      Id: 'm2',
      ReturnData: false,
      MetricStat: metric('AWS/ApiGateway', 'Count', 'SampleCount', api),
    },
  ],
  ...more,
});

function filled(M: number) {
  const minute = (Stat: string) => ({
    ...metric('AWS/ApiGateway', '5XXError', Stat, api),
    Period: 60,
  });
  return {
    Period: undefined,
    EvaluationPeriods: 3,
    DatapointsToAlarm: M,
    Threshold: 5,
    Metrics: [
      { Id: 'result', Expression: 'FILL(m1, 0)' },
      { Id: 'm1', ReturnData: false, MetricStat: minute('Sum') },
    ],
  };
}

const namesake = (Threshold: number): Resources => ({
  Namesake: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'orders-function' } },
  ...changed('NearTimeout', {
    Threshold,
    Dimensions: dimensions({ FunctionName: 'orders-function' }),
  }),
  Function: {
    Type: 'AWS::Lambda::Function',
    Properties: { FunctionName: 'orders-function', Timeout: 10 },
  },
});

/** As CDK's `enforceSSL` writes it. */
const insecure = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'sns:Publish',
  Resource: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};

function without(logicalId: string): Resources {
  const { [logicalId]: _, ...rest } = soundResources;
  return rest;
}

const changedPage = (properties: Properties) => {
  const { Page } = changed('Page', properties);
  return { Page: Page as Resources[string] };
};

const waf = (Scope: string, named: Properties): Resources => ({
  ...on('AWS/WAFV2', 'BlockedRequests', 'Sum', 100, named),
  Acl: {
    Type: 'AWS::WAFv2::WebACL',
    Properties: { Scope, VisibilityConfig: { MetricName: 'acl' } },
  },
});

test('a sound template is silent', () => {
  expect(lint(soundResources)).toEqual([]);
});

describe('each defect is found, and its mended twin is silent', () => {
  /** Name, what is found, the broken template, the mended one. */
  const defects: readonly (readonly [string, readonly string[], Resources, Resources])[] = [
    [
      'an average share above 1 (D1)',
      ['error unreachable-threshold ServerErrors'],
      changed('ServerErrors', { Threshold: 1 }),
      changed('ServerErrors', { Threshold: 0.99 }),
    ],
    [
      'a percentage for a share (D1)',
      ['error unreachable-threshold Added'],
      on('AWS/Lambda', 'ProvisionedConcurrencyUtilization', 'Maximum', 80, {
        ...functionName,
        Resource: 'f:live',
      }),
      on('AWS/Lambda', 'ProvisionedConcurrencyUtilization', 'Maximum', 0.8, {
        ...functionName,
        Resource: 'f:live',
      }),
    ],
    [
      'a count below one that silence cannot reach (D15)',
      ['error unreachable-threshold NoTraffic', 'warning silence-unnoticed NoTraffic'],
      changed('NoTraffic', { TreatMissingData: 'notBreaching' }),
      soundResources,
    ],
    [
      'little traffic noticed, none not (D15)',
      ['warning silence-unnoticed NoTraffic'],
      changed('NoTraffic', { Threshold: 10, TreatMissingData: 'missing' }),
      changed('NoTraffic', { Threshold: 10 }),
    ],
    [
      "a duration above the function's time-out",
      ['error unreachable-threshold NearTimeout'],
      changed('NearTimeout', { Threshold: 30_000 }),
      changed('NearTimeout', { Threshold: 9_900 }),
    ],
    [
      "a duration at the function's time-out",
      ['warning unreachable-threshold NearTimeout'],
      changed('NearTimeout', { Threshold: 10_000 }),
      changed('NearTimeout', {
        Threshold: 10_000,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      }),
    ],
    [
      'a duration above the time-out of a function that shares its name with a table',
      ['error unreachable-threshold NearTimeout'],
      namesake(30_000),
      namesake(8000),
    ],
    [
      'more concurrency than is reserved',
      ['error unreachable-threshold Added'],
      on('AWS/Lambda', 'ConcurrentExecutions', 'Maximum', 50, functionName),
      on('AWS/Lambda', 'ConcurrentExecutions', 'Maximum', 45, functionName),
    ],
    [
      "an age above the queue's retention",
      ['warning unreachable-threshold Added'],
      on('AWS/SQS', 'ApproximateAgeOfOldestMessage', 'Maximum', 7200, {
        QueueName: { 'Fn::GetAtt': ['Queue', 'QueueName'] },
      }),
      on('AWS/SQS', 'ApproximateAgeOfOldestMessage', 'Maximum', 1800, {
        QueueName: { 'Fn::GetAtt': ['Queue', 'QueueName'] },
      }),
    ],
    [
      'a burn threshold above 1 (D14)',
      ['error unreachable-threshold BurnLong'],
      { ...soundResources, BurnLong: child({ AlarmName: 'burn-long', ...burn(1.44) }) },
      { ...soundResources, BurnLong: child({ AlarmName: 'burn-long', ...burn(0.144) }) },
    ],
    [
      'a burn threshold above 1, over the count of requests (D14)',
      ['error unreachable-threshold BurnLong'],
      {
        ...soundResources,
        BurnLong: child({
          AlarmName: 'burn-long',
          ...burn(1.44, metric('AWS/ApiGateway', 'Count', 'Sum', api)),
        }),
      },
      {
        ...soundResources,
        BurnLong: child({
          AlarmName: 'burn-long',
          ...burn(0.144, metric('AWS/ApiGateway', 'Count', 'Sum', api)),
        }),
      },
    ],
    [
      'a percent rank that exceeds a hundred',
      ['error unreachable-threshold SlowRequests'],
      changed('SlowRequests', { Threshold: 5 }),
      changed('SlowRequests', { Threshold: 0.5 }),
    ],
    [
      'a threshold that everything crosses',
      ['warning always-breaching ServerErrors'],
      changed('ServerErrors', {
        Threshold: 0,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      }),
      changed('ServerErrors', {
        Threshold: 0.01,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      }),
    ],
    [
      'SystemErrors without Operation (D4)',
      ['error dead-dimensions TableErrors'],
      changed('TableErrors', { Dimensions: dimensions(tableName) }),
      soundResources,
    ],
    [
      'UserErrors with a table (D4, D5)',
      ['error dead-dimensions Added'],
      on('AWS/DynamoDB', 'UserErrors', 'Sum', 10, tableName),
      on('AWS/DynamoDB', 'UserErrors', 'Sum', 10, {}),
    ],
    [
      'a misspelt index dimension (D4)',
      ['error dead-dimensions Added'],
      on('AWS/DynamoDB', 'WriteThrottleEvents', 'Sum', 0, {
        ...tableName,
        GlobalSecondaryIndex: 'by-customer',
      }),
      on('AWS/DynamoDB', 'WriteThrottleEvents', 'Sum', 0, {
        ...tableName,
        GlobalSecondaryIndexName: 'by-customer',
      }),
    ],
    [
      'an index that the table lacks (D8)',
      ['error unknown-index Added'],
      on('AWS/DynamoDB', 'WriteThrottleEvents', 'Sum', 0, {
        ...tableName,
        GlobalSecondaryIndexName: 'by-date',
      }),
      on('AWS/DynamoDB', 'WriteThrottleEvents', 'Sum', 0, {
        ...tableName,
        GlobalSecondaryIndexName: 'by-customer',
      }),
    ],
    [
      'CloudFront without Region=Global (D6)',
      ['error dead-dimensions Added'],
      on('AWS/CloudFront', '5xxErrorRate', 'Average', 1, { DistributionId: 'E1' }),
      on('AWS/ApiGateway', '5XXError', 'Average', 0.1, api),
    ],
    [
      'CloudFront outside us-east-1, and with its region (D6)',
      ['error dimension-value Added', 'error wrong-region Added'],
      on('AWS/CloudFront', '5xxErrorRate', 'Average', 1, {
        DistributionId: 'E1',
        Region: 'eu-west-1',
      }),
      on('AWS/ApiGateway', '5XXError', 'Average', 0.1, api),
    ],
    [
      'a stage that the API lacks (D8)',
      ['error unknown-stage ServerErrors'],
      changed('ServerErrors', { Dimensions: dimensions({ ApiName: 'orders', Stage: 'prod' }) }),
      changed('ServerErrors', { Dimensions: dimensions({ ApiName: 'orders', Stage: 'live' }) }),
    ],
    [
      "an API's id for its name (D8)",
      ['error wrong-reference ServerErrors'],
      changed('ServerErrors', {
        Dimensions: dimensions({ ApiName: { Ref: 'Api' }, Stage: 'live' }),
      }),
      soundResources,
    ],
    [
      "a function's ARN for its name (D8)",
      ['error wrong-reference Added'],
      on('AWS/Lambda', 'Errors', 'Sum', 0, { FunctionName: { 'Fn::GetAtt': ['Function', 'Arn'] } }),
      on('AWS/Lambda', 'Errors', 'Sum', 0, functionName),
    ],
    [
      'a table for a function (D8)',
      ['error wrong-reference Added'],
      on('AWS/Lambda', 'Errors', 'Sum', 0, { FunctionName: { Ref: 'Table' } }),
      on('AWS/Lambda', 'Errors', 'Sum', 0, functionName),
    ],
    [
      "a queue's URL for its name (D8)",
      ['error wrong-reference Added'],
      on('AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'Maximum', 9, {
        QueueName: { Ref: 'Queue' },
      }),
      on('AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'Maximum', 9, {
        QueueName: { 'Fn::GetAtt': ['Queue', 'QueueName'] },
      }),
    ],
    [
      'a metric name in other letters',
      ['error unknown-metric ServerErrors'],
      changed('ServerErrors', { MetricName: '5xxError' }),
      soundResources,
    ],
    [
      'a metric that the catalogue does not list',
      ['warning unknown-metric Added'],
      on('AWS/Lambda', 'Error', 'Sum', 0, functionName),
      on('AWS/Lambda', 'Errors', 'Sum', 0, functionName),
    ],
    [
      'a unit that is not published',
      ['error unit NearTimeout'],
      changed('NearTimeout', { Unit: 'Seconds' }),
      soundResources,
    ],
    [
      'a daily metric every five minutes',
      ['warning period-too-short Added'],
      on(
        'AWS/S3',
        'NumberOfObjects',
        'Average',
        1e6,
        { BucketName: 'b', StorageType: 'AllStorageTypes' },
        { Period: 300 },
      ),
      on(
        'AWS/S3',
        'NumberOfObjects',
        'Average',
        1e6,
        { BucketName: 'b', StorageType: 'AllStorageTypes' },
        { Period: 86_400, EvaluationPeriods: 1, DatapointsToAlarm: 1 },
      ),
    ],
    [
      'a metric of standard resolution every ten seconds',
      ['warning period-too-short Added'],
      on('AWS/Lambda', 'Errors', 'Sum', 0, functionName, { Period: 10 }),
      on('AWS/Lambda', 'Errors', 'Sum', 0, functionName, { Period: 60 }),
    ],
    [
      'missing data left to the default on DynamoDB',
      ['warning missing-data-unset TableErrors'],
      changed('TableErrors', { TreatMissingData: undefined }),
      soundResources,
    ],
    [
      'silence of an event metric as breach',
      ['warning silence-breaches TableErrors'],
      changed('TableErrors', { TreatMissingData: 'breaching' }),
      soundResources,
    ],
    [
      'a period that no alarm can have',
      ['error refused ServerErrors'],
      changed('ServerErrors', { Period: 90 }),
      soundResources,
    ],
    [
      'more datapoints than periods',
      ['error refused ServerErrors'],
      changed('ServerErrors', { DatapointsToAlarm: 6 }),
      changed('ServerErrors', { DatapointsToAlarm: 5 }),
    ],
    [
      'a window of more than a day',
      ['error refused ServerErrors'],
      changed('ServerErrors', { Period: 300, EvaluationPeriods: 289 }),
      changed('ServerErrors', { Period: 300, EvaluationPeriods: 288 }),
    ],
    ...[{ FunctionName: 'f' }, ['FunctionName'], [{ Name: 'FunctionName' }], [null]].map(
      (Dimensions) =>
        [
          `dimensions that are ${JSON.stringify(Dimensions)}`,
          ['error refused NearTimeout'],
          changed('NearTimeout', { Dimensions }),
          soundResources,
        ] as const,
    ),
    [
      'a misspelt property, which hides nothing',
      ['error refused ServerErrors', 'error refused ServerErrors'],
      changed('ServerErrors', { Dimension: [], Threshold: 'abc' }),
      soundResources,
    ],
    [
      'wrong dimensions, which do not hide a wrong threshold',
      ['error refused ServerErrors', 'error refused ServerErrors'],
      changed('ServerErrors', { Dimensions: {}, Threshold: 'abc' }),
      soundResources,
    ],
    [
      'a misspelt property of a composite',
      ['error refused Burn'],
      changed('Burn', { AlarmDescriptions: 'x' }),
      soundResources,
    ],
    [
      'an action that is no list, and yet no lack of actions',
      ['error refused ServerErrors'],
      changed('ServerErrors', { AlarmActions: { Ref: 'Page' } }),
      soundResources,
    ],
    [
      'an action that no template has',
      ['error refused ServerErrors'],
      changed('ServerErrors', { AlarmActions: [{ Ref: 'Nope' }] }),
      soundResources,
    ],
    [
      'a composite that refers to what its template does not have',
      ['error refused Burn'],
      changed('Burn', { OKActions: [{ 'Fn::GetAtt': ['Nope', 'Arn'] }] }),
      soundResources,
    ],
    [
      'a dimension that refers to what its template does not have',
      ['error refused NearTimeout'],
      changed('NearTimeout', { Dimensions: dimensions({ FunctionName: { Ref: 'Nope' } }) }),
      soundResources,
    ],
    ['broken math', ['error refused Added'], added(math('m1 / ')), added(math('m1 / m2'))],
    [
      'SEARCH',
      ['error refused Added'],
      added(math(`SEARCH('{AWS/Lambda} x', 'Sum')`)),
      added(math('m1 / m2')),
    ],
    [
      'an aggregate over what is fetched',
      ['warning fetched-range Added'],
      added(math('m1 / SUM(m2)')),
      added(math('m1 / SUM([m2])')),
    ],
    [
      'FILL of the newest minute',
      ['warning filled-newest Added'],
      added(filled(3)),
      added(filled(2)),
    ],
    [
      'a description that is too long',
      ['error over-limit ServerErrors'],
      changed('ServerErrors', { AlarmDescription: `https://x${'x'.repeat(1016)}` }),
      changed('ServerErrors', { AlarmDescription: `https://x${'x'.repeat(1015)}` }),
    ],
    [
      'a key that only the account may use (D2)',
      ['error topic-key Page'],
      changed('Key', {
        KeyPolicy: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } },
              Action: 'kms:*',
              Resource: '*',
            },
          ],
        },
      }),
      soundResources,
    ],
    [
      'a key that CloudWatch may only half use (D2)',
      ['error topic-key Page'],
      changed('Key', { KeyPolicy: { Statement: [cloudWatchMay('kms:Decrypt')] } }),
      changed('Key', { KeyPolicy: { Statement: [cloudWatchMay('kms:*')] } }),
    ],
    [
      "a key for another account's alarms (D2)",
      ['error topic-key Page'],
      changed('Key', {
        KeyPolicy: {
          Statement: [
            {
              ...cloudWatchMay('kms:*'),
              Condition: { StringEquals: { 'aws:SourceAccount': '999999999999' } },
            },
          ],
        },
      }),
      changed('Key', {
        KeyPolicy: {
          Statement: [
            {
              ...cloudWatchMay('kms:*'),
              Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
            },
          ],
        },
      }),
    ],
    [
      "AWS's own key (D2)",
      ['error topic-key Page'],
      changed('Page', { KmsMasterKeyId: 'alias/aws/sns' }),
      changed('Page', { KmsMasterKeyId: undefined }),
    ],
    [
      'a topic policy for somebody else only',
      ['error topic-policy Page'],
      changed('PagePolicy', {
        PolicyDocument: {
          Statement: [
            { ...cloudWatchMay('sns:Publish'), Principal: { Service: 'events.amazonaws.com' } },
          ],
        },
      }),
      changed('PagePolicy', {
        PolicyDocument: {
          Statement: [
            {
              ...cloudWatchMay('sns:Publish'),
              Principal: { AWS: '*' },
              Condition: { StringEquals: { 'AWS:SourceOwner': { Ref: 'AWS::AccountId' } } },
            },
          ],
        },
      }),
    ],
    [
      'a topic policy that only denies',
      ['error topic-policy Page'],
      changed('PagePolicy', { PolicyDocument: { Statement: [insecure] } }),
      changed('PagePolicy', {
        PolicyDocument: { Statement: [insecure, cloudWatchMay('sns:Publish')] },
      }),
    ],
    [
      'a topic policy that allows and denies',
      ['error topic-policy Page'],
      changed('PagePolicy', {
        PolicyDocument: {
          Statement: [cloudWatchMay('sns:*'), { ...cloudWatchMay('sns:Publish'), Effect: 'Deny' }],
        },
      }),
      changed('PagePolicy', {
        PolicyDocument: {
          Statement: [
            cloudWatchMay('sns:*'),
            { ...cloudWatchMay('sns:Subscribe'), Effect: 'Deny' },
          ],
        },
      }),
    ],
    [
      "another account's alarms only",
      ['error topic-policy Page'],
      changed('PagePolicy', {
        PolicyDocument: {
          Statement: [
            {
              ...cloudWatchMay('sns:Publish'),
              Condition: {
                ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:*:999999999999:alarm:*' },
              },
            },
          ],
        },
      }),
      changed('PagePolicy', {
        PolicyDocument: {
          Statement: [
            {
              ...cloudWatchMay('sns:Publish'),
              Condition: {
                ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:*:123456789012:alarm:*' },
              },
            },
          ],
        },
      }),
    ],
    [
      'nobody subscribed (D2)',
      ['warning no-subscription Page'],
      without('OnCall'),
      {
        ...without('OnCall'),
        ...changedPage({ Subscription: [{ Protocol: 'email', Endpoint: 'a@example.com' }] }),
      },
    ],
    [
      'actions switched off',
      ['error actions-disabled ServerErrors'],
      changed('ServerErrors', { ActionsEnabled: false }),
      changed('ServerErrors', { ActionsEnabled: true }),
    ],
    [
      'no actions',
      ['warning no-actions ServerErrors'],
      changed('ServerErrors', { AlarmActions: undefined, OKActions: undefined }),
      soundResources,
    ],
    [
      "a topic's name as action",
      ['error action-target ServerErrors'],
      changed('ServerErrors', {
        AlarmActions: [{ 'Fn::GetAtt': ['Page', 'TopicName'] }, { Ref: 'Page' }],
      }),
      soundResources,
    ],
    [
      'a queue as action',
      ['warning action-target ServerErrors'],
      changed('ServerErrors', {
        AlarmActions: [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, { Ref: 'Page' }],
      }),
      soundResources,
    ],
    [
      'a topic in another region',
      ['error action-region ServerErrors'],
      changed('ServerErrors', { AlarmActions: ['arn:aws:sns:us-east-1:123456789012:page'] }),
      changed('ServerErrors', { AlarmActions: ['arn:aws:sns:eu-west-1:123456789012:page'] }),
    ],
    [
      'a function that alarms may not invoke',
      ['warning lambda-permission ServerErrors'],
      changed('ServerErrors', {
        AlarmActions: [{ 'Fn::GetAtt': ['Function', 'Arn'] }, { Ref: 'Page' }],
      }),
      {
        ...changed('ServerErrors', {
          AlarmActions: [{ 'Fn::GetAtt': ['Function', 'Arn'] }, { Ref: 'Page' }],
        }),
        Permission: {
          Type: 'AWS::Lambda::Permission',
          Properties: {
            FunctionName: { Ref: 'Function' },
            Action: 'lambda:InvokeFunction',
            Principal: 'lambda.alarms.cloudwatch.amazonaws.com',
          },
        },
      },
    ],
    [
      'a page that never ends',
      ['warning page-without-ok ServerErrors'],
      changed('ServerErrors', { OKActions: undefined }),
      soundResources,
    ],
    [
      'a composite of an alarm that does not exist',
      ['warning unknown-child Burn'],
      changed('Burn', {
        AlarmRule: 'ALARM("burn-long") AND ALARM("burn-short") AND ALARM("burn")',
      }),
      soundResources,
    ],
    [
      'composites in a circle',
      ['error composite-cycle Burn', 'error composite-cycle Ring'],
      {
        ...changed('Burn', {
          AlarmName: 'burn',
          AlarmRule: '(ALARM("burn-long") AND ALARM("burn-short")) OR ALARM("ring")',
        }),
        Ring: composite('ALARM("burn")', {
          AlarmName: 'ring',
          AlarmActions: undefined,
          OKActions: undefined,
        }),
      },
      {
        ...changed('Burn', { AlarmName: 'burn' }),
        Ring: composite('NOT ALARM("burn")', { AlarmName: 'ring' }),
      },
    ],
    [
      'a rule that is none',
      [
        'error composite-refused Burn',
        'warning no-actions BurnLong',
        'warning no-actions BurnShort',
      ],
      changed('Burn', { AlarmRule: 'ALARM("burn-long") & ALARM("burn-short")' }),
      soundResources,
    ],
    [
      'a suppressor without its times',
      ['error composite-refused Burn', 'error composite-refused Burn'],
      changed('Burn', { ActionsSuppressor: { Ref: 'ServerErrors' } }),
      changed('Burn', {
        ActionsSuppressor: { Ref: 'ServerErrors' },
        ActionsSuppressorWaitPeriod: 60,
        ActionsSuppressorExtensionPeriod: 60,
      }),
    ],
    [
      'a child that pages by itself',
      ['warning child-notifies BurnLong'],
      { ...soundResources, BurnLong: alarm({ AlarmName: 'burn-long', ...burn(0.0144) }) },
      soundResources,
    ],
    [
      'operators side by side',
      ['warning mixed-operators Burn'],
      changed('Burn', { AlarmRule: 'ALARM("burn-long") AND ALARM("burn-short") OR FALSE' }),
      changed('Burn', { AlarmRule: '(ALARM("burn-long") AND ALARM("burn-short")) OR FALSE' }),
    ],
    [
      'two alarms of one name',
      ['error duplicate-name BurnShort', 'warning unknown-child Burn'],
      { ...soundResources, BurnShort: child({ AlarmName: 'burn-long', ...burn(0.0144) }) },
      soundResources,
    ],
    [
      'a regional web ACL without its region (D8)',
      ['error waf-scope Added'],
      waf('REGIONAL', { WebACL: 'acl', Rule: 'ALL' }),
      waf('REGIONAL', { WebACL: 'acl', Rule: 'ALL', Region: 'eu-west-1' }),
    ],
    [
      "CloudFront's web ACL with a region (D8)",
      ['error waf-scope Added'],
      waf('CLOUDFRONT', { WebACL: 'acl', Rule: 'ALL', Region: 'us-east-1' }),
      waf('CLOUDFRONT', { WebACL: 'acl', Rule: 'ALL' }),
    ],
  ];

  test.each(defects)('%s', (_, found, broken, mended) => {
    expect(troubles(broken)).toEqual(found);
    expect(troubles(mended)).toEqual([]);
  });

  test('every rule above info has a defect here', () => {
    const shown = new Set(defects.flatMap(([, found]) => found.map((text) => text.split(' ')[1])));
    const missing = allRules.filter(({ id, level }) => level !== 'info' && !shown.has(id));
    expect(missing.map(({ id }) => id)).toEqual([]);
  });
});

describe("metrics of one's own (D9)", () => {
  const catalogue = parseCatalogue(
    'shop.json',
    JSON.stringify([
      {
        namespace: 'Shop',
        metric: 'Fault',
        unit: 'Count',
        dimensionSets: [['service']],
        sampleMin: 0,
        sampleMax: 1,
      },
    ]),
  );
  const fault = (named: Properties, more: Properties = {}) =>
    on('Shop', 'Fault', 'Sum', 0, named, more);

  test.each([
    ['without its dimensions', fault({}), ['error dead-dimensions Added']],
    [
      'with another dimension',
      fault({ service: 'orders', stage: 'live' }),
      ['error dead-dimensions Added'],
    ],
    ['that is not declared', on('Shop', 'Faults', 'Sum', 0, {}), ['error unknown-metric Added']],
    [
      'outside its range',
      fault({ service: 'orders' }, { Statistic: 'Average', Threshold: 2 }),
      ['error unreachable-threshold Added'],
    ],
    ['as declared', fault({ service: 'orders' }), []],
    ['of high resolution, perhaps', fault({ service: 'orders' }, { Period: 10 }), []],
  ])('%s', (_, resources, found) => {
    expect(troubles(resources, {}, { catalogues: [catalogue] })).toEqual(found);
  });

  test('are not judged without a catalogue', () => {
    expect(lint(fault({}))).toMatchObject([
      { level: 'info', rule: 'not-judged', resource: 'Added' },
    ]);
  });

  test('come from metric filters, too', () => {
    const Filter = {
      Type: 'AWS::Logs::MetricFilter',
      Properties: {
        MetricTransformations: [
          { MetricNamespace: 'Shop', MetricName: 'Refused', MetricValue: '1' },
        ],
      },
    };
    const refused = (named: Properties) => ({ ...on('Shop', 'Refused', 'Sum', 0, named), Filter });
    expect(troubles(refused({}))).toEqual([]);
    expect(troubles(refused({ service: 'x' }))).toEqual(['warning dead-dimensions Added']);
  });
});

describe('what cannot be judged', () => {
  const infos = (...given: Parameters<typeof lint>) =>
    lint(...given).map(({ level, rule, resource }) => `${level} ${rule} ${resource}`);

  test('an imported dimension leaves the alarm to the other rules', () => {
    const imported = { ApiName: { 'Fn::ImportValue': 'api' }, Stage: 'prod' };
    const resources = changed('ServerErrors', { Dimensions: dimensions(imported), Threshold: 2 });
    expect(infos(resources)).toEqual([
      'error unreachable-threshold ServerErrors',
      'info not-evaluated ServerErrors',
    ]);
  });

  test('dimensions behind an import, or one of them', () => {
    const elsewhere = { 'Fn::ImportValue': 'x' };
    const one = [elsewhere, { Name: 'Stage', Value: 'live' }];
    for (const Dimensions of [elsewhere, one, [{ Name: elsewhere, Value: 'x' }]])
      expect(infos(changed('ServerErrors', { Dimensions }))).toEqual([
        'info not-evaluated ServerErrors',
      ]);
  });

  test('a metric that a condition chooses is judged as what it chooses', () => {
    const Conditions = { Yes: { 'Fn::Equals': ['a', 'a'] } };
    const chosen = (value: unknown) => ({ 'Fn::If': ['Yes', value, { Ref: 'AWS::NoValue' }] });
    const stat = (Threshold: number, Metrics: unknown) =>
      templateOf(added({ Period: undefined, Threshold, Metrics }));
    const errors = metric('AWS/ApiGateway', '5XXError', 'Average', api);
    const shapes = [
      chosen([{ Id: 'm1', MetricStat: errors }]),
      [chosen({ Id: 'm1', MetricStat: errors })],
      [{ Id: 'm1', MetricStat: chosen(errors) }],
      [{ Id: 'm1', MetricStat: { ...errors, Metric: chosen(errors.Metric) } }],
    ];
    const found = (Threshold: number) =>
      shapes.map((shape) => {
        const { body, ...file } = stat(Threshold, shape);
        const templates = openTemplates([{ ...file, body: { ...body, Conditions } }]);
        return lintTemplates(templates).map(({ rule }) => rule);
      });
    expect(found(0.5)).toEqual(shapes.map(() => []));
    expect(found(2)).toEqual(shapes.map(() => ['unreachable-threshold']));
  });

  test('whether anything refers to an alarm whose name, or whose composite, is not known', () => {
    const elsewhere = { 'Fn::ImportValue': 'x' };
    expect(infos(changed('Burn', { AlarmRule: elsewhere }))).toEqual(['info not-evaluated Burn']);
    expect(infos(changed('BurnLong', { AlarmName: elsewhere }))).toEqual([]);
  });

  test('a permission for somebody who is not known', () => {
    const Permission = {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: { Ref: 'Function' },
        Principal: { 'Fn::ImportValue': 'x' },
      },
    };
    const AlarmActions = [{ 'Fn::GetAtt': ['Function', 'Arn'] }, { Ref: 'Page' }];
    expect(troubles({ ...changed('ServerErrors', { AlarmActions }), Permission })).toEqual([]);
  });

  test('a time-out that is no number', () => {
    expect(troubles(changed('Function', { Timeout: 'x' }))).toEqual([]);
  });

  test('an expression that refers to itself is refused, and not followed', () => {
    expect(troubles(added(math('result + 1')))).toEqual(['error refused Added']);
  });

  test('an action that is known only when it is deployed', () => {
    const AlarmActions = ['{{resolve:ssm:/topic}}'];
    expect(infos(changed('ServerErrors', { AlarmActions }))).toEqual([
      'info not-evaluated ServerErrors',
    ]);
  });

  test('an alarm with another kind of criteria has no metric to be missed', () => {
    const criteria = { EvaluationCriteria: {}, MetricName: undefined, Namespace: undefined };
    expect(infos(changed('NearTimeout', criteria))).toEqual(['info not-evaluated NearTimeout']);
  });

  test('actions that a custom resource yields, which may be a list', () => {
    const resources = changed('ServerErrors', {
      AlarmActions: { 'Fn::GetAtt': ['Own', 'Topics'] },
    });
    expect(infos({ ...resources, Own: { Type: 'Custom::Topics' } })).toEqual([]);
  });

  test('what a macro may make', () => {
    const template = templateOf(changed('ServerErrors', { AlarmActions: [{ Ref: 'Made' }] }));
    const body = { ...template.body, Transform: 'Macro' };
    const found = lintTemplates(openTemplates([{ ...template, body }]));
    expect(found.map(({ level, rule }) => `${level} ${rule}`)).toEqual(['info not-evaluated']);
  });

  test('an action that a condition leaves out is none', () => {
    const AlarmActions = [{ Ref: 'AWS::NoValue' }];
    expect(troubles(changed('ServerErrors', { AlarmActions }))).toEqual([
      'warning no-actions ServerErrors',
    ]);
  });

  test('names that CloudFormation makes up, under a policy for some names', () => {
    const ofStack = (SourceArn: string) => ({
      ...cloudWatchMay('sns:Publish'),
      Condition: { ArnLike: { 'aws:SourceArn': SourceArn } },
    });
    const found = (arn: string) =>
      lint(changed('PagePolicy', { PolicyDocument: { Statement: [ofStack(arn)] } }));
    expect(found('arn:aws:cloudwatch:*:*:alarm:orders-*')).toMatchObject([
      { level: 'info', rule: 'topic-policy' },
    ]);
    expect(found('arn:aws:cloudwatch:us-west-2:*:alarm:orders-*')).toMatchObject([
      { level: 'error', rule: 'topic-policy' },
    ]);
  });

  test('a policy for one alarm refuses the others, and only them', () => {
    const Named = alarm({ ...soundResources['ServerErrors']?.Properties, AlarmName: 'named' });
    const Other = alarm({ ...soundResources['ServerErrors']?.Properties, AlarmName: 'other' });
    const { Api, Stage, Page, OnCall, Key, PagePolicy } = soundResources;
    const Statement = {
      ...cloudWatchMay('sns:Publish'),
      Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:*:*:alarm:named' } },
    };
    const policy = { ...PagePolicy?.Properties, PolicyDocument: { Statement } };
    const resources = { Api, Stage, Page, OnCall, Key, Named, Other } as Resources;
    const found = lint({ ...resources, PagePolicy: { ...PagePolicy!, Properties: policy } });
    expect(found).toMatchObject([
      { level: 'error', rule: 'topic-policy', message: expect.stringContaining('1 alarm cannot') },
    ]);
  });

  test('a key or a topic from elsewhere', () => {
    expect(
      infos(changed('Page', { KmsMasterKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/1' })),
    ).toEqual(['info topic-key Page']);
    expect(
      infos(changed('ServerErrors', { AlarmActions: [{ 'Fn::ImportValue': 'topic' }] })),
    ).toEqual(['info not-evaluated ServerErrors']);
  });

  test('a policy from elsewhere', () => {
    const resources = changed('PagePolicy', { PolicyDocument: { 'Fn::ImportValue': 'policy' } });
    expect(infos(resources)).toEqual(['info topic-policy Page']);
    const text = changed('PagePolicy', { PolicyDocument: '{"Statement":[]}' });
    expect(infos(text)).toEqual(['info topic-policy Page']);
  });

  test('what a custom resource yields', () => {
    const Name = { Type: 'Custom::Name', Properties: {} };
    const named = { FunctionName: { 'Fn::GetAtt': ['Name', 'Value'] } };
    expect(troubles({ ...on('AWS/Lambda', 'Errors', 'Sum', 0, named), Name })).toEqual([]);
  });

  test('a topic in a template of which the region is not known', () => {
    const { Page, PagePolicy, Key, OnCall, ServerErrors, Api, Stage } = soundResources;
    const { region: _, ...notify } = templateOf({ Page, PagePolicy, Key, OnCall } as Resources, {
      file: 'notify.json',
    });
    const body = {
      ...notify.body,
      Outputs: { Topic: { Value: { Ref: 'Page' }, Export: { Name: 'page' } } },
    };
    const alarms = JSON.stringify({ ServerErrors, Api, Stage }).replaceAll(
      '{"Ref":"Page"}',
      '{"Fn::ImportValue":"page"}',
    );
    expect(
      lintTemplates(openTemplates([{ ...notify, body }, templateOf(JSON.parse(alarms))])),
    ).toEqual([]);
  });

  test('little of what happens seldom', () => {
    const seldom = { ComparisonOperator: 'LessThanThreshold' };
    expect(troubles(on('AWS/DynamoDB', 'ReadThrottleEvents', 'Sum', 5, tableName, seldom))).toEqual(
      [],
    );
  });

  test('a policy under a condition that is not known here', () => {
    const conditional = {
      ...cloudWatchMay('sns:Publish'),
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
    };
    expect(infos(changed('PagePolicy', { PolicyDocument: { Statement: [conditional] } }))).toEqual([
      'info topic-policy Page',
    ]);
  });

  test("an account that the template does not tell leaves a policy's account open", () => {
    const conditional = {
      ...cloudWatchMay('sns:Publish'),
      Condition: { StringEquals: { 'aws:SourceAccount': '999999999999' } },
    };
    const resources = changed('PagePolicy', { PolicyDocument: { Statement: [conditional] } });
    const { account: _, ...nowhere } = templateOf(resources);
    expect(lintTemplates(openTemplates([nowhere]))).toMatchObject([
      { level: 'info', rule: 'topic-policy' },
    ]);
  });

  test('a region that nobody tells', () => {
    const named = { DistributionId: 'E1', Region: 'Global' };
    const { region: _, ...nowhere } = templateOf(
      on('AWS/CloudFront', '5xxErrorRate', 'Average', 1, named),
    );
    expect(lintTemplates(openTemplates([nowhere]))).toMatchObject([
      { level: 'info', rule: 'wrong-region' },
    ]);
    const virginia = openTemplates([{ ...nowhere, region: 'us-east-1' }]);
    expect(lintTemplates(virginia).map(({ rule }) => rule)).not.toContain('wrong-region');
  });

  test('an alarm whose name a parameter tells', () => {
    const ofAlarm = {
      ...cloudWatchMay('sns:Publish'),
      Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:*:*:alarm:orders-*' } },
    };
    const resources = {
      ...changed('PagePolicy', { PolicyDocument: { Statement: [ofAlarm] } }),
      ServerErrors: alarm({
        ...soundResources['ServerErrors']?.Properties,
        AlarmName: { Ref: 'Name' },
      }),
    };
    const body = { ...templateOf(resources).body, Parameters: { Name: { Type: 'String' } } };
    const found = lintTemplates(openTemplates([templateOf({}, { body })]));
    expect(found).toMatchObject([{ level: 'info', rule: 'topic-policy' }]);
  });

  test('an API of which one stage is not known', () => {
    const Second = {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { RestApiId: { Ref: 'Api' }, StageName: { 'Fn::ImportValue': 'stage' } },
    };
    const resources = changed('ServerErrors', {
      Dimensions: dimensions({ ApiName: 'orders', Stage: 'prod' }),
    });
    expect(troubles({ ...resources, Second })).toEqual([]);
  });

  test('an API whose stage is made elsewhere', () => {
    const { Stage: _, ...resources } = changed('ServerErrors', {
      Dimensions: dimensions({ ApiName: 'orders', Stage: 'prod' }),
    });
    const text = JSON.stringify(resources).replaceAll('{"Ref":"Stage"}', '"prod"');
    expect(troubles(JSON.parse(text))).toEqual([]);
  });

  test('a disputed and an incomplete set', () => {
    expect(
      infos(on('AWS/ApiGateway', '5XXError', 'Average', 0.1, { ApiId: 'x', Stage: 'live' })),
    ).toContain('info not-judged Added');
    expect(
      infos(
        on('AWS/Lambda', 'AsyncEventAge', 'Maximum', 1000, {
          FunctionName: 'f',
          Resource: 'f',
          ExecutedVersion: '1',
        }),
      ),
    ).toContain('info not-judged Added');
  });

  test('an attribute of a nested stack as topic', () => {
    const Nested = { Type: 'AWS::CloudFormation::Stack', Properties: {} };
    const resources = {
      ...changed('ServerErrors', { AlarmActions: [{ 'Fn::GetAtt': ['Nested', 'Outputs.Topic'] }] }),
      Nested,
    };
    expect(troubles(resources)).toEqual([]);
  });

  test('an alarm of a kind that is not modelled', () => {
    const Lines = { Type: 'AWS::CloudWatch::LogAlarm', Properties: {} };
    expect(infos({ ...soundResources, Lines })).toEqual(['info not-evaluated Lines']);
    for (const source of ['SERVICE_QUOTA(m1)', 'SELECT MAX(Errors) FROM "AWS/Lambda"'])
      expect(infos(added(math(source)))).toEqual(['info not-evaluated Added']);
  });

  test('names that alarms of two accounts share', () => {
    const named = changed('ServerErrors', { AlarmName: 'errors' });
    const other = { file: 'other.json', account: '999999999999' };
    const both = (place: Partial<TemplateFile>) =>
      lintTemplates(openTemplates([templateOf(named), templateOf(named, place)]))
        .filter(({ rule }) => rule === 'duplicate-name')
        .map(({ template }) => template);
    expect(both(other)).toEqual([]);
    expect(both({ file: 'other.json' })).toContain('other.json');
  });

  test('what CloudWatch does by itself, in no account', () => {
    const AlarmActions = [{ Ref: 'Page' }, 'arn:aws:automate:eu-west-1:ec2:recover'];
    expect(infos(changed('ServerErrors', { AlarmActions }))).toEqual([]);
  });

  test('an anomaly band', () => {
    const band = {
      Period: undefined,
      ComparisonOperator: 'GreaterThanUpperThreshold',
      ThresholdMetricId: 'band',
      Metrics: [
        { Id: 'band', Expression: 'ANOMALY_DETECTION_BAND(m1, 2)' },
        { Id: 'm1', MetricStat: metric('AWS/ApiGateway', 'Count', 'SampleCount', api) },
      ],
    };
    expect(troubles(added(band))).toEqual([]);
  });
});

describe('styles', () => {
  test.each([
    [changed('ServerErrors', { AlarmDescription: undefined }), 'no-description'],
    [changed('ServerErrors', { AlarmDescription: 'many errors' }), 'no-link'],
    [changed('ServerErrors', { TreatMissingData: undefined }), 'missing-data-unset'],
    [changed('NearTimeout', { Unit: 'Milliseconds' }), 'unit'],
    [
      on('AWS/ApiGateway', 'Latency', 'p99', 500, api, {
        Statistic: undefined,
        ExtendedStatistic: 'p99',
        EvaluateLowSampleCountPercentile: 'ignore',
      }),
      'low-samples',
    ],
    [
      on('AWS/ApiGateway', '5XXError', 'Average', 0.1, { ...api, Resource: '/', Method: 'GET' }),
      'opt-in',
    ],
    [
      changed('ServerErrors', { AlarmActions: ['arn:aws:sns:eu-west-1:999999999999:page'] }),
      'action-account',
    ],
  ])('are infos: %#', (resources, rule) => {
    expect(lint(resources)).toMatchObject([{ level: 'info', rule }]);
  });
});

describe('a threshold that no value crosses', () => {
  const loadBalancer = { LoadBalancer: 'app/a/1' };
  const percentile = { ExtendedStatistic: 'p99', Statistic: undefined };
  test.each([
    [
      'a percentile of zeros and ones is no share',
      on('AWS/Lambda', 'Errors', '', 5, functionName, percentile),
      'use Sum, which',
    ],
    [
      'their maximum is none, either',
      on('AWS/Lambda', 'Errors', 'Maximum', 5, functionName),
      'use Sum, which',
    ],
    [
      'their average is one',
      on('AWS/Lambda', 'Errors', 'Average', 5, functionName),
      'choose a threshold below 1: the value is a share',
    ],
    [
      'an average where only the sum is of use',
      on('AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count', 'Average', 10, loadBalancer),
      'use Sum, which',
    ],
    [
      'the state of a check',
      on('AWS/EC2', 'StatusCheckFailed', 'Maximum', 1, { InstanceId: 'i' }, { Period: 300 }),
      /^choose a threshold below 1$/,
    ],
  ])('%s', (_, resources, fix) => {
    const found = lint(resources).find(({ rule }) => rule === 'unreachable-threshold');
    expect(found?.fix).toMatch(fix);
  });
});

describe('the linter', () => {
  test('says what is wrong and what to do', () => {
    expect(lint(changed('ServerErrors', { Threshold: 1 }))).toEqual([
      {
        rule: 'unreachable-threshold',
        level: 'error',
        template: 'orders.template.json',
        resource: 'ServerErrors',
        message: 'Average of AWS/ApiGateway 5XXError is 0 to 1, and never > 1',
        fix: 'choose a threshold below 1: the value is a share, 5 % is 0.05',
      },
    ]);
  });

  test('leaves out disabled rules', () => {
    expect(
      lint(changed('ServerErrors', { Threshold: 1 }), {}, { disable: ['unreachable-threshold'] }),
    ).toEqual([]);
  });

  test('takes no dashboard for a listener', () => {
    const Board = {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: { DashboardBody: { 'Fn::GetAtt': ['ServerErrors', 'Arn'] } },
    };
    const silent = changed('ServerErrors', { AlarmActions: undefined, OKActions: undefined });
    expect(troubles({ ...silent, Board })).toEqual(['warning no-actions ServerErrors']);
    const Canary = {
      Type: 'AWS::CodeDeploy::DeploymentGroup',
      Properties: { Alarms: [{ Ref: 'ServerErrors' }] },
    };
    expect(troubles({ ...silent, Canary })).toEqual([]);
  });

  test('sees several templates as one system', () => {
    const { Page, PagePolicy, Key, OnCall, ...alarms } = soundResources;
    const files = [
      templateOf({ Page, PagePolicy, Key, OnCall } as Resources, { file: 'notify.json' }),
      templateOf(alarms),
    ];
    const exported = {
      ...(files[0] as TemplateFile).body,
      Outputs: { Topic: { Value: { Ref: 'Page' }, Export: { Name: 'page' } } },
    };
    const importing = JSON.parse(
      JSON.stringify((files[1] as TemplateFile).body).replaceAll(
        '{"Ref":"Page"}',
        '{"Fn::ImportValue":"page"}',
      ),
    );
    const both = openTemplates([
      { ...(files[0] as TemplateFile), body: exported },
      { ...(files[1] as TemplateFile), body: importing },
    ]);
    expect(lintTemplates(both)).toEqual([]);
  });

  test('refuses templates without an alarm', () => {
    const refusal = () => lint({ Page: { Type: 'AWS::SNS::Topic' } });
    expect(refusal).toThrow(InputError);
    expect(refusal).toThrow('orders.template.json: no template given here has an alarm');
  });

  test('explains every rule, and none that does not exist', () => {
    const explained = JSON.parse(
      readFileSync(join(import.meta.dirname, 'rules.data.json'), 'utf8'),
    );
    expect(Object.keys(explained)).toEqual(allRules.map(({ id }) => id));
    for (const { what, why, source } of allRules)
      expect([what, why, source].every((text) => text.length > 8)).toBe(true);
  });
});
