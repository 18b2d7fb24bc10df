/** `npm run catalogue`: the service's own metrics for the offline CloudWatch, in `cdk.out/catalogue.json`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricNamespace, metrics } from '../../services/contract/metrics.ts';

/** One row per metric; a request counts each of them once or not at all, so a sample is 0 or 1. */
export const catalogue = () =>
  Object.entries(metrics).map(([metric, { unit, dimensionSets }]) => ({
    namespace: metricNamespace,
    metric,
    unit,
    dimensionSets,
    sampleMin: 0,
    sampleMax: 1,
  }));

if (import.meta.main) {
  const folder = join(import.meta.dirname, '../../cdk.out');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'catalogue.json'), `${JSON.stringify(catalogue(), null, 2)}\n`);
  console.log('wrote cdk.out/catalogue.json');
}
