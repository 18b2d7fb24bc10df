import { expect, test } from '@jest/globals';
import { dueLabel } from './due-label.ts';

// Late in the evening, when it is tomorrow elsewhere.
const now = new Date(2026, 0, 5, 23, 30);

test.each([
  ['2026-01-05', 'Today', false],
  ['2026-01-06', 'Tomorrow', false],
  ['2026-01-04', 'Yesterday', true],
  ['2026-01-07', 'Wednesday', false],
  ['2026-01-11', 'Sunday', false],
  ['2026-01-12', '12 Jan', false],
  ['2026-01-03', '3 Jan', true],
  ['2027-03-01', '1 Mar 2027', false],
  ['2025-12-31', '31 Dec 2025', true],
])('%s is %s on 5 January 2026', (dueOn, text, isOverdue) => {
  expect(dueLabel(dueOn, now)).toEqual({ text, isOverdue });
});
