/** Do dimension values name what is deployed? References of the wrong kind, stages and indexes that no template has. */
import { UnresolvedError } from '../../template/intrinsics.ts';
import type { TemplateResource, TemplateSet } from '../../template/open-templates.ts';
import { isRecord } from '../../template/parse-template.ts';
import { referenceOf } from '../reference.ts';
import { type Found, forEachAlarm, type Rule } from '../rule.ts';
import type { MetricUse } from '../subject.ts';

interface Kind {
  readonly namespaces: readonly string[];
  readonly dimension: string;
  /** Types of resource whose name is meant. */
  readonly types: readonly string[];
  /** `Ref` or attributes that yield the dimension's value. Source: CloudFormation, return values of each type. */
  readonly by: readonly string[];
  /** The value in words. */
  readonly what: string;
  readonly fix: string;
}

const kind = (
  namespaces: readonly string[],
  dimension: string,
  types: readonly string[],
  by: readonly string[],
  what: string,
  fix = `use ${by.map((each) => (each === 'Ref' ? 'Ref' : `GetAtt ${each}`)).join(' or ')}`,
): Kind => ({ namespaces, dimension, types, by, what, fix });

const kinds: readonly Kind[] = [
  kind(
    ['AWS/Lambda'],
    'FunctionName',
    ['AWS::Lambda::Function', 'AWS::Serverless::Function'],
    ['Ref'],
    "the function's name",
  ),
  kind(
    ['LambdaInsights'],
    'function_name',
    ['AWS::Lambda::Function', 'AWS::Serverless::Function'],
    ['Ref'],
    "the function's name",
  ),
  kind(
    ['AWS/DynamoDB'],
    'TableName',
    ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable', 'AWS::Serverless::SimpleTable'],
    ['Ref'],
    "the table's name",
  ),
  kind(
    ['AWS/ApiGateway'],
    'ApiName',
    ['AWS::ApiGateway::RestApi', 'AWS::Serverless::Api'],
    [],
    "the REST API's name, not its id",
    'write the name that the API has',
  ),
  kind(
    ['AWS/ApiGateway'],
    'ApiId',
    ['AWS::ApiGatewayV2::Api', 'AWS::Serverless::HttpApi'],
    ['Ref', 'ApiId'],
    "the HTTP or WebSocket API's id",
  ),
  kind(
    ['AWS/ApiGateway'],
    'Stage',
    ['AWS::ApiGateway::Stage', 'AWS::ApiGatewayV2::Stage'],
    ['Ref'],
    "the stage's name",
  ),
  kind(
    ['AWS/SQS'],
    'QueueName',
    ['AWS::SQS::Queue'],
    ['QueueName'],
    "the queue's name, not its URL",
  ),
  kind(
    ['AWS/SNS'],
    'TopicName',
    ['AWS::SNS::Topic'],
    ['TopicName'],
    "the topic's name, not its ARN",
  ),
  kind(['AWS/Kinesis'], 'StreamName', ['AWS::Kinesis::Stream'], ['Ref'], "the stream's name"),
  kind(
    ['AWS/Firehose'],
    'DeliveryStreamName',
    ['AWS::KinesisFirehose::DeliveryStream'],
    ['Ref'],
    "the delivery stream's name",
  ),
  kind(
    ['AWS/States'],
    'StateMachineArn',
    ['AWS::StepFunctions::StateMachine', 'AWS::Serverless::StateMachine'],
    ['Ref', 'Arn'],
    "the state machine's ARN",
  ),
  kind(['AWS/Events'], 'RuleName', ['AWS::Events::Rule'], ['Ref'], "the rule's name"),
  kind(
    ['AWS/CloudFront'],
    'DistributionId',
    ['AWS::CloudFront::Distribution'],
    ['Ref', 'Id'],
    "the distribution's id",
  ),
  kind(
    ['AWS/Route53'],
    'HealthCheckId',
    ['AWS::Route53::HealthCheck'],
    ['Ref', 'HealthCheckId'],
    "the health check's id",
  ),
  kind(
    ['AWS/CertificateManager'],
    'CertificateArn',
    ['AWS::CertificateManager::Certificate'],
    ['Ref', 'CertificateArn'],
    "the certificate's ARN",
  ),
  kind(['AWS/Logs'], 'LogGroupName', ['AWS::Logs::LogGroup'], ['Ref'], "the log group's name"),
  kind(['AWS/S3'], 'BucketName', ['AWS::S3::Bucket'], ['Ref'], "the bucket's name"),
  kind(
    ['AWS/Cognito'],
    'UserPool',
    ['AWS::Cognito::UserPool'],
    ['Ref', 'UserPoolId'],
    "the user pool's id",
  ),
  kind(
    ['AWS/ApplicationELB'],
    'LoadBalancer',
    ['AWS::ElasticLoadBalancingV2::LoadBalancer'],
    ['LoadBalancerFullName'],
    "the load balancer's full name, app/…, not its ARN",
  ),
  kind(
    ['AWS/ApplicationELB'],
    'TargetGroup',
    ['AWS::ElasticLoadBalancingV2::TargetGroup'],
    ['TargetGroupFullName'],
    "the target group's full name, targetgroup/…, not its ARN",
  ),
  kind(
    ['AWS/ECS', 'ECS/ContainerInsights'],
    'ClusterName',
    ['AWS::ECS::Cluster'],
    ['Ref'],
    "the cluster's name",
  ),
  kind(
    ['AWS/ECS', 'ECS/ContainerInsights'],
    'ServiceName',
    ['AWS::ECS::Service'],
    ['Name'],
    "the service's name, not its ARN",
  ),
  kind(
    ['AWS/EC2'],
    'InstanceId',
    ['AWS::EC2::Instance'],
    ['Ref', 'InstanceId'],
    "the instance's id",
  ),
  kind(
    ['AWS/WAFV2'],
    'WebACL',
    ['AWS::WAFv2::WebACL'],
    [],
    'the MetricName of its VisibilityConfig',
    'write that MetricName',
  ),
];

/** Types whose references may yield anything. */
const isOpaque = (type: string) =>
  /^(Custom::|AWS::CloudFormation::|AWS::SSM::Parameter)/.test(type);

function wrongReference(
  use: MetricUse,
  templates: TemplateSet,
  file: string,
): readonly Omit<Found, 'at'>[] {
  return use.dimensions.flatMap(({ name, raw }) => {
    const reference = referenceOf(raw);
    const row = kinds.find(
      ({ namespaces, dimension }) => dimension === name && namespaces.includes(use.namespace),
    );
    const resource =
      reference &&
      templates.resources.find(
        (each) => each.logicalId === reference.logicalId && each.file === file,
      );
    if (!row || !reference || !resource || isOpaque(resource.type)) return [];
    const isType = row.types.includes(resource.type);
    if (isType && row.by.includes(reference.by)) return [];
    const got =
      reference.by === 'Ref'
        ? `Ref ${reference.logicalId}`
        : `GetAtt ${reference.logicalId}.${reference.by}`;
    return [
      {
        message: isType
          ? `${name} takes ${row.what}, and ${got} yields something else`
          : `${name} takes ${row.what}, and ${got} is of ${resource.type}`,
        fix: isType ? row.fix : `refer to ${row.types[0]}`,
      },
    ];
  });
}

const dimensionValue = ({ dimensions }: MetricUse, name: string) =>
  dimensions.find((dimension) => dimension.name === name)?.value;

/** A property, or undefined where the templates do not tell it. */
function tell(resource: TemplateResource, property: string): unknown {
  try {
    return resource.property(property);
  } catch (error) {
    if (error instanceof UnresolvedError) return undefined;
    throw error;
  }
}

const apiProperties: readonly (readonly [
  dimension: string,
  apiTypes: string,
  stageType: string,
  link: string,
])[] = [
  ['ApiName', 'AWS::ApiGateway::RestApi', 'AWS::ApiGateway::Stage', 'RestApiId'],
  ['ApiId', 'AWS::ApiGatewayV2::Api', 'AWS::ApiGatewayV2::Stage', 'ApiId'],
];

/** The API's stages in the templates; undefined where one is not known, or the API is not there. */
function stagesOf(use: MetricUse, templates: TemplateSet): readonly string[] | undefined {
  for (const [dimension, apiType, stageType, link] of apiProperties) {
    const wanted = dimensionValue(use, dimension);
    const api = templates
      .ofType(apiType)
      .find(
        (each) =>
          wanted !== undefined &&
          (dimension === 'ApiId' ? each.ref : tell(each, 'Name')) === wanted,
      );
    if (!api) continue;
    const own = templates
      .ofType(stageType, 'AWS::ApiGateway::Deployment')
      .filter((each) => tell(each, link) === api.ref);
    const names = own.map((each) => tell(each, 'StageName'));
    const declared = names.filter(
      (each, index) => each !== undefined || own[index]?.type === stageType,
    );
    return declared.every((each) => typeof each === 'string') ? declared : undefined;
  }
  return undefined;
}

/** The table's indexes; undefined where they are not known, or the table is not there. */
function indexesOf(use: MetricUse, templates: TemplateSet): readonly string[] | undefined {
  const table = templates.byPhysicalId(dimensionValue(use, 'TableName') ?? '');
  if (!table?.type.startsWith('AWS::DynamoDB::')) return undefined;
  const indexes = tell(table, 'GlobalSecondaryIndexes') ?? [];
  return Array.isArray(indexes) ? indexes.map((each) => String(each.IndexName)) : undefined;
}

export const referenceRules: readonly Rule[] = [
  {
    id: 'wrong-reference',
    level: 'error',
    what: 'a dimension that refers to the wrong resource, or to the wrong attribute of the right one',
    why: "the value is not the one under which the service publishes, so the alarm's metric stays empty",
    source:
      'CloudFormation template reference, return values of each type; the page of each service',
    find: forEachAlarm(({ metrics, resource }, { templates }) =>
      metrics.flatMap((use) => wrongReference(use, templates, resource.file)),
    ),
  },
  {
    id: 'unknown-stage',
    level: 'error',
    what: 'a stage that the API does not have',
    why: 'the alarm never receives a datapoint',
    source: 'API Gateway developer guide, "Amazon API Gateway dimensions and metrics"',
    find: forEachAlarm(function* ({ metrics }, { templates }) {
      for (const use of metrics) {
        const stage = use.namespace === 'AWS/ApiGateway' ? dimensionValue(use, 'Stage') : undefined;
        const stages = stage === undefined ? undefined : stagesOf(use, templates);
        if (stage === undefined || !stages?.length || stages.includes(stage)) continue;
        yield {
          message: `the API has no stage '${stage}', only ${stages.map((each) => `'${each}'`).join(', ')}`,
          fix: `set Stage to ${stages.join(' or ')}, best by a reference`,
        };
      }
    }),
  },
  {
    id: 'unknown-index',
    level: 'error',
    what: 'a global secondary index that the table does not have',
    why: 'the alarm never receives a datapoint',
    source: 'DynamoDB developer guide, "DynamoDB metrics and dimensions"',
    find: forEachAlarm(function* ({ metrics }, { templates }) {
      for (const use of metrics) {
        const index = dimensionValue(use, 'GlobalSecondaryIndexName');
        const indexes = index === undefined ? undefined : indexesOf(use, templates);
        if (index === undefined || !indexes || indexes.includes(index)) continue;
        yield {
          message: `the table has no index '${index}'${indexes.length ? `, only ${indexes.join(', ')}` : ''}`,
          fix: indexes.length ? `use ${indexes.join(' or ')}` : 'remove the alarm or add the index',
        };
      }
    }),
  },
  {
    id: 'waf-scope',
    level: 'error',
    what: "a web ACL's metric with a Region where its scope has none, or without where it has one",
    why: 'the alarm never receives a datapoint',
    source:
      'AWS WAF developer guide, "AWS WAF core metrics and dimensions"; cdk-monitoring-constructs#681',
    find: forEachAlarm(function* ({ metrics }, { templates }) {
      for (const use of metrics) {
        const acl =
          use.namespace === 'AWS/WAFV2'
            ? webAclOf(dimensionValue(use, 'WebACL'), templates)
            : undefined;
        const scope = acl && tell(acl, 'Scope');
        const hasRegion = use.dimensions.some(({ name }) => name === 'Region');
        if (scope === 'CLOUDFRONT' && hasRegion) {
          yield {
            message: 'metrics of a CLOUDFRONT web ACL have no Region dimension',
            fix: 'remove Region',
          };
        }
        if (scope === 'REGIONAL' && !hasRegion) {
          yield {
            message: 'metrics of a REGIONAL web ACL have a Region dimension',
            fix: 'add Region',
          };
        }
      }
    }),
  },
];

const webAclOf = (metricName: string | undefined, templates: TemplateSet) =>
  templates.ofType('AWS::WAFv2::WebACL').find((each) => {
    const visibility = tell(each, 'VisibilityConfig');
    return (
      metricName !== undefined && isRecord(visibility) && visibility['MetricName'] === metricName
    );
  });
