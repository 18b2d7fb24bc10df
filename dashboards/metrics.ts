/** Metrics and metric math in a line each, for boards and for the alarms that they draw. */
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { type MetricName, metricNamespace, serviceName } from '../services/contract/metrics.ts';
import type { StageNames } from '../services/contract/names.ts';

export interface MetricOptions {
  readonly label?: string;
  /** Seconds; default a minute. */
  readonly period?: number;
}

export const metric = (
  namespace: string,
  metricName: string,
  dimensionsMap: Readonly<Record<string, string>>,
  statistic: string,
  { label, period = 60 }: MetricOptions = {},
): Metric =>
  new Metric({
    namespace,
    metricName,
    dimensionsMap,
    statistic,
    label,
    period: Duration.seconds(period),
  });

/** Metric math over metrics of one period. */
export const math = (
  expression: string,
  usingMetrics: Readonly<Record<string, IMetric>>,
  period: number,
  label: string,
): MathExpression =>
  new MathExpression({ expression, usingMetrics, period: Duration.seconds(period), label });

export const apiMetric = (
  { api, stage }: StageNames,
  metricName: string,
  statistic: string,
  options?: MetricOptions,
): Metric =>
  metric('AWS/ApiGateway', metricName, { ApiName: api, Stage: stage }, statistic, options);

/** What the functions count themselves. */
export const counted = (
  { stage }: StageNames,
  metricName: MetricName,
  options?: MetricOptions,
): Metric =>
  metric(metricNamespace, metricName, { service: serviceName, stage }, Stats.SUM, options);

export const traffic = (names: StageNames): Metric[] => [
  apiMetric(names, 'Count', Stats.SAMPLE_COUNT, { label: 'all requests' }),
  apiMetric(names, '4XXError', Stats.SUM, { label: 'refused (4xx)' }),
  apiMetric(names, '5XXError', Stats.SUM, { label: 'failed (5xx)' }),
];

export const latencies = (names: StageNames, metricName = 'Latency'): Metric[] =>
  [50, 90, 99].map((percentile) =>
    apiMetric(names, metricName, Stats.p(percentile), { label: `p${percentile}` }),
  );
