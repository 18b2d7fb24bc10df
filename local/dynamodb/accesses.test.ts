import { describe, expect, test } from '@jest/globals';
import { accessesOf } from './accesses.ts';

const prefix = 'arn:aws:dynamodb:eu-central-1:111122223333:table/';
const of = (operation: string, input: object) =>
  accessesOf(operation, input, prefix).map(
    ({ action, resource }) => `${action} ${resource.replace(prefix, '')}`,
  );

describe('accessesOf', () => {
  test.each([
    ['GetItem', { TableName: 't' }, ['dynamodb:GetItem t']],
    ['Query', { TableName: 't' }, ['dynamodb:Query t']],
    ['Query', { TableName: 't', IndexName: 'i' }, ['dynamodb:Query t/index/i']],
    ['Scan', { TableName: 't', IndexName: 'i' }, ['dynamodb:Scan t/index/i']],
    ['PutItem', { TableName: 't', IndexName: 'i' }, ['dynamodb:PutItem t']],
    [
      'BatchGetItem',
      { RequestItems: { a: {}, b: {} } },
      ['dynamodb:BatchGetItem a', 'dynamodb:BatchGetItem b'],
    ],
    ['BatchWriteItem', { RequestItems: { a: [] } }, ['dynamodb:BatchWriteItem a']],
    [
      'TransactWriteItems',
      {
        TransactItems: [
          { Put: { TableName: 'a' } },
          { Update: { TableName: 'a' } },
          { Delete: { TableName: 'b' } },
          { ConditionCheck: { TableName: 'c' } },
        ],
      },
      [
        'dynamodb:PutItem a',
        'dynamodb:UpdateItem a',
        'dynamodb:DeleteItem b',
        'dynamodb:ConditionCheckItem c',
      ],
    ],
    ['TransactGetItems', { TransactItems: [{ Get: { TableName: 'a' } }] }, ['dynamodb:GetItem a']],
    ['ListTables', {}, ['dynamodb:ListTables *']],
    ['DescribeTable', { TableName: 't' }, ['dynamodb:DescribeTable t']],
    ['TagResource', { ResourceArn: `${prefix}t` }, ['dynamodb:TagResource t']],
  ])('%s %j needs %j', (operation, input, expected) =>
    expect(of(operation, input)).toEqual(expected),
  );

  test.each(['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction'])(
    'refuses %s',
    (name) => expect(() => of(name, {})).toThrow(`PartiQL (${name}) is not emulated locally`),
  );
});
