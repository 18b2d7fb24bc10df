import { describe, expect, test } from '@jest/globals';
import { sampledShare, traceHeader } from './trace-header.ts';

describe('traceHeader', () => {
  test('is an X-Ray root: the time and 96 random bits', () => {
    const { header, traceId, sampled } = traceHeader(1_700_000_000_123, () => 0.5);
    expect(traceId).toBe('1-6553f100-800000008000000080000000');
    expect(header).toBe(`Root=${traceId};Sampled=0`);
    expect(sampled).toBe(false);
  });

  test('a share is sampled', () => {
    const sampled = Array.from({ length: 20_000 }, () => traceHeader(0)).filter(
      (each) => each.sampled && each.header.endsWith(';Sampled=1'),
    );
    expect(sampled.length / 20_000).toBeCloseTo(sampledShare, 2);
  });
});
