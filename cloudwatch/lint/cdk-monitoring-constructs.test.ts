/** The linter on a hundred alarms that it did not grow up with: what cdk-monitoring-constructs makes. */
import { describe, expect, test } from '@jest/globals';
import { monitoredService } from '../fixtures/monitored-service.ts';
import { openTemplates } from '../template/open-templates.ts';
import { lintTemplates } from './lint-templates.ts';

const troubles = (limit: number, region: string) =>
  lintTemplates(openTemplates([{ file: 'service', body: monitoredService(limit), region }]), {
    // Who is told is chosen by an action strategy, which this service has not.
    disable: ['no-actions'],
  })
    .filter(({ level }) => level !== 'info')
    .map(({ level, rule, resource }) => {
      const [, name] = /(add\w+Alarm)[0-9A-F]{8}$/.exec(resource) ?? [];
      return `${level} ${rule} ${name}`;
    });

/** Every finding above info where thresholds are low enough, and why it is right. */
const always: Readonly<Record<string, string>> = {
  'warning silence-unnoticed addMinInvocationsCountAlarm':
    'AWS/Lambda publishes nothing without invocations, and missing data stays missing',
  'warning silence-unnoticed addQueueMinIncomingMessagesAlarm':
    'AWS/SQS goes silent six hours after the last activity',
  'warning silence-unnoticed addMinNumberOfMessagesPublishedAlarm':
    'AWS/SNS publishes nothing for an inactive topic',
  'warning silence-unnoticed addMinStartedExecutionCountAlarm':
    'AWS/States publishes nothing without executions',
  'warning silence-unnoticed addMinIncomingLogsAlarm':
    'AWS/Logs publishes nothing without log events',
  'warning period-too-short addDaysToExpiryAlarm':
    'AWS/CertificateManager publishes twice a day, the alarm looks every five minutes',
  'warning unreachable-threshold addMinInvocationsCountAlarm':
    'a datapoint of Invocations stands for at least one',
};

/** What a limit of 1 adds: the defect of published templates that read a share as a percentage. */
const withOne: Readonly<Record<string, string>> = {
  'error unreachable-threshold addFaultRateAlarm': 'Average of Errors is a share: never above 1',
  'error unreachable-threshold add4XXErrorRateAlarm':
    'Average of 4XXError is a share: never above 1',
  'error unreachable-threshold add5XXFaultRateAlarm':
    'Average of 5XXError is a share: never above 1',
  'warning unreachable-threshold addThrottlesRateAlarm':
    'Average of Throttles is taken for a share: its samples are not documented as 0 or 1',
  'warning unreachable-threshold addProvisionedConcurrencySpilloverInvocationsRateAlarm':
    'likewise of spilled-over invocations',
  'warning unreachable-threshold addFailedExecutionRateAlarm': 'likewise of failed executions',
};

describe('alarms of cdk-monitoring-constructs', () => {
  test('with low thresholds have no error, and each warning is justified', () => {
    expect(troubles(0.5, 'us-east-1').sort()).toEqual(Object.keys(always).sort());
  });

  test('with a limit of 1 for rates cannot fire', () => {
    expect(troubles(1, 'us-east-1').sort()).toEqual(Object.keys({ ...always, ...withOne }).sort());
  });

  test("elsewhere than in us-east-1 cannot see CloudFront's metrics", () => {
    const errors = troubles(0.5, 'eu-west-1').filter((text) => text.startsWith('error'));
    expect([...new Set(errors.map((text) => text.split(' ')[1]))]).toEqual(['wrong-region']);
  });
});
