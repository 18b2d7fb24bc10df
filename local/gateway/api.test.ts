import { describe, expect, test } from '@jest/globals';
import type { Resource, Stage } from '../template/resource.ts';
import { apisFromStage } from './api.ts';
import { settingsOf } from './method-settings.ts';
import { type ApiSetup, apiId, functionArn, stageOf } from './testing/stage.ts';

const setup: ApiSetup = { routes: [{ route: 'GET /a/{id}' }, { route: 'GET /', auth: 'COGNITO' }] };

/** The stage with some properties of some resources changed. */
const changed = (type: string, properties: object, base = setup): Stage => {
  const stage = stageOf(base);
  const resources = stage.resources.map(
    (r): Resource =>
      r.type === type ? { ...r, properties: { ...r.properties, ...properties } } : r,
  );
  return {
    ...stage,
    resources,
    ofType: (wanted) => resources.filter((r) => r.type === wanted),
    find: (ref) => resources.find((r) => r.ref === ref),
  };
};

const lambdaUri = 'arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/x/invocations';

describe('what is not emulated', () => {
  test.each([
    ['RestApi', { Body: {} }, 'an OpenAPI document'],
    ['RestApi', { Policy: {} }, 'a resource policy'],
    ['RestApi', { MinimumCompressionSize: 0 }, 'compression'],
    ['RestApi', { EndpointConfiguration: undefined }, 'an endpoint not REGIONAL'],
    ['RestApi', { EndpointConfiguration: { Types: ['EDGE'] } }, 'an endpoint not REGIONAL'],
    ['Deployment', { StageName: 'x' }, 'a stage inside a deployment'],
    ['Stage', { CacheClusterEnabled: true }, 'a response cache'],
    ['Stage', { CanarySetting: {} }, 'a canary of the stage'],
    [
      'Stage',
      { AccessLogSetting: { DestinationArn: 'arn:aws:firehose:::x' } },
      'a log in Firehose',
    ],
    ['Method', { ApiKeyRequired: true }, 'an API key'],
    ['Method', { AuthorizationType: 'CUSTOM' }, 'authorization CUSTOM'],
    ['Method', { Integration: undefined }, 'an integration other than'],
    [
      'Method',
      { Integration: { Type: 'HTTP_PROXY', Uri: 'https://x' } },
      'an integration other than',
    ],
    [
      'Method',
      { Integration: { Type: 'AWS_PROXY', Uri: 'arn:aws:apigateway:x:sqs:path/q' } },
      'an integration other than',
    ],
    [
      'Method',
      { Integration: { Type: 'AWS_PROXY', Uri: lambdaUri, Credentials: 'r' } },
      'an integration role',
    ],
    [
      'Method',
      { Integration: { Type: 'AWS_PROXY', Uri: lambdaUri, ResponseTransferMode: 'STREAM' } },
      'response streaming',
    ],
    [
      'Method',
      { Integration: { Type: 'AWS_PROXY', Uri: `${lambdaUri}\${stageVariables.x}` } },
      'a stage variable',
    ],
    ['Authorizer', { Type: 'TOKEN' }, 'a Lambda authorizer'],
  ])('of %s: %j is refused by name', (type, properties, what) => {
    const read = () => apisFromStage(changed(`AWS::ApiGateway::${type}`, properties));
    expect(read).toThrow(new RegExp(`^AWS::ApiGateway::${type} \\w+: ${what}.* is not emulated`));
  });
});

test.each(['/ping', '/sping'])('the root path %s, taken by custom domains, is refused', (path) => {
  expect(() => apisFromStage(stageOf({ routes: [{ route: `GET ${path}` }] }))).toThrow(
    /^AWS::ApiGateway::Method GETs?ping: a resource at \/s?ping, .* is not emulated/,
  );
  const inside = stageOf({ routes: [{ route: `GET /a${path}` }] });
  expect(apisFromStage(inside)[0]!.methods).toHaveLength(1);
});

describe('what AWS would not deploy', () => {
  test('a header that is mapped and not declared', () => {
    const integrationResponses = [
      { statusCode: '200', ResponseParameters: { 'method.response.header.X': "'1'" } },
    ];
    const base = { routes: [{ route: 'GET /', mock: true }], integrationResponses };
    expect(() =>
      apisFromStage(changed('AWS::ApiGateway::Method', { MethodResponses: [] }, base)),
    ).toThrow(
      'AWS::ApiGateway::Method GET: method.response.header.X is mapped but not declared in the method response 200',
    );
  });

  test.each([
    ['RestApiId', 'AWS::ApiGateway::Stage', { RestApiId: 'gone' }],
    [
      'AuthorizerId',
      'AWS::ApiGateway::Method',
      { AuthorizationType: 'COGNITO_USER_POOLS', AuthorizerId: 'gone' },
    ],
  ])('an %s that names nothing', (property, type, properties) => {
    expect(() => apisFromStage(changed(type, properties))).toThrow(
      `${property} names nothing (gone)`,
    );
  });

  test.each(['$context.status', `$context.requestId ${'x'.repeat(3072)}`])(
    'an access-log format without a request id, or above 3 KB: %.20s',
    (Format) => {
      const AccessLogSetting = { DestinationArn: 'arn:aws:logs:::log-group:x', Format };
      expect(() => apisFromStage(changed('AWS::ApiGateway::Stage', { AccessLogSetting }))).toThrow(
        /^AWS::ApiGateway::Stage dev: the access-log format /,
      );
    },
  );

  test('a model that is not JSON', () => {
    const base = { ...setup, models: { M: {} } };
    expect(() => apisFromStage(changed('AWS::ApiGateway::Model', { Schema: '{' }, base))).toThrow(
      'AWS::ApiGateway::Model modelM: Schema is not JSON',
    );
  });
});

describe('permission to invoke', () => {
  const flaw = (properties: object) => {
    const [api] = apisFromStage(changed('AWS::Lambda::Permission', properties));
    const { integration } = api!.methods[0]!;
    return integration.type === 'AWS_PROXY' && integration.flaw;
  };
  const arn = `arn:aws:execute-api:eu-central-1:123456789012:${apiId}`;
  test.each([
    [{ SourceArn: `${arn}/dev/GET/a/*` }, undefined],
    [{ SourceArn: `${arn}/*/*/a/{id}` }, undefined],
    [{ SourceArn: `${arn}/dev/POST/a/*` }, 'no-permission'],
    [{ SourceArn: `${arn}/prod/GET/a/*` }, 'no-permission'],
    [{ SourceArn: undefined }, undefined],
    [{ SourceAccount: '999999999999' }, 'no-permission'],
    [{ Principal: 'events.amazonaws.com' }, 'no-permission'],
    [{ Action: 'lambda:GetFunction' }, 'no-permission'],
    [{ FunctionName: 'GET-a-id-' }, undefined],
    [{ FunctionName: `${functionArn('GET /a/{id}')}:live` }, 'no-permission'],
  ])('with %j', (properties, expected) => {
    expect(flaw(properties)).toBe(expected);
  });
});

describe('method settings', () => {
  const entries = [
    { ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: 1, LoggingLevel: 'ERROR' },
    { ResourcePath: '/~1items~1{id}', HttpMethod: 'GET', ThrottlingRateLimit: 2 },
    { ResourcePath: '/', HttpMethod: 'GET', ThrottlingRateLimit: 3 },
    { ResourcePath: '/items', HttpMethod: '*', ThrottlingRateLimit: 4 },
  ];
  test.each([
    ['/items/{id}', 'GET', 2],
    ['/items/{id}', 'PUT', 1],
    ['/', 'GET', 3],
    ['/items', 'POST', 4],
    ['/other', 'GET', 1],
  ])('of %s %s', (path, method, rate) => {
    expect(settingsOf(entries, path, method).rate).toBe(rate);
  });

  test('are the account’s limits and no logs where there is no entry', () => {
    expect(settingsOf(undefined, '/', 'GET')).toEqual({
      rate: 10_000,
      burst: 5_000,
      loggingLevel: 'OFF',
      dataTrace: false,
      detailedMetrics: false,
    });
  });
});

test('one model is read for each deployed stage, with paths and variables', () => {
  const [api, ...others] = apisFromStage(stageOf({ ...setup, stageVariables: { a: 'b' } }));
  expect(others).toEqual([]);
  expect(api).toMatchObject({
    id: apiId,
    name: 'test-api',
    stageName: 'dev',
    variables: { a: 'b' },
  });
  expect(api!.methods.map((m) => [m.httpMethod, m.resourcePath, m.resourceId])).toEqual([
    ['GET', '/a/{id}', '/a/{id}'],
    ['GET', '/', 'root-id'],
  ]);
});
