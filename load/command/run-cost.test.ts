import { describe, expect, test } from '@jest/globals';
import { loadPlan } from '../profiles/load-plan.ts';
import { costText, runCost } from './run-cost.ts';

describe('runCost', () => {
  test('a million requests cost some six dollars and a half', () => {
    const { requests, dollars } = runCost(loadPlan('soak', { rate: 1000, seconds: 1000 }), 0);
    expect(requests).toBeGreaterThan(1_000_000);
    expect(dollars / (requests / 1e6)).toBeGreaterThan(5);
    expect(dollars / (requests / 1e6)).toBeLessThan(7);
  });

  test('tokens are renewed once an hour by each virtual user', () => {
    expect(runCost(loadPlan('soak', { rate: 100, seconds: 1800 }), 4).tokens).toBe(4);
    expect(runCost(loadPlan('soak', { rate: 100, seconds: 7200 }), 4).tokens).toBe(4 + 2 * 60);
  });

  test('is told in requests and dollars', () => {
    expect(costText({ requests: 540_000, tokens: 64, dollars: 3.618 })).toBe(
      'about 540,000 requests and 64 tokens, $3.62 at list price',
    );
    expect(costText({ requests: 5, tokens: 1, dollars: 0.002 })).toContain('less than $0.01');
  });
});
