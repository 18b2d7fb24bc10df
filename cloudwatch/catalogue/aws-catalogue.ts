/** The built-in catalogue: 583 metrics of 26 namespaces, from the pages that `aws.data.json` names. */
import { readFileSync } from 'node:fs';
import type { AbsentMetric, Catalogue, MetricEntry } from './catalogue.ts';

interface DataFile {
  readonly sources: Readonly<Record<string, string>>;
  readonly namespaces: readonly {
    readonly namespace: string;
    readonly absent?: readonly Omit<AbsentMetric, 'namespace'>[];
    readonly metrics: readonly Omit<MetricEntry, 'namespace'>[];
  }[];
}

/** Seconds. Source: CloudWatch user guide, "Publish custom metrics": those of AWS services are of it by default. */
const standardResolution = 60;

let cached: Catalogue | undefined;

export function awsCatalogue(): Catalogue {
  cached ??= load();
  return cached;
}

function load(): Catalogue {
  const file = new URL('./aws.data.json', import.meta.url);
  const { sources, namespaces }: DataFile = JSON.parse(readFileSync(file, 'utf8'));
  const address = (source: string) => sources[source] ?? source;
  return {
    entries: namespaces.flatMap(({ namespace, metrics }) =>
      metrics.map((metric) => ({
        // Services publish at standard resolution unless a row says otherwise.
        ...{ every: standardResolution, ...metric, namespace },
        sources: metric.sources.map(address),
      })),
    ),
    absent: namespaces.flatMap(({ namespace, absent = [] }) =>
      absent.map((metric) => ({ ...metric, namespace, source: address(metric.source) })),
    ),
  };
}
