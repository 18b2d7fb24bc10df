/** Do dimension values name what is deployed? References of the wrong kind, stages and indexes that no template has. */

import { isRecord } from '../../template/parse-template.ts';
import type { TemplateSet } from '../../template/template-set.ts';
import { forEachAlarm, type Rule } from '../rule.ts';
import type { MetricUse } from '../subject.ts';
import { tell } from '../tell.ts';
import { wrongReferences } from '../wrong-reference.ts';

const dimensionValue = ({ dimensions }: MetricUse, name: string) =>
  dimensions.find((dimension) => dimension.name === name)?.value;

const apiProperties: readonly (readonly [
  dimension: string,
  apiTypes: string,
  stageType: string,
  link: string,
])[] = [
  ['ApiName', 'AWS::ApiGateway::RestApi', 'AWS::ApiGateway::Stage', 'RestApiId'],
  ['ApiId', 'AWS::ApiGatewayV2::Api', 'AWS::ApiGatewayV2::Stage', 'ApiId'],
];

/** The stages of the APIs so named; undefined where one is not known, or no such API is in the templates. */
function stagesOf(use: MetricUse, templates: TemplateSet): readonly string[] | undefined {
  for (const [dimension, apiType, stageType, link] of apiProperties) {
    const wanted = dimensionValue(use, dimension);
    if (wanted === undefined) continue;
    const apis = templates
      .ofType(apiType)
      .filter((each) => (dimension === 'ApiId' ? each.ref : tell(each, 'Name')) === wanted)
      .map(({ ref }) => ref);
    const stages = templates
      .ofType(stageType, 'AWS::ApiGateway::Deployment')
      .filter((each) => apis.includes(tell(each, link) as string))
      .map((each) => ({ name: tell(each, 'StageName'), isStage: each.type === stageType }));
    // A deployment need not make a stage.
    const names = stages.filter(({ name, isStage }) => isStage || name !== undefined);
    if (names.length)
      return names.every(({ name }) => typeof name === 'string')
        ? names.map(({ name }) => String(name))
        : undefined;
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
      metrics.flatMap((use) => wrongReferences(use, templates, resource.file)),
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
        if (stage === undefined || !stages || stages.includes(stage)) continue;
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
