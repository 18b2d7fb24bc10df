/** Reads the REST APIs of a deployed stage from its CloudFormation resources, and refuses what cannot be served as AWS would. */
import type { Properties, Resource, Stage } from '../template/resource.ts';
import type { ApiModel, GatewayResponseModel } from './api-model.ts';
import { readMethod } from './method.ts';
import { refuseWhatIsNotEmulated } from './not-emulated.ts';
import { headerMappings, mapOf, modelName, required } from './references.ts';

/** Every API owns these two. AWS: Data models for REST APIs. */
const builtInModels: readonly [string, object][] = [
  ['Empty', { type: 'object' }],
  ['Error', { type: 'object', properties: { message: { type: 'string' } } }],
];

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
  const { StageName, RestApiId, Variables } = deployed.properties;
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
    domainNames: ofApi('BasePathMapping').map(({ properties: { DomainName } }) =>
      (stage.find(DomainName)?.properties.DomainName ?? DomainName).toLowerCase(),
    ),
    binaryMediaTypes: api.properties.BinaryMediaTypes ?? [],
    tracing: deployed.properties.TracingEnabled === true,
    samplingRules: stage.ofType('AWS::XRay::SamplingRule').map((r) => r.properties.SamplingRule),
    accessLog: accessLog(deployed),
    methods: ofApi('Method').map((method) =>
      readMethod(stage, deployed, method, paths(method.properties.ResourceId)),
    ),
    models: new Map([
      ...builtInModels,
      ...ofApi('Model').map((model): [string, object] => [modelName(model), schemaOf(model)]),
    ]),
    gatewayResponses: new Map(
      ofApi('GatewayResponse').map(({ properties }) => [
        properties.ResponseType,
        gatewayResponse(properties),
      ]),
    ),
  };
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

const gatewayResponse = (properties: Properties): GatewayResponseModel => ({
  statusCode: properties.StatusCode === undefined ? undefined : Number(properties.StatusCode),
  headers: headerMappings(properties.ResponseParameters, 'gatewayresponse.header.'),
  templates: mapOf(properties.ResponseTemplates),
});

/**
 * `nullable` and `exclusiveMinimum` have no effect; `maxItems` and `minItems` have, where they do not come from an import.
 * AWS: Known issues.
 */
const supported = (keyword: string, value: unknown) =>
  typeof value === 'boolean' && /^(nullable|exclusiveMinimum)$/.test(keyword) ? undefined : value;

function schemaOf({ type, logicalId, properties }: Resource): object {
  const { Schema = {} } = properties;
  try {
    return JSON.parse(typeof Schema === 'string' ? Schema : JSON.stringify(Schema), supported);
  } catch {
    throw new Error(`${type} ${logicalId}: Schema is not JSON`);
  }
}

/** AWS: Set up CloudWatch logging for REST APIs. */
function accessLog({ type, logicalId, properties }: Resource): ApiModel['accessLog'] {
  const { DestinationArn, Format } = properties.AccessLogSetting ?? {};
  if (!DestinationArn) return undefined;
  const problem =
    (Buffer.byteLength(Format ?? '') > 3 * 1024 && 'has more than 3 KB') ||
    (!/\$context\.(requestId|extendedRequestId)\b/.test(Format ?? '') &&
      'must hold $context.requestId or $context.extendedRequestId');
  if (problem) throw new Error(`${type} ${logicalId}: the access-log format ${problem}`);
  const logGroup = DestinationArn.split(':log-group:')[1].replace(/:\*$/, '');
  return { logGroup, format: Format };
}
