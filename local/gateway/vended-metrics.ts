/** The metrics that API Gateway publishes by itself in AWS/ApiGateway, one sample of each for each request. */
import type { MetricIdentity, MetricSink } from '../../cloudwatch/metrics/metric.ts';
import type { ApiModel } from './api-model.ts';
import type { Context } from './context.ts';
import type { Exchange } from './exchange.ts';

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

export function createVendedMetrics(
  { name: ApiName, stageName: Stage }: ApiModel,
  sink: MetricSink,
): (exchange: Exchange, timestamp: number) => void {
  // Identities are made once: the store knows a metric by its object before it compares names.
  const metricsOf = (...dimensionSets: readonly MetricIdentity['dimensions'][]) =>
    Object.entries(apiGatewayMetrics).map(([name, { unit, value }]) => ({
      unit,
      read: value,
      identities: [{ ApiName }, { ApiName, Stage }, ...dimensionSets].map(
        (dimensions): MetricIdentity => ({ namespace: 'AWS/ApiGateway', name, dimensions }),
      ),
    }));
  const plain = metricsOf();
  const detailed = new Map<string, typeof plain>();
  const detailedOf = (Resource: string, Method: string) => {
    const key = `${Method} ${Resource}`;
    const known = detailed.get(key) ?? metricsOf({ ApiName, Stage, Resource, Method });
    detailed.set(key, known);
    return known;
  };
  return ({ context, method }, timestamp) => {
    const metrics = method?.settings.detailedMetrics
      ? detailedOf(method.resourcePath, context.httpMethod)
      : plain;
    for (const { read, unit, identities } of metrics) {
      const value = read(context);
      if (value === undefined) continue;
      for (const identity of identities) sink.put(identity, { timestamp, value, unit });
    }
  };
}
