import { describe, expect, test } from '@jest/globals';
import { cors } from '../../services/contract/cors.ts';
import { problems } from '../../services/contract/problems.ts';
import { type FunctionName, type Route, routes } from '../../services/contract/routes.ts';
import { scopes } from '../../services/contract/scopes.ts';
import type { DomainSettings } from '../stage-settings.ts';
import { stageNamed } from '../stages.ts';
import { type Json, ofType, propertiesOf, templatesOf } from '../templates.ts';

const settings = stageNamed('dev');
const prod = stageNamed('prod');
const { Api: api } = templatesOf(settings);
const names = Object.keys(routes) as FunctionName[];
const only = (type: string) => {
  const found = propertiesOf(api, type);
  expect(found).toHaveLength(1);
  return found[0];
};
const physicalName = (name: string) => `manara-dev-${name}`;

/** `GET /items/{id}` → properties of the method. */
const methods: Record<string, Json> = {};
const paths = new Map<string, string>();
for (const [id, { Properties: p }] of ofType(api, 'AWS::ApiGateway::Resource')) {
  paths.set(id, `${paths.get(p.ParentId.Ref) ?? ''}/${p.PathPart}`);
}
for (const method of propertiesOf(api, 'AWS::ApiGateway::Method')) {
  methods[`${method.HttpMethod} ${paths.get(method.ResourceId.Ref)}`] = method;
}

describe('the table', () => {
  test('keeps a point-in-time backup and expires items by expiresAt', () => {
    expect(only('AWS::DynamoDB::Table')).toMatchObject({
      TableName: 'manara-dev-items',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      KeySchema: [
        { AttributeName: 'owner', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    });
  });

  test('outlives its stack in prod', () => {
    const [[, table]] = ofType(templatesOf(prod).Api, 'AWS::DynamoDB::Table') as Json;
    expect(table.Properties.DeletionProtectionEnabled).toBe(true);
    expect(table.DeletionPolicy).toBe('Retain');
    expect(table.UpdateReplacePolicy).toBe('Retain');
  });
});

describe('sign-in', () => {
  const clients = propertiesOf(api, 'AWS::Cognito::UserPoolClient');

  test('gives the browser a code flow without a secret and without the load scope', () => {
    const [browser] = clients.filter((client) => client.ClientName === 'site');
    expect(browser).toMatchObject({ AllowedOAuthFlows: ['code'], GenerateSecret: false });
    expect(browser.AllowedOAuthScopes).toEqual(['openid', scopes.read, scopes.write]);
  });

  test('gives each load machine client credentials and every scope', () => {
    const machines = clients.filter((client) => client.ClientName !== 'site');
    expect(machines).toHaveLength(settings.loadClients);
    for (const machine of machines) {
      expect(machine).toMatchObject({
        AllowedOAuthFlows: ['client_credentials'],
        GenerateSecret: true,
        ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
        AllowedOAuthScopes: Object.values(scopes),
      });
    }
  });

  test('shows no secret in a template', () => {
    expect(JSON.stringify(api)).not.toMatch(/ClientSecret/);
  });
});

describe('functions', () => {
  test.each(names)('%s runs on Node 24, arm64, traced, logging JSON to its own group', (name) => {
    const [fn] = propertiesOf(api, 'AWS::Lambda::Function').filter(
      (properties) => properties.FunctionName === physicalName(name),
    );
    expect(fn).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 10,
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'DEBUG', SystemLogLevel: 'WARN' },
    });
    expect(api?.Resources[fn.LoggingConfig.LogGroup.Ref]?.Properties).toMatchObject({
      LogGroupName: `/aws/lambda/${physicalName(name)}`,
      RetentionInDays: settings.logRetentionDays,
    });
  });

  test('are called through the alias live only, each by its own method', () => {
    const permissions = propertiesOf(api, 'AWS::Lambda::Permission');
    const allowed = permissions.map(({ FunctionName, Principal, SourceArn }) => {
      const alias = api?.Resources[FunctionName.Ref];
      expect([alias?.Type, alias?.Properties.Name]).toEqual(['AWS::Lambda::Alias', 'live']);
      expect(Principal).toBe('apigateway.amazonaws.com');
      const target = api?.Resources[alias?.Properties.FunctionName.Ref]?.Properties.FunctionName;
      return `${target} ${SourceArn['Fn::Join'][1].at(-1)}`;
    });
    expect(allowed.sort()).toEqual(
      Object.entries(routes)
        .map(
          ([name, { method, path }]) =>
            `${physicalName(name)} /${method}${path.replace('{id}', '*')}`,
        )
        .sort(),
    );
  });
});

describe('the gateway', () => {
  test('serves the routes of the contract, their preflights, health, and nothing else', () => {
    const served = Object.values(routes).map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(methods).sort()).toEqual(
      [...served, 'GET /health', 'OPTIONS /items', 'OPTIONS /items/{id}'].sort(),
    );
  });

  test.each(Object.values<Route>(routes))('asks $method $path for $scope', (route) => {
    const method = methods[`${route.method} ${route.path}`];
    expect(method).toMatchObject({
      AuthorizationType: 'COGNITO_USER_POOLS',
      AuthorizationScopes: [route.scope],
      Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', TimeoutInMillis: 29000 },
    });
    expect(method.RequestParameters['method.request.path.id'] ?? false).toBe(
      /\{id\}/.test(route.path),
    );
    const validator = api?.Resources[method.RequestValidatorId.Ref]?.Properties;
    expect(validator.ValidateRequestParameters).toBe(true);
    expect(validator.ValidateRequestBody ?? false).toBe(route.hasBody);
    expect(method.RequestModels !== undefined).toBe(route.hasBody);
  });

  test('asks of a body only that it is a JSON object', () => {
    expect(only('AWS::ApiGateway::Model').Schema).toMatchObject({ type: 'object' });
  });

  test('answers health and preflights by itself, with a request id', () => {
    for (const key of ['GET /health', 'OPTIONS /items', 'OPTIONS /items/{id}']) {
      const { AuthorizationType, Integration } = methods[key];
      expect([key, AuthorizationType, Integration.Type]).toEqual([key, 'NONE', 'MOCK']);
      expect(Integration.IntegrationResponses[0].ResponseParameters).toMatchObject({
        'method.response.header.x-request-id': 'context.extendedRequestId',
      });
    }
  });

  test('lets browsers keep a preflight for two hours', () => {
    const [response] = methods['OPTIONS /items/{id}'].Integration.IntegrationResponses;
    expect(response.ResponseParameters).toMatchObject({
      'method.response.header.Access-Control-Max-Age': "'7200'",
      'method.response.header.Access-Control-Allow-Methods': "'GET,PUT,DELETE'",
      'method.response.header.Access-Control-Allow-Origin': "'*'",
    });
  });

  test('is throttled, traced and logged, without data trace or detailed metrics', () => {
    expect(only('AWS::ApiGateway::Stage')).toMatchObject({
      StageName: 'dev',
      TracingEnabled: true,
      MethodSettings: [
        {
          HttpMethod: '*',
          ResourcePath: '/*',
          LoggingLevel: 'ERROR',
          DataTraceEnabled: false,
          MetricsEnabled: false,
          ThrottlingRateLimit: settings.throttle.rate,
          ThrottlingBurstLimit: settings.throttle.burst,
        },
      ],
    });
  });

  test('finds its execution-log group there, with a retention, before the stage', () => {
    const [[id, group]] = ofType(api, 'AWS::Logs::LogGroup').filter(([, { Properties }]) =>
      JSON.stringify(Properties.LogGroupName).includes('API-Gateway-Execution-Logs_'),
    ) as Json;
    expect(group.Properties.RetentionInDays).toBe(settings.logRetentionDays);
    const [[, stage]] = ofType(api, 'AWS::ApiGateway::Stage') as Json;
    expect(stage.DependsOn).toContain(id);
  });

  test('logs addresses only where the stage says so', () => {
    const format = (logSourceIps: boolean) =>
      JSON.parse(
        propertiesOf(templatesOf({ ...settings, logSourceIps }).Api, 'AWS::ApiGateway::Stage')[0]
          .AccessLogSetting.Format,
      );
    expect(format(true).sourceIp).toBe('$context.identity.sourceIp');
    expect(format(false)).not.toHaveProperty('sourceIp');
    expect(format(false)).toMatchObject({
      requestId: '$context.extendedRequestId',
      apiRequestId: '$context.requestId',
    });
  });
});

describe('gateway responses', () => {
  const responses = propertiesOf(api, 'AWS::ApiGateway::GatewayResponse');

  test.each(responses.map((response) => [response.ResponseType, response]))(
    '%s is a problem of the contract that a page on another origin can read',
    (_, { StatusCode, ResponseParameters, ResponseTemplates }) => {
      const body = JSON.parse(ResponseTemplates['application/json']);
      const problem = problems[body.type.split(':').at(-1) as keyof typeof problems];
      expect(body).toMatchObject({ title: problem.title, status: Number(StatusCode) });
      expect(Object.keys(body)).toEqual([
        'type',
        'title',
        'status',
        'detail',
        'instance',
        'requestId',
        'traceId',
      ]);
      expect(JSON.stringify(body)).not.toMatch(/validationErrorString|error\.message/);
      expect(ResponseParameters).toMatchObject({
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
        'gatewayresponse.header.x-request-id': 'context.extendedRequestId',
        'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
        'gatewayresponse.header.Access-Control-Expose-Headers': `'${cors.exposedHeaders.join(',')}'`,
      });
      expect('gatewayresponse.header.Retry-After' in ResponseParameters).toBe(StatusCode === '429');
    },
  );

  test('cover unknown routes with and without a token, and crashes', () => {
    const status = Object.fromEntries(responses.map((r) => [r.ResponseType, r.StatusCode]));
    expect(status).toMatchObject({
      MISSING_AUTHENTICATION_TOKEN: '403',
      DEFAULT_4XX: '403',
      DEFAULT_5XX: '502',
      INTEGRATION_TIMEOUT: '504',
      UNAUTHORIZED: '401',
    });
    expect(status).not.toHaveProperty('INTEGRATION_FAILURE');
  });

  test('are deployed anew when what they say changes', () => {
    const deploymentOf = (siteName: string) => {
      const domain = { ...prod.domain, siteName } as DomainSettings;
      return ofType(templatesOf({ ...prod, domain }).Api, 'AWS::ApiGateway::Deployment')[0]?.[0];
    };
    expect(deploymentOf('www.example.com')).toBe(deploymentOf('www.example.com'));
    expect(deploymentOf('new.example.com')).not.toBe(deploymentOf('www.example.com'));
  });

  test('reach the deployment that is served', () => {
    const [[, deployment]] = ofType(api, 'AWS::ApiGateway::Deployment') as Json;
    for (const [id] of ofType(api, 'AWS::ApiGateway::GatewayResponse')) {
      expect(deployment.DependsOn).toContain(id);
    }
  });
});
