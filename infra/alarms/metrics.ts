/** Metrics and metric math as alarms write them: one line each. */
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';

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
