import { expect, test } from '@jest/globals';
import { stageNamed } from '../stages.ts';
import { propertiesOf, templatesOf } from '../templates.ts';
import { variants } from '../variants.ts';

const { Notify: notify } = templatesOf(stageNamed('prod'));

test('each severity has a topic of its own, and the people who hear it', () => {
  const topics = propertiesOf(notify, 'AWS::SNS::Topic').map(({ TopicName, Subscription }) => [
    TopicName,
    Subscription.map((one: { Endpoint: string }) => one.Endpoint),
  ]);
  expect(topics).toEqual([
    ['manara-prod-page', ['on-call@example.com']],
    ['manara-prod-ticket', ['team@example.com']],
  ]);
});

test('the key turns and admits CloudWatch and Budgets of this account only', () => {
  const [{ EnableKeyRotation, KeyPolicy }] = propertiesOf(notify, 'AWS::KMS::Key') as [
    { EnableKeyRotation: boolean; KeyPolicy: { Statement: object[] } },
  ];
  expect(EnableKeyRotation).toBe(true);
  expect(KeyPolicy.Statement[1]).toMatchObject({
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Principal: { Service: ['budgets.amazonaws.com', 'cloudwatch.amazonaws.com'] },
    Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
  });
});

test('a stage without e-mail addresses has topics that others can subscribe to', () => {
  const { Notify } = templatesOf(variants['without-e-mails']!);
  expect(propertiesOf(Notify, 'AWS::SNS::Topic').map((topic) => topic.Subscription ?? [])).toEqual([
    [],
    [],
  ]);
});
