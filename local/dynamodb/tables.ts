/** The template's tables: what each is, and how it comes into being in the engine. */
import { isDeepStrictEqual } from 'node:util';
import { compilePolicy, type Policy } from '../iam/policy.ts';
import type { Resource, Stage } from '../template/resource.ts';
import type { Json } from './aws-error.ts';
import type { Engine } from './engine.ts';

export interface TableModel {
  readonly name: string;
  /** The CreateTable request. */
  readonly definition: Json;
  readonly indexes: readonly string[];
  /** What a throttled call is said to exceed. */
  readonly throttledBy: 'ProvisionedThroughput' | 'KeyRangeThroughput' | 'MaxOnDemandThroughput';
  readonly timeToLiveAttribute?: string;
  readonly resourcePolicy?: Policy;
}

/** Reads AWS::DynamoDB::Table and AWS::DynamoDB::GlobalTable. @throws where a resource policy holds what is not known. */
export const tablesFromStage = (stage: Stage): readonly TableModel[] =>
  [...stage.ofType('AWS::DynamoDB::Table'), ...stage.ofType('AWS::DynamoDB::GlobalTable')].map(
    (resource) => toModel(resource, stage),
  );

function toModel({ ref: name, logicalId, properties }: Resource, stage: Stage): TableModel {
  const replica = [properties.Replicas ?? []]
    .flat()
    .find(({ Region }: Json) => Region === stage.region);
  const policy = (properties.ResourcePolicy ?? replica?.ResourcePolicy)?.PolicyDocument;
  const { AttributeName, Enabled } = properties.TimeToLiveSpecification ?? {};
  const definition = toDefinition(name, properties);
  return {
    name,
    definition,
    indexes: (definition['GlobalSecondaryIndexes'] ?? []).map(({ IndexName }: Json) => IndexName),
    throttledBy:
      definition['BillingMode'] === 'PROVISIONED'
        ? 'ProvisionedThroughput'
        : properties.OnDemandThroughput
          ? 'MaxOnDemandThroughput'
          : 'KeyRangeThroughput',
    ...(AttributeName && Enabled !== false && { timeToLiveAttribute: AttributeName }),
    ...(policy && {
      resourcePolicy: compilePolicy(`of table ${logicalId}`, policy, 'resource'),
    }),
  };
}

/** Capacity is not emulated: a provisioned table keeps its figures, a global one is made on demand. */
function toDefinition(TableName: string, properties: Resource['properties']): Json {
  const { AttributeDefinitions, KeySchema, ProvisionedThroughput } = properties;
  const { GlobalSecondaryIndexes, LocalSecondaryIndexes } = properties;
  const provisioned = properties.BillingMode !== 'PAY_PER_REQUEST' && ProvisionedThroughput;
  const index = ({ IndexName, KeySchema, Projection, ProvisionedThroughput }: Json) => ({
    IndexName,
    KeySchema,
    Projection,
    ...(provisioned && ProvisionedThroughput && { ProvisionedThroughput }),
  });
  return {
    TableName,
    AttributeDefinitions,
    KeySchema,
    BillingMode: provisioned ? 'PROVISIONED' : 'PAY_PER_REQUEST',
    ...(provisioned && { ProvisionedThroughput }),
    ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(index) }),
    ...(LocalSecondaryIndexes && { LocalSecondaryIndexes: LocalSecondaryIndexes.map(index) }),
  };
}

/**
 * Makes the table unless the data directory already has it.
 * @throws an Error of one line where it has another key or other indexes than the template.
 */
export async function ensureTable(engine: Engine, { name, definition }: TableModel): Promise<void> {
  const found = await engine.call('DescribeTable', { TableName: name });
  if (found.status === 200) {
    if (isDeepStrictEqual(shape(found.body['Table']), shape(definition))) return;
    throw new Error(
      `The stored table ${name} has another key or other indexes than the template: start with --fresh`,
    );
  }
  const created = await engine.call('CreateTable', structuredClone(definition));
  if (created.status !== 200) {
    const { message, Message = message } = created.body;
    throw new Error(`The table ${name} cannot be made: ${Message}`);
  }
  while ((await statusOf(engine, name)) === 'CREATING') {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const statusOf = async (engine: Engine, TableName: string) =>
  (await engine.call('DescribeTable', { TableName })).body['Table']?.TableStatus;

/** What cannot change under stored items, in an order that engines do not choose. */
const shape = (table: Json) =>
  ['AttributeDefinitions', 'KeySchema', 'GlobalSecondaryIndexes', 'LocalSecondaryIndexes'].map(
    (part) => lines(table[part] ?? []),
  );

const lines = (entries: readonly Json[]): readonly string[] =>
  entries
    .map(({ IndexName, KeySchema = [], AttributeName, AttributeType, KeyType }) =>
      [IndexName, ...lines(KeySchema), AttributeName, AttributeType, KeyType].join(' '),
    )
    .sort();
