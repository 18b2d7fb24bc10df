import { describe, expect, test } from '@jest/globals';
import type { Properties } from '../template/resource.ts';
import { stageOf } from '../template/stage-of.ts';
import { functionsFromStage } from './functions-from-stage.ts';

const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:get-item';

const stageWith = (properties: Properties, others: Parameters<typeof stageOf>[0] = []) => ({
  ...stageOf([
    {
      type: 'AWS::Lambda::Function',
      logicalId: 'GetItem',
      ref: 'get-item',
      arn,
      properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::123456789012:role/get-item',
        Code: { S3Bucket: 'assets', S3Key: 'x.zip' },
        ...properties,
      },
    },
    ...others,
  ]),
  assetPath: () => '/code',
});

const version = (properties: Properties = {}) => ({
  type: 'AWS::Lambda::Version',
  logicalId: 'GetItemVersion',
  ref: `${arn}:1`,
  properties: { FunctionName: 'get-item', ...properties },
});

const alias = (properties: Properties = {}) => ({
  type: 'AWS::Lambda::Alias',
  logicalId: 'GetItemLive',
  ref: `${arn}:live`,
  properties: { FunctionName: arn, FunctionVersion: '1', ...properties },
});

test('a function that says little gets the defaults of AWS', () => {
  expect(functionsFromStage(stageWith({}))).toEqual([
    {
      name: 'get-item',
      arn,
      roleArn: 'arn:aws:iam::123456789012:role/get-item',
      codeDirectory: '/code',
      handler: 'index.handler',
      memoryMb: 128,
      timeoutSeconds: 3,
      environment: {},
      tracing: 'PassThrough',
      logGroup: '/aws/lambda/get-item',
      logFormat: 'Text',
      applicationLogLevel: 'INFO',
      systemLogLevel: 'INFO',
      versions: [],
      aliases: [],
      ignored: [],
    },
  ]);
});

test('a function that says all is read in full, with its version and alias', () => {
  const stage = stageWith(
    {
      MemorySize: '256',
      Timeout: 9,
      ReservedConcurrentExecutions: 0,
      Environment: { Variables: { TABLE_NAME: 't', N: 1 } },
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: {
        LogGroup: '/manara/get-item',
        LogFormat: 'JSON',
        ApplicationLogLevel: 'DEBUG',
        SystemLogLevel: 'WARN',
      },
      Layers: [],
    },
    [version(), alias(), { ...alias({ FunctionName: 'other' }), logicalId: 'Foreign' }],
  );
  expect(functionsFromStage(stage)).toMatchObject([
    {
      memoryMb: 256,
      timeoutSeconds: 9,
      reservedConcurrency: 0,
      environment: { TABLE_NAME: 't', N: '1' },
      tracing: 'Active',
      logGroup: '/manara/get-item',
      logFormat: 'JSON',
      applicationLogLevel: 'DEBUG',
      systemLogLevel: 'WARN',
      versions: ['1'],
      aliases: [{ name: 'live', version: '1' }],
    },
  ]);
});

test('what a request does not notice is left out and named', () => {
  const weights = { AdditionalVersionWeights: [{ FunctionVersion: '2', FunctionWeight: 0.1 }] };
  const stage = stageWith({ VpcConfig: { SubnetIds: ['s'] } }, [
    version(),
    alias({ RoutingConfig: weights }),
  ]);
  expect(functionsFromStage(stage)[0]?.ignored).toEqual([
    'VPC',
    'weights of the alias live (all calls run its version)',
  ]);
});

describe('what would run differently on AWS is refused by name', () => {
  test.each<[Properties, string]>([
    [{ Layers: ['arn:layer'] }, 'a layer'],
    [{ PackageType: 'Image', Runtime: undefined }, 'a container image'],
    [{ Code: { ImageUri: 'i' } }, 'a container image'],
    [{ Code: { ZipFile: 'exports.handler' } }, 'inline code'],
    [{ Runtime: 'python3.13' }, 'the runtime python3.13 (only nodejs24.x)'],
    [{ SnapStart: { ApplyOn: 'PublishedVersions' } }, 'SnapStart'],
    [{ FileSystemConfigs: [{ Arn: 'a' }] }, 'a file system mount'],
    [
      { Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/w' } } },
      'a wrapper script (AWS_LAMBDA_EXEC_WRAPPER)',
    ],
  ])('%j', (properties, what) => {
    expect(() => functionsFromStage(stageWith(properties))).toThrow(
      `AWS::Lambda::Function GetItem: ${what} is not emulated`,
    );
  });

  test.each([
    ['version', version, 'AWS::Lambda::Version GetItemVersion'],
    ['alias', alias, 'AWS::Lambda::Alias GetItemLive'],
  ])('provisioned concurrency of a %s', (_what, resource, name) => {
    const provisioned = { ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 } };
    expect(() => functionsFromStage(stageWith({}, [resource(provisioned)]))).toThrow(
      `${name}: provisioned concurrency is not emulated`,
    );
  });
});
