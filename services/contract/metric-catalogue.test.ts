import { expect, test } from '@jest/globals';
import { metricCatalogue } from './metric-catalogue.ts';
import { metrics } from './metrics.ts';

test('the catalogue lists each metric with every dimension set that it is published under', () => {
  const fault = metricCatalogue().find(({ metric }) => metric === 'Fault');
  expect(fault).toEqual({
    namespace: 'Manara',
    metric: 'Fault',
    unit: metrics.Fault.unit,
    dimensionSets: [
      ['service', 'stage'],
      ['service', 'stage', 'function', 'version'],
    ],
    sampleMin: 0,
    sampleMax: 1,
  });
});
