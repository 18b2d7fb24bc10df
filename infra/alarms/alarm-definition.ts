/** An alarm as its family's file writes it: a row of what is watched. `addAlarms` makes the resources. */
import {
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { AlarmId } from '../../services/contract/alarms.ts';

export interface AlarmDefinition
  extends Pick<
    AlarmProps,
    | 'metric'
    | 'threshold'
    | 'comparisonOperator'
    | 'evaluationPeriods'
    | 'datapointsToAlarm'
    | 'treatMissingData'
  > {
  readonly alarmId: AlarmId;
  /** Window, function or operation: what tells this member from the others of its family. */
  readonly qualifier?: string;
  /** One line: what is wrong when it fires. */
  readonly meaning: string;
}

/** The comparisons and missing-data modes in use, named as sentences read. */
export const above = ComparisonOperator.GREATER_THAN_THRESHOLD;
export const below = ComparisonOperator.LESS_THAN_THRESHOLD;
export const atMost = ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD;
export const {
  BREACHING: silenceIsBad,
  NOT_BREACHING: silenceIsGood,
  IGNORE: silenceKeeps,
} = TreatMissingData;

/** Three bad minutes of five: one failure, or one bad minute, tells nobody. */
export const threeOfFive = { evaluationPeriods: 5, datapointsToAlarm: 3 } as const;

export const metric = (
  namespace: string,
  metricName: string,
  dimensionsMap: Readonly<Record<string, string>>,
  statistic: string,
  seconds = 60,
): Metric =>
  new Metric({
    namespace,
    metricName,
    dimensionsMap,
    statistic,
    period: Duration.seconds(seconds),
  });

/** Metric math over metrics of one period. */
export const math = (
  expression: string,
  usingMetrics: Readonly<Record<string, IMetric>>,
  seconds: number,
  label: string,
): MathExpression =>
  new MathExpression({ expression, usingMetrics, period: Duration.seconds(seconds), label });
