/** What the runtime publishes against the catalogue of what AWS publishes: neither has a row that the other lacks unexplained. */
import { describe, expect, test } from '@jest/globals';
import { awsCatalogue } from '../../cloudwatch/catalogue/aws-catalogue.ts';
import { lookUp } from '../../cloudwatch/catalogue/catalogue.ts';
import { absentDimensions, absentMetrics, emittedMetrics } from './emitted-metrics.ts';

const namespaces = [...new Set(emittedMetrics.map(({ namespace }) => namespace))];
const catalogue = awsCatalogue();
const published = catalogue.entries.filter(({ namespace }) => namespaces.includes(namespace));

const text = (set: readonly string[]) => [...set].sort().join(' ');
const keysOf = (list: readonly Omit<(typeof emittedMetrics)[number], 'unit'>[]) =>
  list.flatMap(({ namespace, metric, dimensionSets }) =>
    dimensionSets.map((set) => `${namespace} ${metric} {${text(set)}}`),
  );

describe('what is emitted', () => {
  test.each(emittedMetrics)('$namespace $metric has the catalogue’s unit and dimensions', (row) => {
    for (const set of row.dimensionSets) {
      const verdict = lookUp(catalogue, row.namespace, row.metric, set);
      expect(verdict).toMatchObject({ kind: 'known', entries: [{ unit: row.unit }] });
    }
  });
});

describe('what the catalogue has', () => {
  const emitted = new Set(keysOf(emittedMetrics));
  const names = new Set(Object.values(absentMetrics).flat());

  test.each(namespaces)('in %s is emitted, or it is said why it is not', (namespace) => {
    const rest = published
      .filter((entry) => entry.namespace === namespace && !names.has(entry.metric))
      .map((entry) => ({
        ...entry,
        dimensionSets: entry.dimensionSets.filter(
          (set) => !set.some((name) => name in absentDimensions),
        ),
      }));
    expect(keysOf(rest).filter((key) => !emitted.has(key))).toEqual([]);
  });

  test('holds everything that is said to be absent, and nothing of it is emitted', () => {
    const metrics = new Set(published.map(({ metric }) => metric));
    const dimensions = new Set(published.flatMap(({ dimensionSets }) => dimensionSets.flat()));
    expect([...names].filter((name) => !metrics.has(name))).toEqual([]);
    expect(Object.keys(absentDimensions).filter((name) => !dimensions.has(name))).toEqual([]);
    for (const { metric, dimensionSets } of emittedMetrics) {
      expect(names).not.toContain(metric);
      expect(dimensionSets.flat().filter((name) => name in absentDimensions)).toEqual([]);
    }
  });
});
