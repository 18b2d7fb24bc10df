import { describe, expect, test } from '@jest/globals';
import { extractEmf } from './emf.ts';

const document = (change: Record<string, unknown> = {}, directive: Record<string, unknown> = {}) =>
  JSON.stringify({
    service: 'items',
    stage: 'prod',
    Handled: 1,
    Latency: [1, 2],
    _aws: {
      Timestamp: 1_000_000,
      CloudWatchMetrics: [
        {
          Namespace: 'Manara',
          Dimensions: [['service', 'stage'], ['service']],
          Metrics: [{ Name: 'Handled', Unit: 'Count' }],
          ...directive,
        },
      ],
    },
    ...change,
  });

const names = (length: number) => Array.from({ length }, (_, index) => `n${index}`);

describe('embedded metric format', () => {
  test('yields a sample for each metric, dimension set and value', () => {
    const metrics = [
      { Name: 'Handled', Unit: 'Count' },
      { Name: 'Latency', StorageResolution: 1 },
    ];
    const result = extractEmf(document({}, { Metrics: metrics }));
    const sample = { timestamp: 1_000_000, value: 1, storageResolution: 60, unit: 'Count' };
    const both = { service: 'items', stage: 'prod' };
    expect(result).toMatchObject({ samples: { length: 6 } });
    expect(result).toMatchObject({
      samples: [
        { metric: { namespace: 'Manara', name: 'Handled', dimensions: both }, sample },
        { metric: { dimensions: { service: 'items' } }, sample },
        { metric: { name: 'Latency', dimensions: both }, sample: { storageResolution: 1 } },
        { sample: { value: 2 } },
        { metric: { dimensions: { service: 'items' } }, sample: { value: 1 } },
        { sample: { value: 2 } },
      ],
    });
  });

  test.each(['plain text', '{"a":1}', 'text that quotes "_aws"', '["_aws"]', '{"a":{"_aws":1}}'])(
    'is silent about %s',
    (text) => {
      expect(extractEmf(text)).toBeUndefined();
    },
  );

  test.each<[string, string, string]>([
    ['broken JSON', '{"_aws":', 'parsing'],
    ['no metadata object', '{"_aws":1}', 'parsing'],
    ['no timestamp', document({ _aws: { CloudWatchMetrics: [] } }), 'parsing'],
    ['no directives', document({ _aws: { Timestamp: 1 } }), 'parsing'],
    ['a directive without namespace', document({}, { Namespace: undefined }), 'parsing'],
    ['an empty namespace', document({}, { Namespace: '' }), 'validation'],
    ['a missing dimension', document({}, { Dimensions: [['absent']] }), 'validation'],
    ['an inherited dimension', document({}, { Dimensions: [['constructor']] }), 'validation'],
    ['a dimension that is no string', document({ service: 1 }), 'validation'],
    ['a long dimension value', document({ service: 'x'.repeat(1025) }), 'validation'],
    ['31 dimensions', document({}, { Dimensions: [names(31)] }), 'validation'],
    ['a missing metric', document({ Handled: undefined }), 'validation'],
    ['a metric of text', document({ Handled: '1' }), 'validation'],
    ['a metric with one text among numbers', document({ Handled: [1, '1'] }), 'validation'],
    [
      'a metric beyond all numbers',
      document().replace('"Handled":1', '"Handled":1e999'),
      'validation',
    ],
    [
      'a directive that is null',
      document({ _aws: { Timestamp: 1, CloudWatchMetrics: [null] } }),
      'parsing',
    ],
    [
      'a directive that is a list',
      document({ _aws: { Timestamp: 1, CloudWatchMetrics: [[]] } }),
      'parsing',
    ],
    ['101 values', document({ Handled: Array(101).fill(1) }), 'validation'],
    ['101 metrics', document({}, { Metrics: names(101).map((Name) => ({ Name })) }), 'validation'],
    ['an unknown unit', document({}, { Metrics: [{ Name: 'Handled', Unit: 'Hz' }] }), 'validation'],
    [
      'another resolution',
      document({}, { Metrics: [{ Name: 'Handled', StorageResolution: 5 }] }),
      'validation',
    ],
    ['more than 1 MB', document({ pad: 'x'.repeat(1_100_000) }), 'validation'],
    ['more than 1 MB in fewer characters', document({ pad: 'é'.repeat(600_000) }), 'validation'],
  ])('refuses %s', (_, text, error) => {
    expect(extractEmf(text)).toMatchObject({ error, reason: expect.any(String) });
  });

  test('accepts what is just within the limits', () => {
    const key = 'k'.repeat(250);
    const full = { Handled: Array(100).fill(1), [key]: 'x'.repeat(1024) };
    expect(extractEmf(document(full, { Dimensions: [[key]] }))).toMatchObject({
      samples: { length: 100 },
    });
    expect(extractEmf(document({ k: 'x' }, { Dimensions: [['k']] }))).toHaveProperty('samples');
    const longer = `${key}k`;
    expect(extractEmf(document({ [longer]: 'x' }, { Dimensions: [[longer]] }))).toMatchObject({
      error: 'validation',
    });
  });

  test('accepts the shortest names and values', () => {
    const text = document(
      { service: 'x', m: 0 },
      { Namespace: 'n', Dimensions: [['service']], Metrics: [{ Name: 'm' }] },
    );
    expect(extractEmf(text)).toMatchObject({
      samples: [{ metric: { namespace: 'n', name: 'm' } }],
    });
  });

  test('accepts an empty dimension set, and nothing for no set', () => {
    expect(extractEmf(document({}, { Dimensions: [[]] }))).toMatchObject({
      samples: [{ metric: { dimensions: {} } }],
    });
    expect(extractEmf(document({}, { Dimensions: [] }))).toEqual({ samples: [] });
  });

  test('checks the time against the clock it is given', () => {
    const day = 24 * 3600_000;
    expect(extractEmf(document(), 1_000_000 + 14 * day)).toHaveProperty('samples');
    expect(extractEmf(document(), 1_000_001 + 14 * day)).toMatchObject({ error: 'validation' });
    expect(extractEmf(document(), 1_000_000 - 2 * 3600_000)).toHaveProperty('samples');
    expect(extractEmf(document(), 1_000_000 - 2 * 3600_000 - 1)).toMatchObject({
      error: 'validation',
    });
  });
});
