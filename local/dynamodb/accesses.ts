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

const partiQl = ['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction'];

/**
 * @param tablePrefix `arn:aws:dynamodb:<region>:<account>:table/`
 * @throws AwsError for PartiQL, whose statements would have to be parsed to know what they touch.
 */
export function accessesOf(operation: string, input: Json, tablePrefix: string): readonly Access[] {
  if (partiQl.includes(operation)) {
    throw new AwsError('ValidationException', `PartiQL (${operation}) is not emulated locally`);
  }
  const to = (action: string, table: string, index?: string): Access => ({
    action: `dynamodb:${action}`,
    resource: `${tablePrefix}${table}${index === undefined ? '' : `/index/${index}`}`,
    table,
    ...(index !== undefined && { index }),
  });
  if (typeof input['RequestItems'] === 'object' && input['RequestItems']) {
    return Object.keys(input['RequestItems']).map((table) => to(operation, table));
  }
  if (Array.isArray(input['TransactItems'])) {
    return input['TransactItems'].flatMap((item: Json) =>
      Object.entries(item ?? {}).map(([verb, part]) =>
        to(transactActions[verb] ?? verb, String(part?.TableName)),
      ),
    );
  }
  if (input['TableName'] !== undefined) {
    const indexed = operation === 'Query' || operation === 'Scan';
    return [to(operation, String(input['TableName']), indexed ? input['IndexName'] : undefined)];
  }
  const resource = String(input['ResourceArn'] ?? input['TableArn'] ?? '*');
  return [{ action: `dynamodb:${operation}`, resource }];
}
