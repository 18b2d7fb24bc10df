import { metricNamespace, metrics } from './metrics.ts';

/**
 * The service's own metrics as the offline CloudWatch takes them (`--catalogue`), one row each. A request counts each of
 * them once or not at all, so a sample is 0 or 1.
 */
export const metricCatalogue = () =>
  Object.entries(metrics).map(([metric, { unit, dimensionSets }]) => ({
    namespace: metricNamespace,
    metric,
    unit,
    dimensionSets,
    sampleMin: 0,
    sampleMax: 1,
  }));
