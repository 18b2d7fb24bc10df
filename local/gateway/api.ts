/** Reads the REST APIs of a deployed stage from its CloudFormation resources, and refuses what cannot be served as AWS would. */
import type { Properties, Resource, Stage } from '../template/resource.ts';
import type {
  ApiModel,
  Authorization,
  GatewayResponseModel,
  LambdaIntegration,
  MethodModel,
  MockIntegration,
  Parameter,
  SamplingRule,
} from './api-model.ts';
import { settingsOf } from './method-settings.ts';
import { refuseWhatIsNotEmulated } from './not-emulated.ts';
import { mayInvoke } from './permission.ts';

/** Every API owns these two. AWS: Data models for REST APIs. */
const builtInModels: readonly [string, object][] = [
  ['Empty', { type: 'object' }],
  ['Error', { type: 'object', properties: { message: { type: 'string' } } }],
];

/** Mapping to one of these deploys and then fails. Recorded: test_apigateway_header_remapping_aws[AWS_PROXY]. */
const illegalMapping =
  /^integration\.request\.header\.(authorization|connection|content-length|expect|proxy-authenticate|te|transfer-encoding)$/i;

/**
 * One model for each AWS::ApiGateway::Stage.
 * @throws NotEmulatedError for what lies on the request path and is not modelled
 * @throws Error naming the resource for what AWS would refuse to deploy
 */
export function apisFromStage(stage: Stage): ApiModel[] {
  refuseWhatIsNotEmulated(stage);
  return stage.ofType('AWS::ApiGateway::Stage').map((deployed) => readApi(stage, deployed));
}

function readApi(stage: Stage, deployed: Resource): ApiModel {
  const { StageName, RestApiId, MethodSettings, Variables } = deployed.properties;
  const api = required(stage, deployed, RestApiId, 'RestApiId');
  const ofApi = (type: string) =>
    stage.ofType(`AWS::ApiGateway::${type}`).filter((r) => r.properties.RestApiId === api.ref);
  const paths = resourcePaths(ofApi('Resource'));
  return {
    id: api.ref,
    name: api.properties.Name ?? api.logicalId,
    accountId: stage.account,
    region: stage.region,
    stageName: StageName,
    deploymentId: deployed.properties.DeploymentId,
    variables: Variables && Object.keys(Variables).length > 0 ? Variables : null,
    executeApiDisabled: api.properties.DisableExecuteApiEndpoint === true,
    binaryMediaTypes: api.properties.BinaryMediaTypes ?? [],
    tracing: deployed.properties.TracingEnabled === true,
    samplingRules: stage.ofType('AWS::XRay::SamplingRule').map(samplingRule),
    accessLog: accessLog(deployed),
    settings: settingsOf(MethodSettings, '/*', '*'),
    methods: ofApi('Method').map((method) =>
      readMethod(stage, deployed, method, paths(method.properties.ResourceId)),
    ),
    models: new Map([
      ...builtInModels,
      ...ofApi('Model').map((model): [string, object] => [model.ref, schemaOf(model)]),
    ]),
    gatewayResponses: new Map(
      ofApi('GatewayResponse').map(({ properties }) => [
        properties.ResponseType,
        gatewayResponse(properties),
      ]),
    ),
  };
}

function required(stage: Stage, from: Resource, ref: string, property: string): Resource {
  const found = stage.find(ref);
  if (!found) throw new Error(`${from.type} ${from.logicalId}: ${property} names nothing (${ref})`);
  return found;
}

/** The root resource has no CloudFormation resource of its own: an id that none has is the root's. */
function resourcePaths(resources: readonly Resource[]): (id: string) => string {
  const byId = new Map(resources.map((resource) => [resource.ref, resource.properties]));
  const pathOf = (id: string): string => {
    const properties = byId.get(id);
    return properties ? `${pathOf(properties.ParentId)}/${properties.PathPart}` : '';
  };
  return (id) => pathOf(id) || '/';
}

function readMethod(
  stage: Stage,
  deployed: Resource,
  method: Resource,
  resourcePath: string,
): MethodModel {
  const { properties } = method;
  const validator = stage.find(properties.RequestValidatorId)?.properties;
  const { MethodSettings, StageName, RestApiId } = deployed.properties;
  const arn = `arn:aws:execute-api:${stage.region}:${stage.account}:${RestApiId}/${StageName}`;
  return {
    logicalId: method.logicalId,
    resourceId: properties.ResourceId,
    resourcePath,
    httpMethod: properties.HttpMethod,
    settings: settingsOf(MethodSettings, resourcePath, properties.HttpMethod),
    authorization: authorization(stage, method),
    requiredParameters: validator?.ValidateRequestParameters ? requiredParameters(properties) : [],
    bodyModels: validator?.ValidateRequestBody
      ? new Map(Object.entries(properties.RequestModels ?? {}))
      : undefined,
    integration:
      properties.Integration.Type === 'MOCK'
        ? mockIntegration(method)
        : lambdaIntegration(stage, properties, `${arn}/${properties.HttpMethod}${resourcePath}`),
  };
}

function authorization(stage: Stage, method: Resource): Authorization {
  const type = method.properties.AuthorizationType ?? 'NONE';
  if (type !== 'COGNITO_USER_POOLS') return { type };
  const authorizer = required(stage, method, method.properties.AuthorizerId, 'AuthorizerId');
  const { ProviderARNs, IdentitySource, IdentityValidationExpression } = authorizer.properties;
  return {
    type,
    userPoolArns: ProviderARNs,
    header: (IdentitySource ?? 'method.request.header.Authorization').split('.').at(-1),
    scopes: method.properties.AuthorizationScopes ?? [],
    audience: IdentityValidationExpression && new RegExp(`^(?:${IdentityValidationExpression})$`),
  };
}

/** In the order of the message, that of the whole mapping keys. Recorded: test_api_gateway_request_validator. */
const requiredParameters = ({ RequestParameters = {} }: Properties): Parameter[] =>
  Object.keys(RequestParameters)
    .filter((key) => RequestParameters[key] === true)
    .sort()
    .map((key) => {
      const [, , location, ...name] = key.split('.');
      return { location: location as Parameter['location'], name: name.join('.') };
    });

function lambdaIntegration(stage: Stage, properties: Properties, arn: string): LambdaIntegration {
  const {
    Uri,
    IntegrationHttpMethod,
    RequestParameters = {},
    TimeoutInMillis,
  } = properties.Integration;
  const functionArn = /\/functions\/(.+)\/invocations$/.exec(Uri)?.[1] ?? Uri;
  const flaw =
    (IntegrationHttpMethod !== 'POST' && 'not-post') ||
    (Object.keys(RequestParameters).some((key) => illegalMapping.test(key)) && 'illegal-mapping') ||
    (!mayInvoke(stage, functionArn, arn) && 'no-permission') ||
    undefined;
  return { type: 'AWS_PROXY', functionArn, timeoutMs: TimeoutInMillis ?? 29_000, flaw };
}

function mockIntegration(method: Resource): MockIntegration {
  const { Integration, MethodResponses = [] } = method.properties;
  const declared = new Set(
    MethodResponses.flatMap((r: Properties) =>
      Object.keys(r.ResponseParameters ?? {}).map((key) => `${r.StatusCode} ${key}`),
    ),
  );
  const responses = (Integration.IntegrationResponses ?? []).map((response: Properties) => {
    const undeclared = Object.keys(response.ResponseParameters ?? {}).find(
      (key) => !declared.has(`${response.StatusCode} ${key}`),
    );
    if (undeclared) {
      throw new Error(
        `${method.type} ${method.logicalId}: ${undeclared} is mapped but not declared in the method response ${response.StatusCode}`,
      );
    }
    return {
      statusCode: Number(response.StatusCode),
      selectionPattern:
        response.SelectionPattern && new RegExp(`^(?:${response.SelectionPattern})$`),
      headers: headerMappings(response.ResponseParameters, 'method.response.header.'),
      templates: new Map(Object.entries(response.ResponseTemplates ?? {})),
    };
  });
  return {
    type: 'MOCK',
    requestTemplates: new Map(Object.entries(Integration.RequestTemplates ?? {})),
    passthrough: Integration.PassthroughBehavior ?? 'WHEN_NO_MATCH',
    convertToText: Integration.ContentHandling === 'CONVERT_TO_TEXT',
    responses,
  };
}

const gatewayResponse = (properties: Properties): GatewayResponseModel => ({
  statusCode: properties.StatusCode === undefined ? undefined : Number(properties.StatusCode),
  headers: headerMappings(properties.ResponseParameters, 'gatewayresponse.header.'),
  templates: new Map(Object.entries(properties.ResponseTemplates ?? {})),
});

const headerMappings = (parameters: Properties = {}, prefix: string) =>
  Object.entries(parameters)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, expression]): [string, string] => [key.slice(prefix.length), expression]);

function schemaOf({ type, logicalId, properties }: Resource): object {
  if (typeof properties.Schema !== 'string') return properties.Schema ?? {};
  try {
    return JSON.parse(properties.Schema);
  } catch {
    throw new Error(`${type} ${logicalId}: Schema is not JSON`);
  }
}

/** AWS: Set up CloudWatch logging for REST APIs. */
function accessLog({ type, logicalId, properties }: Resource): ApiModel['accessLog'] {
  const { DestinationArn, Format } = properties.AccessLogSetting ?? {};
  if (!DestinationArn) return undefined;
  if (!/\$context\.(requestId|extendedRequestId)\b/.test(Format ?? '')) {
    throw new Error(
      `${type} ${logicalId}: the access-log format must hold $context.requestId or $context.extendedRequestId`,
    );
  }
  const logGroup = DestinationArn.split(':log-group:')[1].replace(/:\*$/, '');
  return { logGroup, format: Format };
}

const samplingRule = ({ properties }: Resource): SamplingRule => {
  const rule = properties.SamplingRule;
  return {
    priority: rule.Priority,
    reservoirSize: rule.ReservoirSize,
    fixedRate: rule.FixedRate,
    host: rule.Host ?? '*',
    httpMethod: rule.HTTPMethod ?? '*',
    urlPath: rule.URLPath ?? '*',
    serviceName: rule.ServiceName ?? '*',
    serviceType: rule.ServiceType ?? '*',
    resourceArn: rule.ResourceARN ?? '*',
  };
};
