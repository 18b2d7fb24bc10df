/** Reads one AWS::ApiGateway::Method: who may call it, what it demands, what answers. */
import {
  NotEmulatedError,
  type Properties,
  type Resource,
  type Stage,
} from '../template/resource.ts';
import type {
  Authorization,
  LambdaIntegration,
  MethodModel,
  MockIntegration,
  MockResponse,
  Parameter,
} from './api-model.ts';
import { settingsOf } from './method-settings.ts';
import { mayInvoke } from './permission.ts';
import { headerMappings, mapOf, modelName, required } from './references.ts';

/** Mapping to one of these deploys and then fails. Recorded: test_apigateway_header_remapping_aws[AWS_PROXY]. */
const illegalMapping =
  /^integration\.request\.header\.(authorization|connection|content-length|expect|proxy-authenticate|te|transfer-encoding)$/i;

/** @throws Error naming what AWS would refuse to deploy */
export function readMethod(
  stage: Stage,
  deployed: Resource,
  method: Resource,
  resourcePath: string,
): MethodModel {
  const { properties } = method;
  // AWS: Known issues. The API is served as by a custom domain here.
  if (/^\/s?ping$/.test(resourcePath)) {
    const what = `a resource at ${resourcePath}, which custom domains keep for health checks,`;
    throw new NotEmulatedError(method, what);
  }
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
      ? mapOf(properties.RequestModels, (ref) => {
          const model = stage.find(ref);
          return model ? modelName(model) : ref;
        })
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
    header: (IdentitySource ?? 'method.request.header.Authorization')
      .split('.')
      .at(-1)
      .toLowerCase(),
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

function lambdaIntegration(
  stage: Stage,
  { Integration }: Properties,
  arn: string,
): LambdaIntegration {
  const {
    Uri,
    IntegrationHttpMethod,
    RequestParameters = {},
    TimeoutInMillis = 29_000,
  } = Integration;
  const functionArn = /\/functions\/(.+)\/invocations$/.exec(Uri)?.[1] ?? Uri;
  const flaw =
    (IntegrationHttpMethod !== 'POST' && 'not-post') ||
    (Object.keys(RequestParameters).some((key) => illegalMapping.test(key)) && 'illegal-mapping') ||
    (!mayInvoke(stage, functionArn, arn) && 'no-permission') ||
    undefined;
  return { type: 'AWS_PROXY', functionArn, timeoutMs: TimeoutInMillis, flaw };
}

function mockIntegration({ type, logicalId, properties }: Resource): MockIntegration {
  const { Integration, MethodResponses = [] } = properties;
  const declared = new Set(
    MethodResponses.flatMap(({ StatusCode, ResponseParameters = {} }: Properties) =>
      Object.keys(ResponseParameters).map((key) => `${StatusCode} ${key}`),
    ),
  );
  const response = ({ StatusCode, SelectionPattern, ...more }: Properties): MockResponse => {
    const { ResponseParameters = {}, ResponseTemplates } = more;
    const undeclared = Object.keys(ResponseParameters).find(
      (key) => !declared.has(`${StatusCode} ${key}`),
    );
    if (undeclared) {
      throw new Error(
        `${type} ${logicalId}: ${undeclared} is mapped but not declared in the method response ${StatusCode}`,
      );
    }
    return {
      statusCode: Number(StatusCode),
      selectionPattern: SelectionPattern && new RegExp(`^(?:${SelectionPattern})$`),
      headers: headerMappings(ResponseParameters, 'method.response.header.'),
      templates: mapOf(ResponseTemplates),
    };
  };
  return {
    type: 'MOCK',
    requestTemplates: mapOf(Integration.RequestTemplates),
    passthrough: Integration.PassthroughBehavior ?? 'WHEN_NO_MATCH',
    convertToText: Integration.ContentHandling === 'CONVERT_TO_TEXT',
    responses: (Integration.IntegrationResponses ?? []).map(response),
  };
}
