/** The table, per operation that a function uses: DynamoDB publishes these metrics on {TableName, Operation} only. */
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { StageNames } from '../../services/contract/names.ts';
import {
  type AlarmDefinition,
  above,
  metric,
  silenceIsGood,
  silenceKeeps,
  threeOfFive,
} from './alarm-definition.ts';

const families = [
  {
    alarmId: 'table-throttled',
    meaning: 'is throttled',
    name: 'ThrottledRequests',
    statistic: Stats.SUM,
    threshold: 0,
    treatMissingData: silenceIsGood,
    ...threeOfFive,
  },
  {
    alarmId: 'table-system-errors',
    meaning: 'fails inside DynamoDB, more often than the SDK’s retries hide',
    name: 'SystemErrors',
    statistic: Stats.SUM,
    threshold: 0,
    treatMissingData: silenceIsGood,
    ...threeOfFive,
  },
  {
    alarmId: 'table-latency',
    meaning: 'takes DynamoDB more than 50 ms at the 99th percentile',
    name: 'SuccessfulRequestLatency',
    statistic: Stats.p(99),
    threshold: 50,
    // Silence says nothing about latency; the error alarms speak then.
    treatMissingData: silenceKeeps,
    evaluationPeriods: 5,
    datapointsToAlarm: 5,
  },
] as const;

/** @param operations what the functions call: `PutItem`, `Query` … */
export const tableAlarms = (
  operations: readonly string[],
  names: StageNames,
): readonly AlarmDefinition[] =>
  families.flatMap(({ meaning, name, statistic, ...family }) =>
    operations.map((operation) => ({
      ...family,
      qualifier: operation,
      meaning: `${operation} on ${names.table} ${meaning}.`,
      metric: metric(
        'AWS/DynamoDB',
        name,
        { TableName: names.table, Operation: operation },
        statistic,
      ),
      comparisonOperator: above,
    })),
  );
