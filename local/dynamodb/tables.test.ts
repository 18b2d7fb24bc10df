import { describe, expect, test } from '@jest/globals';
import { tablesFromStage } from './tables.ts';
import { allowing, sampleStage, stageOf, table } from './testing/sample-stage.ts';

const modelOf = (properties: object, type = 'AWS::DynamoDB::Table') =>
  tablesFromStage(stageOf([{ ...table(properties), type }]))[0];
const resourcePolicy = (Resource = '*') => {
  const { Version, Statement } = allowing('dynamodb:GetItem', Resource);
  return { PolicyDocument: { Version, Statement: [{ ...Statement[0], Principal: '*' }] } };
};

describe('tablesFromStage', () => {
  test('reads the table of the template', () => {
    expect(tablesFromStage(sampleStage())[0]).toMatchObject({
      name: 'manara-test-items',
      indexes: [],
      throttledBy: 'KeyRangeThroughput',
      timeToLiveAttribute: 'expiresAt',
      definition: { BillingMode: 'PAY_PER_REQUEST' },
    });
  });

  test('reads a time to live that is switched off', () => {
    const off = { AttributeName: 'expiresAt', Enabled: false };
    expect(modelOf({ TimeToLiveSpecification: off })?.timeToLiveAttribute).toBeUndefined();
  });

  test("takes the region's replica of a global table", () => {
    const replicas = [
      { Region: 'us-east-1' },
      { Region: 'eu-central-1', ResourcePolicy: resourcePolicy() },
    ];
    const model = modelOf({ Replicas: replicas }, 'AWS::DynamoDB::GlobalTable');
    expect(model?.resourcePolicy?.statements).toHaveLength(1);
  });

  test.each([
    [
      { OnDemandThroughput: { MaxReadRequestUnits: 1 } },
      'MaxOnDemandThroughput',
      'PAY_PER_REQUEST',
    ],
    [
      { BillingMode: undefined, ProvisionedThroughput: { ReadCapacityUnits: 1 } },
      'ProvisionedThroughput',
      'PROVISIONED',
    ],
  ])('%j is throttled by %s', (properties, throttledBy, BillingMode) => {
    expect(modelOf(properties)).toMatchObject({ throttledBy, definition: { BillingMode } });
  });

  test('names a policy that it cannot read', () => {
    const { PolicyDocument } = resourcePolicy();
    const ResourcePolicy = {
      PolicyDocument: {
        ...PolicyDocument,
        Statement: { ...PolicyDocument.Statement[0], Principal: {}, Effect: 'Maybe' },
      },
    };
    expect(() => modelOf({ ResourcePolicy })).toThrow(
      'Policy of table manara-test-items, statement 0: the effect Maybe is neither Allow nor Deny',
    );
  });
});
