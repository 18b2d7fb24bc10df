import { expect, test } from '@jest/globals';
import { Problem } from '../api/problem.ts';
import type { Entry } from '../list/entry.ts';
import { lampOf } from './watch-lamp.ts';

const at = '2026-01-05T00:00:00.000Z';
const item = { id: '1', title: 'a', done: false, version: 1, createdAt: at, updatedAt: at };
const saved: Entry = { key: 'saved', saved: { item }, wanted: { title: 'a', done: false } };
const changed: Entry = { ...saved, key: 'changed', wanted: { title: 'a', done: true } };
const refused: Entry = { key: 'refused', wanted: saved.wanted, problem: new Problem('throttled') };
const deleted: Entry = { key: 'deleted', wanted: saved.wanted, isLeaving: true };

test.each<[string, readonly Entry[], boolean]>([
  ['lit', [], true],
  ['lit', [saved, deleted], true],
  ['busy', [saved, changed], true],
  ['busy', [refused, changed], true],
  ['busy', [{ ...saved, isLeaving: true }], true],
  ['busy', [{ ...saved, isSending: true }], true],
  ['waiting', [saved, refused], true],
  ['dark', [saved], false],
])('is %s', (lamp, entries, isOnline) => {
  expect(lampOf({ entries }, isOnline)).toBe(lamp);
});
