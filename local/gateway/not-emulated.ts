/** What a template may hold on the request path that this gateway refuses to serve rather than serve wrongly. */
import { NotEmulatedError, type Properties, type Stage } from '../template/resource.ts';

const unsupported: readonly [type: string, what: string, used: (p: Properties) => unknown][] = [
  ['RestApi', 'an OpenAPI document', (p) => p.Body ?? p.BodyS3Location ?? p.CloneFrom],
  ['RestApi', 'a resource policy', (p) => p.Policy],
  ['RestApi', 'compression', (p) => p.MinimumCompressionSize !== undefined],
  [
    'RestApi',
    'an endpoint not REGIONAL',
    (p) => p.EndpointConfiguration?.Types?.[0] !== 'REGIONAL',
  ],
  ['Deployment', 'a stage inside a deployment', (p) => p.StageName ?? p.StageDescription],
  ['Stage', 'a response cache', (p) => p.CacheClusterEnabled],
  ['Stage', 'a canary of the stage', (p) => p.CanarySetting],
  ['Stage', 'a log in Firehose', (p) => /:firehose:/.test(p.AccessLogSetting?.DestinationArn)],
  ['Method', 'an API key', (p) => p.ApiKeyRequired],
  ['Method', 'authorization CUSTOM', (p) => p.AuthorizationType === 'CUSTOM'],
  [
    'Method',
    'an integration other than AWS_PROXY with Lambda or MOCK',
    ({ Integration: i }) =>
      i?.Type !== 'MOCK' && !(i?.Type === 'AWS_PROXY' && /:lambda:path\//.test(i.Uri)),
  ],
  ['Method', 'an integration role', (p) => p.Integration?.Credentials],
  ['Method', 'response streaming', (p) => p.Integration?.ResponseTransferMode === 'STREAM'],
  ['Method', 'a stage variable in a URI', (p) => /stageVariables/.test(p.Integration?.Uri)],
  ['Authorizer', 'a Lambda authorizer', (p) => p.Type !== 'COGNITO_USER_POOLS'],
  ['BasePathMapping', 'a base path', (p) => p.BasePath && p.BasePath !== '(none)'],
];

/** @throws NotEmulatedError that names the first such resource */
export function refuseWhatIsNotEmulated(stage: Stage): void {
  for (const [type, what, used] of unsupported) {
    const resource = stage.ofType(`AWS::ApiGateway::${type}`).find((r) => used(r.properties));
    if (resource) throw new NotEmulatedError(resource, what);
  }
}
