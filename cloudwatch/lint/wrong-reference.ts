/** Dimensions whose value is a reference: does it yield what the service publishes? */
import { readFileSync } from 'node:fs';
import type { TemplateResource, TemplateSet } from '../template/template-set.ts';
import { type Reference, referenceOf } from './reference.ts';
import type { MetricUse } from './subject.ts';

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

let cached: readonly DimensionReference[] | undefined;
const table = () => {
  const file = new URL('./dimension-references.data.json', import.meta.url);
  cached ??= JSON.parse(readFileSync(file, 'utf8')) as readonly DimensionReference[];
  return cached;
};

/** Types whose references may yield anything. */
const isOpaque = (type: string) =>
  /^(Custom::|AWS::CloudFormation::|AWS::SSM::Parameter)/.test(type);

/** @returns what is wrong and what to do, per dimension */
export function wrongReferences(use: MetricUse, templates: TemplateSet, file: string) {
  return use.dimensions.flatMap(({ name, raw }) => {
    const reference = referenceOf(raw);
    const rows = table().filter(({ namespaces }) => namespaces.includes(use.namespace));
    const row = rows.find(({ dimension }) => dimension === name);
    const resource =
      reference &&
      templates.resources.find(
        (each) => each.logicalId === reference.logicalId && each.file === file,
      );
    if (!row || !reference || !resource || isOpaque(resource.type)) return [];
    return judge(row, rows, reference, resource);
  });
}

function judge(
  row: DimensionReference,
  rows: readonly DimensionReference[],
  { by, logicalId }: Reference,
  { type }: TemplateResource,
) {
  const { dimension, types, what } = row;
  const got = by === 'Ref' ? `Ref ${logicalId}` : `GetAtt ${logicalId}.${by}`;
  if (types.includes(type)) {
    if (row.by.includes(by)) return [];
    const right = row.by.map((each) => (each === 'Ref' ? 'Ref' : `GetAtt ${each}`)).join(' or ');
    return [
      {
        message: `${dimension} takes ${what}, and ${got} yields something else`,
        fix: right ? `use ${right}` : `write ${what}`,
      },
    ];
  }
  const other = rows.find((each) => each.types.includes(type))?.dimension;
  return [
    {
      message: `${dimension} takes ${what}, and ${got} is of ${type}`,
      fix: other ? `use the dimension ${other} for it` : `refer to ${types[0]}`,
    },
  ];
}
