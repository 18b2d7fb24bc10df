/**
 * Which IAM actions on which resources an operation needs.
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon DynamoDB"; Developer Guide,
 * "Using IAM with transactions".
 */
import { AwsError, type Json } from './aws-error.ts';

export interface Access {
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** The table's or index's ARN, or `*`. */
  readonly resource: string;
  readonly table?: string;
  readonly index?: string;
}

/** The operations that read or write items. */
export const dataPlane: Readonly<Record<string, 'Read' | 'Write'>> = {
  BatchGetItem: 'Read',
  BatchWriteItem: 'Write',
  DeleteItem: 'Write',
  GetItem: 'Read',
  PutItem: 'Write',
  Query: 'Read',
  Scan: 'Read',
  TransactGetItems: 'Read',
  TransactWriteItems: 'Write',
  UpdateItem: 'Write',
};

const transactActions: Readonly<Record<string, string>> = {
  ConditionCheck: 'ConditionCheckItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
};

/**
 * The operation alone decides which members count: engines ignore the others, so a policy must not be asked about them.
 * @param tablePrefix `arn:aws:dynamodb:<region>:<account>:table/`
 * @throws AwsError for PartiQL, whose statements would have to be parsed to know what they touch.
 */
export function accessesOf(operation: string, input: Json, tablePrefix: string): readonly Access[] {
  const on = (resource: string) => [{ action: `dynamodb:${operation}`, resource }];
  const to = (action: string, named: unknown, index?: unknown): Access => {
    if (named === undefined) return { action: `dynamodb:${action}`, resource: '*' };
    const table = textOf(named).replace(tablePrefix, '');
    const arn = table.startsWith('arn:') ? table : `${tablePrefix}${table}`;
    const access = { action: `dynamodb:${action}`, resource: arn, table };
    if (index === undefined) return access;
    return { ...access, resource: `${arn}/index/${textOf(index)}`, index: textOf(index) };
  };
  switch (operation) {
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.keys(input['RequestItems'] ?? {}).map((table) => to(operation, table));
    case 'TransactGetItems':
    case 'TransactWriteItems':
      return [input['TransactItems'] ?? []]
        .flat()
        .flatMap((item: Json) =>
          Object.entries(item ?? {}).map(([verb, part]) =>
            to(transactActions[verb] ?? verb, part?.TableName),
          ),
        );
    case 'ExecuteStatement':
    case 'BatchExecuteStatement':
    case 'ExecuteTransaction':
      throw new AwsError('ValidationException', `PartiQL (${operation}) is not emulated locally`);
    case 'Query':
    case 'Scan':
      return [to(operation, input['TableName'], input['IndexName'])];
    case 'ListTagsOfResource':
    case 'TagResource':
    case 'UntagResource':
      return on(textOf(input['ResourceArn'] ?? '*'));
    case 'DescribeEndpoints':
    case 'DescribeLimits':
    case 'ListTables':
      return on('*');
    default:
      return [to(operation, input['TableName'])];
  }
}

/** Whatever a policy says of it: engines refuse a name that is no string. */
const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
