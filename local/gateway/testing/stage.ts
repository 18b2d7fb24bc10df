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
  const name = setup.stage ?? 'dev';
  return stageWith(name, [
    resource('RestApi', apiId, {
      Name: 'test-api',
      EndpointConfiguration: { Types: ['REGIONAL'] },
      BinaryMediaTypes: setup.binaryMediaTypes,
      DisableExecuteApiEndpoint: setup.disableExecuteApi,
    }),
    resource('Deployment', 'deployment', { RestApiId: apiId }),
    deployedStage(name, setup),
    resource('RequestValidator', 'params', { ValidateRequestParameters: true }),
    resource('RequestValidator', 'body', { ValidateRequestBody: true }),
    resource('RequestValidator', 'both', {
      ValidateRequestParameters: true,
      ValidateRequestBody: true,
    }),
    resource('Authorizer', 'authorizer', {
      Type: 'COGNITO_USER_POOLS',
      ProviderARNs: [userPoolArn],
      IdentitySource: 'method.request.header.Authorization',
    }),
    ...models(setup),
    ...gatewayResponses(setup),
    ...setup.routes.flatMap((route) => routeResources(route, setup)),
    ...(setup.samplingRule
      ? [
          {
            ...resource('', 'rule', { SamplingRule: setup.samplingRule }),
            type: 'AWS::XRay::SamplingRule',
          },
        ]
      : []),
  ]);
}

function stageWith(name: string, resources: readonly Resource[]): Stage {
  const unique = [...new Map(resources.map((r) => [`${r.type} ${r.ref}`, r])).values()];
  return {
    name,
    region,
    account,
    directory: '/nowhere',
    resources: unique,
    ofType: (type) => unique.filter((r) => r.type === type),
    find: (ref) => unique.find((r) => r.ref === ref || r.arn === ref),
    assetPath: () => '/nowhere',
  };
}

const resource = (type: string, ref: string, properties: Properties): Resource => ({
  stack: 'Api',
  logicalId: ref.replace(/\W/g, ''),
  type: `AWS::ApiGateway::${type}`,
  ref,
  properties: { RestApiId: apiId, ...properties },
});

const deployedStage = (name: string, setup: ApiSetup) =>
  resource('Stage', name, {
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
        const [path, method] =
          key === '*/*' ? ['*', '*'] : [key.replace(/\/\w+$/, ''), key.split('/').at(-1)];
        return {
          ResourcePath: `/${path!.replaceAll('/', '~1')}`,
          HttpMethod: method,
          ThrottlingRateLimit: rate,
          ThrottlingBurstLimit: burst,
          ...rest,
        };
      },
    ),
  });

/** Request models get names of their own: `Model0` … */
function models({ models = {}, requestModels = {} }: ApiSetup): Resource[] {
  const named = [
    ...Object.entries(models),
    ...Object.values(requestModels).map((schema, i): [string, object] => [`Model${i}`, schema]),
  ];
  return named.map(([Name, schema]) =>
    resource('Model', `model-${Name}`, {
      Name,
      Schema: JSON.parse(JSON.stringify(schema).replaceAll('$apiId', apiId)),
    }),
  );
}

const gatewayResponses = ({ gatewayResponses = {} }: ApiSetup) =>
  Object.entries(gatewayResponses).map(([ResponseType, { statusCode, headers = {}, template }]) =>
    resource('GatewayResponse', ResponseType, {
      ResponseType,
      StatusCode: statusCode?.toString(),
      ResponseParameters: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [`gatewayresponse.header.${name}`, value]),
      ),
      ResponseTemplates: template && {
        'application/json': typeof template === 'string' ? template : JSON.stringify(template),
      },
    }),
  );

function routeResources(route: RouteSetup, setup: ApiSetup): Resource[] {
  const [HttpMethod, path] = route.route.split(' ') as [string, string];
  const resources: Resource[] = [];
  let parent = 'root-id';
  let full = '';
  for (const PathPart of path.split('/').filter(Boolean)) {
    full += `/${PathPart}`;
    resources.push(resource('Resource', full, { ParentId: parent, PathPart }));
    parent = full;
  }
  const arn = functionArn(route.route);
  return [
    ...resources,
    method(route, setup, HttpMethod, parent, arn),
    ...(route.mock || route.permission === false ? [] : [permission(arn)]),
  ];
}

function method(
  route: RouteSetup,
  setup: ApiSetup,
  HttpMethod: string,
  ResourceId: string,
  arn: string,
): Resource {
  return resource('Method', route.route, {
    HttpMethod,
    ResourceId,
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
    MethodResponses: setup.integrationResponses?.map(({ statusCode, ResponseParameters = {} }) => ({
      StatusCode: statusCode,
      ResponseParameters: Object.fromEntries(Object.keys(ResponseParameters).map((k) => [k, true])),
    })),
    Integration: route.mock ? mock(setup) : proxy(route, arn),
  });
}

const mock = (setup: ApiSetup) => ({
  Type: 'MOCK',
  RequestTemplates: setup.requestTemplates,
  PassthroughBehavior: setup.passthrough,
  ContentHandling: setup.contentHandling,
  IntegrationResponses: setup.integrationResponses?.map(
    ({ statusCode, selectionPattern, ...rest }) => ({
      StatusCode: statusCode,
      SelectionPattern: selectionPattern,
      ...rest,
    }),
  ),
});

const proxy = (route: RouteSetup, arn: string) => ({
  Type: 'AWS_PROXY',
  IntegrationHttpMethod: route.integrationHttpMethod ?? 'POST',
  Uri: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`,
  RequestParameters: route.requestParameters,
  TimeoutInMillis: route.timeoutMs,
});

const permission = (FunctionName: string): Resource => ({
  ...resource('', `permission-${FunctionName}`, {
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    FunctionName,
    SourceArn: `arn:aws:execute-api:${region}:${account}:${apiId}/*`,
  }),
  type: 'AWS::Lambda::Permission',
});
