/** The metrics that API Gateway publishes by itself in AWS/ApiGateway, one sample of each for each request. */
import type { MetricSink } from '../../cloudwatch/metrics/metric.ts';
import type { ApiModel } from './api-model.ts';
import type { Context, Exchange } from './exchange.ts';

interface VendedMetric {
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds';
  /** Undefined: nothing is published. */
  readonly value: (context: Context) => number | undefined;
}

/** AWS: Amazon API Gateway dimensions and metrics. Each request counts 0 or 1 as an error, so that Average is a rate. */
const metrics: readonly VendedMetric[] = [
  { name: 'Count', unit: 'Count', value: () => 1 },
  {
    name: '4XXError',
    unit: 'Count',
    value: ({ status = 0 }) => Number(status >= 400 && status < 500),
  },
  { name: '5XXError', unit: 'Count', value: ({ status = 0 }) => Number(status >= 500) },
  { name: 'Latency', unit: 'Milliseconds', value: (context) => context.responseLatency },
  // Where no integration was called there is none (assumed).
  {
    name: 'IntegrationLatency',
    unit: 'Milliseconds',
    value: (context) => context.integrationLatency,
  },
];

export type PutMetrics = (exchange: Exchange, timestamp: number) => void;

/** By API, by API and stage, and where the method's settings ask for it by resource and method too. */
export function createVendedMetrics({ name, stageName }: ApiModel, sink: MetricSink): PutMetrics {
  const plain: readonly Readonly<Record<string, string>>[] = [
    { ApiName: name },
    { ApiName: name, Stage: stageName },
  ];
  return ({ context, method }, timestamp) => {
    const detail = {
      ApiName: name,
      Stage: stageName,
      Resource: method?.resourcePath ?? '',
      Method: context.httpMethod,
    };
    const dimensionSets = method?.settings.detailedMetrics ? [...plain, detail] : plain;
    for (const { name: metric, unit, value: read } of metrics) {
      const value = read(context);
      if (value === undefined) continue;
      for (const dimensions of dimensionSets) {
        sink.put(
          { namespace: 'AWS/ApiGateway', name: metric, dimensions },
          { timestamp, value, unit },
        );
      }
    }
  };
}
