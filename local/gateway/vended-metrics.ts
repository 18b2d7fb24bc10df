/** The metrics that API Gateway publishes by itself in AWS/ApiGateway, one sample of each for each request. */
import type { MetricSink } from '../../cloudwatch/metrics/metric.ts';
import type { ApiModel } from './api-model.ts';
import type { Context, Exchange } from './exchange.ts';

interface VendedMetric {
  readonly unit: 'Count' | 'Milliseconds';
  readonly dimensionSets: readonly (readonly string[])[];
  /** Undefined: nothing is published. */
  readonly value: (context: Context) => number | undefined;
}

/** The last only where the method's settings ask for detailed metrics. */
const dimensionSets = [
  ['ApiName'],
  ['ApiName', 'Stage'],
  ['ApiName', 'Stage', 'Resource', 'Method'],
];
const count = { unit: 'Count', dimensionSets } as const;
const time = { unit: 'Milliseconds', dimensionSets } as const;

/** AWS: Amazon API Gateway dimensions and metrics. Each request counts 0 or 1 as an error, so that Average is a rate. */
export const apiGatewayMetrics: Readonly<Record<string, VendedMetric>> = {
  Count: { ...count, value: () => 1 },
  '4XXError': { ...count, value: ({ status = 0 }) => Number(status >= 400 && status < 500) },
  '5XXError': { ...count, value: ({ status = 0 }) => Number(status >= 500) },
  Latency: { ...time, value: ({ responseLatency }) => responseLatency },
  // Where no integration was called there is none (assumed).
  IntegrationLatency: { ...time, value: ({ integrationLatency }) => integrationLatency },
};

const metrics = Object.entries(apiGatewayMetrics);

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
    const identities = method?.settings.detailedMetrics ? [...plain, detail] : plain;
    for (const [metric, { unit, value: read }] of metrics) {
      const value = read(context);
      if (value === undefined) continue;
      for (const dimensions of identities) {
        sink.put(
          { namespace: 'AWS/ApiGateway', name: metric, dimensions },
          { timestamp, value, unit },
        );
      }
    }
  };
}
