import { expect, test } from '@jest/globals';
import { retryAfter } from './retry-after.ts';

const now = Date.parse('2026-01-05T00:00:00Z');

test.each([
  ['2', 2_000],
  ['0', 0],
  ['Mon, 05 Jan 2026 00:00:30 GMT', 30_000],
  ['Sun, 04 Jan 2026 00:00:30 GMT', 0],
  [null, undefined],
  ['', undefined],
  ['soon', undefined],
  ['-3', undefined],
])('Retry-After: %s is %s ms', (value, ms) => {
  expect(retryAfter(value, now)).toBe(ms);
});
