/** Builds the deployed stage of a small API from a table of routes, in the CloudFormation that CDK would write. */
import type { Properties, Resource, Stage } from '../../template/resource.ts';

export interface RouteSetup {
  /** `GET /items/{id}` */
  readonly route: string;
  readonly auth?: 'COGNITO' | 'AWS_IAM';
  readonly scopes?: readonly string[];
  readonly validator?: 'params' | 'body' | 'both';
  /** `querystring.limit` */
  readonly required?: readonly string[];
  readonly mock?: boolean;
  readonly fn?: unknown;
  readonly integrationHttpMethod?: string;
  readonly requestParameters?: Properties;
  readonly timeoutMs?: number;
  /** False: nobody allowed API Gateway to invoke the function. */
  readonly permission?: boolean;
}

export interface ApiSetup {
  readonly routes: readonly RouteSetup[];
  readonly stage?: string;
  readonly stageVariables?: Readonly<Record<string, string>>;
  readonly binaryMediaTypes?: readonly string[];
  readonly requestModels?: Readonly<Record<string, object>>;
  readonly models?: Readonly<Record<string, object>>;
  readonly gatewayResponses?: Readonly<
    Record<string, { statusCode?: number; headers?: Properties; template?: unknown }>
  >;
  readonly requestTemplates?: Readonly<Record<string, string>>;
  readonly integrationResponses?: readonly Properties[];
  readonly passthrough?: string;
  readonly contentHandling?: string;
  // By `*/*` or `/path/METHOD`: limits, and what else a method setting holds.
  readonly methodSettings?: Readonly<
    Record<string, { rate?: number; burst?: number } & Properties>
  >;
  readonly accessLogFormat?: string;
  readonly tracing?: boolean;
  readonly disableExecuteApi?: boolean;
  readonly samplingRule?: Properties;
}

export const apiId = 'a1b2c3d4e5';
export const userPoolArn = 'arn:aws:cognito-idp:eu-central-1:123456789012:userpool/P1';
const account = '123456789012';
const region = 'eu-central-1';

export const functionArn = (route: string): string =>
  `arn:aws:lambda:${region}:${account}:function:${route.replace(/\W+/g, '-')}`;

export function stageOf(setup: ApiSetup): Stage {
  const { stage: name = 'dev', routes, samplingRule } = setup;
  const listed = [
    gateway('RestApi', apiId, {
      Name: 'test-api',
      EndpointConfiguration: { Types: ['REGIONAL'] },
      BinaryMediaTypes: setup.binaryMediaTypes,
      DisableExecuteApiEndpoint: setup.disableExecuteApi,
    }),
    gateway('Deployment', 'deployment', {}),
    deployedStage(name, setup),
    ...['params', 'body', 'both'].map((validator) =>
      gateway('RequestValidator', validator, {
        ValidateRequestParameters: validator !== 'body',
        ValidateRequestBody: validator !== 'params',
      }),
    ),
    gateway('Authorizer', 'authorizer', {
      Type: 'COGNITO_USER_POOLS',
      ProviderARNs: [userPoolArn],
      IdentitySource: 'method.request.header.Authorization',
    }),
    ...models(setup),
    ...gatewayResponses(setup),
    ...routes.flatMap((route) => routeResources(route, setup)),
    ...(samplingRule
      ? [resource('AWS::XRay::SamplingRule', 'rule', { SamplingRule: samplingRule })]
      : []),
  ];
  const resources = [...new Map(listed.map((r) => [`${r.type} ${r.ref}`, r])).values()];
  return {
    name,
    region,
    account,
    directory: '/nowhere',
    resources,
    ofType: (type) => resources.filter((r) => r.type === type),
    find: (ref) => resources.find((r) => r.ref === ref || r.arn === ref),
    assetPath: () => '/nowhere',
  };
}

const resource = (type: string, ref: string, properties: Properties): Resource => ({
  stack: 'Api',
  logicalId: ref.replace(/\W/g, ''),
  type,
  ref,
  properties,
});

const gateway = (type: string, ref: string, properties: Properties): Resource =>
  resource(`AWS::ApiGateway::${type}`, ref, { RestApiId: apiId, ...properties });

const deployedStage = (name: string, setup: ApiSetup) =>
  gateway('Stage', name, {
    StageName: name,
    DeploymentId: 'deployment',
    Variables: setup.stageVariables,
    TracingEnabled: setup.tracing,
    AccessLogSetting: setup.accessLogFormat && {
      DestinationArn: `arn:aws:logs:${region}:${account}:log-group:access`,
      Format: setup.accessLogFormat,
    },
    MethodSettings: Object.entries(setup.methodSettings ?? {}).map(
      ([key, { rate, burst, ...rest }]) => {
        const [, path = '', HttpMethod] = /^(.*)\/(.+)$/.exec(key) ?? [];
        return {
          ResourcePath: `/${path.replaceAll('/', '~1')}`,
          HttpMethod,
          ThrottlingRateLimit: rate,
          ThrottlingBurstLimit: burst,
          ...rest,
        };
      },
    ),
  });

/** Request models get names of their own: `Model0` … */
const models = ({ models = {}, requestModels = {} }: ApiSetup) =>
  [
    ...Object.entries(models),
    ...Object.values(requestModels).map((schema, i) => [`Model${i}`, schema] as const),
  ].map(([Name, schema]) =>
    gateway('Model', `model-${Name}`, {
      Name,
      Schema: JSON.parse(JSON.stringify(schema).replaceAll('$apiId', apiId)),
    }),
  );

const prefixed = (prefix: string, properties: Properties = {}) =>
  Object.fromEntries(Object.entries(properties).map(([name, value]) => [prefix + name, value]));

const gatewayResponses = ({ gatewayResponses = {} }: ApiSetup) =>
  Object.entries(gatewayResponses).map(([ResponseType, { statusCode, headers, template }]) =>
    gateway('GatewayResponse', ResponseType, {
      ResponseType,
      StatusCode: statusCode?.toString(),
      ResponseParameters: prefixed('gatewayresponse.header.', headers),
      ResponseTemplates: template && {
        'application/json': typeof template === 'string' ? template : JSON.stringify(template),
      },
    }),
  );

function routeResources(route: RouteSetup, setup: ApiSetup): Resource[] {
  const [HttpMethod, path] = route.route.split(' ') as [string, string];
  const parts = path.split('/').filter(Boolean);
  const idOf = (depth: number) => (depth === 0 ? 'root-id' : `/${parts.slice(0, depth).join('/')}`);
  return [
    ...parts.map((PathPart, i) =>
      gateway('Resource', idOf(i + 1), { ParentId: idOf(i), PathPart }),
    ),
    gateway('Method', route.route, {
      HttpMethod,
      ResourceId: idOf(parts.length),
      AuthorizationType: route.auth === 'COGNITO' ? 'COGNITO_USER_POOLS' : (route.auth ?? 'NONE'),
      AuthorizerId: route.auth === 'COGNITO' ? 'authorizer' : undefined,
      AuthorizationScopes: route.scopes,
      RequestValidatorId: route.validator,
      RequestParameters: Object.fromEntries(
        (route.required ?? []).map((name) => [`method.request.${name}`, true]),
      ),
      RequestModels: Object.fromEntries(
        Object.keys(setup.requestModels ?? {}).map((type, i) => [type, `model-Model${i}`]),
      ),
      MethodResponses: setup.integrationResponses?.map(({ statusCode, ResponseParameters }) => ({
        StatusCode: statusCode,
        ResponseParameters,
      })),
      Integration: route.mock ? mock(setup) : proxy(route),
    }),
    ...(route.mock || route.permission === false ? [] : [permission(functionArn(route.route))]),
  ];
}

const mock = (setup: ApiSetup) => ({
  Type: 'MOCK',
  RequestTemplates: setup.requestTemplates,
  PassthroughBehavior: setup.passthrough,
  ContentHandling: setup.contentHandling,
  IntegrationResponses: setup.integrationResponses?.map(
    ({ statusCode: StatusCode, selectionPattern: SelectionPattern, ...rest }) => ({
      StatusCode,
      SelectionPattern,
      ...rest,
    }),
  ),
});

const proxy = (route: RouteSetup) => ({
  Type: 'AWS_PROXY',
  IntegrationHttpMethod: route.integrationHttpMethod ?? 'POST',
  Uri: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn(route.route)}/invocations`,
  RequestParameters: route.requestParameters,
  TimeoutInMillis: route.timeoutMs,
});

const permission = (FunctionName: string) =>
  resource('AWS::Lambda::Permission', `permission-${FunctionName}`, {
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    FunctionName,
    SourceArn: `arn:aws:execute-api:${region}:${account}:${apiId}/*`,
  });
