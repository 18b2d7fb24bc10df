/** API Gateway's metrics of one stage, as every board reads them. */
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { StageNames } from '../services/contract/names.ts';

export const apiMetric = (
  names: StageNames,
  metricName: string,
  statistic: string,
  { label, period = Duration.minutes(1) }: { readonly label: string; readonly period?: Duration },
): Metric =>
  new Metric({
    namespace: 'AWS/ApiGateway',
    metricName,
    dimensionsMap: { ApiName: names.api, Stage: names.stage },
    statistic,
    label,
    period,
  });

export const traffic = (names: StageNames): Metric[] => [
  apiMetric(names, 'Count', Stats.SAMPLE_COUNT, { label: 'all requests' }),
  apiMetric(names, '4XXError', Stats.SUM, { label: 'refused (4xx)' }),
  apiMetric(names, '5XXError', Stats.SUM, { label: 'failed (5xx)' }),
];

export const latencies = (names: StageNames, metricName = 'Latency'): Metric[] =>
  [50, 90, 99].map((percentile) =>
    apiMetric(names, metricName, Stats.p(percentile), { label: `p${percentile}` }),
  );
