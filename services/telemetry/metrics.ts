/** The service's metrics as embedded metric format documents ("Specification: Embedded metric format"). */
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { EmfOutput } from '@aws-lambda-powertools/metrics/types';
import {
  type MetricName,
  metrics,
  metricNamespace as namespace,
  serviceName,
} from '../contract/metrics.ts';

/** @returns a document for these metrics, each counted once; it carries its dimensions' values. */
export type EmfDocument = (names: readonly MetricName[], version: string) => EmfOutput;

/** Two documents of Powertools' in one: a metric's dimension sets differ, Powertools' are the same for all. */
export function emfDocument(stage: string, functionName: string): EmfDocument {
  const perService = new Metrics({ namespace, serviceName, defaultDimensions: { stage } });
  return (names, version) => {
    const document = count(perService, names);
    const perVersion = names.filter((name) => metrics[name].dimensionSets.length > 1);
    if (perVersion.length === 0) return document;
    const defaultDimensions = { stage, function: functionName, version };
    const more = count(new Metrics({ namespace, serviceName, defaultDimensions }), perVersion);
    const CloudWatchMetrics = [document, more].flatMap(({ _aws }) => _aws.CloudWatchMetrics);
    return { ...document, ...more, _aws: { ...document._aws, CloudWatchMetrics } };
  };
}

function count(recorder: Metrics, names: readonly MetricName[]): EmfOutput {
  for (const name of names) recorder.addMetric(name, metrics[name].unit, 1);
  const document = recorder.serializeMetrics();
  recorder.clearMetrics();
  for (const { Metrics: definitions } of document._aws.CloudWatchMetrics) {
    for (const definition of definitions) withoutDefaultUnit(definition);
  }
  return document;
}

/** "Unit: optional; None if it is absent", says the specification, and every request pays for its bytes. */
function withoutDefaultUnit(definition: { Unit?: string }): void {
  if (definition.Unit === 'None') delete definition.Unit;
}
