/** Do dimension values name what is deployed? References of the wrong kind, stages and indexes that no template has. */
import { readFileSync } from 'node:fs';
import { membersOf } from '../../template/parse-template.ts';
import type { TemplateSet } from '../../template/template-set.ts';
import type { MetricUse } from '../metric-use.ts';
import { referenceOf } from '../reference.ts';
import { eachMetric, type LintedSystem, type RuleTable } from '../rule.ts';
import { tell } from '../tell.ts';

/** Sources: CloudFormation template reference, return values of each type; the metrics page of each service. */
interface DimensionReference {
  readonly namespaces: readonly string[];
  readonly dimension: string;
  /** Types of resource that are meant. */
  readonly types: readonly string[];
  /** `Ref` or attributes that yield the dimension's value; none where it must be written. */
  readonly by: readonly string[];
  /** The value in words. */
  readonly what: string;
}

const dimensionReferences: readonly DimensionReference[] = JSON.parse(
  readFileSync(new URL('../dimension-references.data.json', import.meta.url), 'utf8'),
);

/** Types whose references may yield anything. */
const opaque = /^(Custom::|AWS::CloudFormation::|AWS::SSM::Parameter)/;

function wrongReferences(
  { namespace, dimensions, resource: { file } }: MetricUse,
  { resourceOf }: LintedSystem,
) {
  const rows = dimensionReferences.filter(({ namespaces }) => namespaces.includes(namespace));
  return dimensions.flatMap(({ name, raw }) => {
    const row = rows.find(({ dimension }) => dimension === name);
    const reference = referenceOf(raw);
    const type = reference && resourceOf(file, reference.logicalId)?.type;
    if (!row || !reference || !type || opaque.test(type)) return [];
    const { logicalId, by } = reference;
    const got = by === 'Ref' ? `Ref ${logicalId}` : `GetAtt ${logicalId}.${by}`;
    if (!row.types.includes(type)) {
      const other = rows.find((each) => each.types.includes(type))?.dimension;
      return {
        message: `${name} takes ${row.what}, and ${got} is of ${type}`,
        fix: other ? `use the dimension ${other} for it` : `refer to ${row.types[0]}`,
      };
    }
    if (row.by.includes(by)) return [];
    const right = row.by.map((each) => (each === 'Ref' ? 'Ref' : `GetAtt ${each}`)).join(' or ');
    return {
      message: `${name} takes ${row.what}, and ${got} yields something else`,
      fix: right ? `use ${right}` : `write ${row.what}`,
    };
  });
}

const dimensionValue = ({ dimensions }: MetricUse, dimension: string) =>
  dimensions.find(({ name }) => name === dimension)?.value;

/** The dimension that names an API; its type, the property with that name, its stages and how they refer to it. */
const apis = [
  ['ApiName', 'AWS::ApiGateway::RestApi', 'Name', 'AWS::ApiGateway::Stage', 'RestApiId'],
  ['ApiId', 'AWS::ApiGatewayV2::Api', undefined, 'AWS::ApiGatewayV2::Stage', 'ApiId'],
] as const;

/** The stages of the APIs so named; undefined where one is not known, or no such API is in the templates. */
function stagesOf(use: MetricUse, templates: TemplateSet): readonly string[] | undefined {
  for (const [dimension, apiType, named, stageType, link] of apis) {
    const wanted = dimensionValue(use, dimension);
    const refs: readonly unknown[] = templates
      .ofType(apiType)
      .filter((api) => wanted !== undefined && wanted === (named ? tell(api, named) : api.ref))
      .map(({ ref }) => ref);
    const names = templates
      .ofType(stageType, 'AWS::ApiGateway::Deployment')
      .filter((each) => refs.includes(tell(each, link)))
      .map((each) => ({ name: tell(each, 'StageName'), type: each.type }))
      // A deployment need not make a stage.
      .filter(({ name, type }) => type === stageType || name !== undefined)
      .map(({ name }) => name);
    if (names.length) return names.every((name) => typeof name === 'string') ? names : undefined;
  }
  return undefined;
}

/** The table's indexes; undefined where they are not known, or the table is not there. */
function indexesOf(use: MetricUse, templates: TemplateSet): readonly string[] | undefined {
  const name = dimensionValue(use, 'TableName') ?? '';
  const table = templates.byPhysicalId(name, 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable');
  if (!table) return undefined;
  const indexes = tell(table, 'GlobalSecondaryIndexes') ?? [];
  return Array.isArray(indexes)
    ? indexes.map((each) => String(membersOf(each)['IndexName']))
    : undefined;
}

export const referenceRules = {
  'wrong-reference': eachMetric(wrongReferences),
  'unknown-stage': eachMetric((use, { templates }) => {
    const stage = use.namespace === 'AWS/ApiGateway' ? dimensionValue(use, 'Stage') : undefined;
    const stages = stage === undefined ? undefined : stagesOf(use, templates);
    if (stage === undefined || !stages || stages.includes(stage)) return [];
    return {
      message: `the API has no stage '${stage}', only ${stages.map((each) => `'${each}'`).join(', ')}`,
      fix: `set Stage to ${stages.join(' or ')}, best by a reference`,
    };
  }),
  'unknown-index': eachMetric((use, { templates }) => {
    const index = dimensionValue(use, 'GlobalSecondaryIndexName');
    const indexes = index === undefined ? undefined : indexesOf(use, templates);
    if (index === undefined || !indexes || indexes.includes(index)) return [];
    return {
      message: `the table has no index '${index}'${indexes.length ? `, only ${indexes.join(', ')}` : ''}`,
      fix: indexes.length ? `use ${indexes.join(' or ')}` : 'remove the alarm or add the index',
    };
  }),
  'waf-scope': eachMetric((use, { templates }) => {
    const name = use.namespace === 'AWS/WAFV2' ? dimensionValue(use, 'WebACL') : undefined;
    const acl = templates
      .ofType('AWS::WAFv2::WebACL')
      .find((each) => membersOf(tell(each, 'VisibilityConfig'))['MetricName'] === name);
    const scope = name !== undefined && acl && tell(acl, 'Scope');
    const hasRegion = use.dimensions.some((dimension) => dimension.name === 'Region');
    if (scope !== (hasRegion ? 'CLOUDFRONT' : 'REGIONAL')) return [];
    return {
      message: `metrics of a ${scope} web ACL have ${hasRegion ? 'no' : 'a'} Region dimension`,
      fix: hasRegion ? 'remove Region' : 'add Region',
    };
  }),
} satisfies RuleTable;
