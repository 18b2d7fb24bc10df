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
    ['GetItem', {}, ['dynamodb:GetItem *']],
    ['TagResource', {}, ['dynamodb:TagResource *']],
    ['DescribeTable', { TableName: 't' }, ['dynamodb:DescribeTable t']],
    ['TagResource', { ResourceArn: `${prefix}t` }, ['dynamodb:TagResource t']],
    ['Query', { TableName: `${prefix}t`, IndexName: 'i' }, ['dynamodb:Query t/index/i']],
    ['BatchGetItem', { RequestItems: { [`${prefix}a`]: {} } }, ['dynamodb:BatchGetItem a']],
    [
      'GetItem',
      { TableName: 'arn:aws:dynamodb:us-east-1:1:table/t' },
      ['dynamodb:GetItem arn:aws:dynamodb:us-east-1:1:table/t'],
    ],
    ['GetItem', { TableName: { toString: 1 } }, ['dynamodb:GetItem {"toString":1}']],
  ])('%s %j needs %j', (operation, input, expected) =>
    expect(of(operation, input)).toEqual(expected),
  );

  test.each([
    ['GetItem', { TableName: 't', RequestItems: {} }, ['dynamodb:GetItem t']],
    ['Scan', { TableName: 't', TransactItems: [] }, ['dynamodb:Scan t']],
    ['PutItem', { TableName: 't', RequestItems: { mine: [] } }, ['dynamodb:PutItem t']],
    ['BatchGetItem', { TableName: 'mine', RequestItems: { t: {} } }, ['dynamodb:BatchGetItem t']],
    ['TagResource', { TableName: 'mine', ResourceArn: 'a' }, ['dynamodb:TagResource a']],
    ['ListTables', { TableName: 'mine' }, ['dynamodb:ListTables *']],
  ])('%s %j needs %j, whatever else is in there', (operation, input, expected) =>
    expect(of(operation, input)).toEqual(expected),
  );

  test.each(['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction'])(
    'refuses %s',
    (name) => expect(() => of(name, {})).toThrow(`PartiQL (${name}) is not emulated locally`),
  );
});
