/** What the runtime does with each type of resource: emulates it, leaves it out because no request meets it, or refuses. */
import { NotEmulatedError, type Stage } from './resource.ts';

/** Types that a part of the runtime reads. */
const emulated = new Set([
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::Deployment',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::Model',
  'AWS::ApiGateway::RequestValidator',
  'AWS::ApiGateway::Resource',
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::Stage',
  'AWS::CloudFront::Distribution',
  'AWS::CloudFront::Function',
  'AWS::CloudFront::ResponseHeadersPolicy',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolDomain',
  'AWS::Cognito::UserPoolResourceServer',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::Alias',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
]);

/** Of the services below, what a request never meets, or meets only at AWS's edge. */
const besideThePath = new Set([
  'AWS::ApiGateway::Account',
  'AWS::ApiGateway::BasePathMapping',
  'AWS::ApiGateway::DomainName',
  'AWS::Cognito::LogDeliveryConfiguration',
  'AWS::Cognito::ManagedLoginBranding',
  'AWS::Cognito::UserPoolRiskConfigurationAttachment',
  'AWS::Cognito::UserPoolUICustomizationAttachment',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
]);

/** Services that stand between a request and its answer: an unknown type of theirs could change the answer. */
const onThePath = /^AWS::(ApiGateway|ApiGatewayV2|Lambda|DynamoDB|DAX|Cognito|Serverless)::/;

/** CDK's own bookkeeping. */
const ignored = new Set(['AWS::CDK::Metadata']);

/**
 * Types that are in the templates and not emulated, with how many there are.
 * @throws NotEmulatedError for a type on the request path that no part models
 */
export function notEmulated(stage: Stage): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const resource of stage.resources) {
    const { type } = resource;
    if (emulated.has(type) || ignored.has(type)) continue;
    if (onThePath.test(type) && !besideThePath.has(type)) {
      throw new NotEmulatedError(resource, 'this type');
    }
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}
