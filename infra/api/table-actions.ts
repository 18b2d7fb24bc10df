/** Who may do what to the table: exactly one action per function. Role policies and the table's own policy both come from here. */
import type { FunctionName } from '../../services/contract/routes.ts';

export const tableActions = {
  'put-item': 'dynamodb:PutItem',
  'get-item': 'dynamodb:GetItem',
  'list-items': 'dynamodb:Query',
  'update-item': 'dynamodb:UpdateItem',
  'delete-item': 'dynamodb:DeleteItem',
} as const satisfies Record<FunctionName, string>;

/** Every other action that reads or writes items (Service Authorization Reference, Amazon DynamoDB): nobody needs it. */
export const unusedTableActions = [
  'dynamodb:BatchGetItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:PartiQLDelete',
  'dynamodb:PartiQLInsert',
  'dynamodb:PartiQLSelect',
  'dynamodb:PartiQLUpdate',
  'dynamodb:Scan',
] as const;

/** `put-item` → `PutItem`, as construct ids are written. */
export const pascalCase = (name: string) =>
  name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
