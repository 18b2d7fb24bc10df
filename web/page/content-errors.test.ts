import { expect, test } from '@jest/globals';
import { itemLimits } from '../../services/contract/item.ts';
import { noteError, titleError } from './content-errors.ts';

const { titleMaxLength, noteMaxLength } = itemLimits;

test.each([
  ['', /Write down/],
  [' \n\t', /Write down/],
  ['x', /^$/],
  ['x'.repeat(titleMaxLength), /^$/],
  [` ${'x'.repeat(titleMaxLength)} `, /^$/],
  ['x'.repeat(titleMaxLength + 1), /^This title has 201 characters; there is room for 200\.$/],
  ['😀'.repeat(101), /202 characters/],
])('of the title %j', (title, expected) => {
  expect(titleError(title)).toMatch(expected);
});

test('of a note: nothing until it is too long', () => {
  expect(noteError('')).toBe('');
  expect(noteError('x'.repeat(noteMaxLength))).toBe('');
  expect(noteError('x'.repeat(5_000_000))).toMatch(/5,000,000 characters; there is room for 4,000/);
});
