import { expect, test } from '@jest/globals';
import { Problem } from '../api/problem.ts';
import { type Entry, entryOf } from './entry.ts';
import { emptyList, type ListState, withFirstPage, withNextPage } from './list-state.ts';

const at = '2026-01-05T00:00:00.000Z';
const saved = (id: string, title = id, version = 1) => ({
  item: { id, title, done: false, version, createdAt: at, updatedAt: at },
});
const listOf = (...entries: readonly Entry[]): ListState => ({
  ...emptyList,
  phase: 'ready',
  entries,
});
const titles = ({ entries }: ListState) => entries.map(({ wanted }) => wanted.title);

test('a fresh page shows what the service says, in the rows that are there', () => {
  const created = { ...entryOf(saved('1')), key: 'row-1' };
  const state = withFirstPage(listOf(created, entryOf(saved('2'))), [saved('1', 'new', 2)], null);
  expect(state.entries).toMatchObject([{ key: 'row-1', wanted: { title: 'new' } }]);
});

test('a fresh page keeps what is not saved, where it is or on top', () => {
  const changed = { ...entryOf(saved('1')), wanted: { title: 'mine', done: false } };
  const refused: Entry = {
    key: 'x',
    wanted: { title: 'refused', done: false },
    problem: new Problem('throttled'),
  };
  const deleted: Entry = { key: 'y', wanted: { title: 'deleted', done: false }, isLeaving: true };
  const state = withFirstPage(
    listOf(refused, changed, deleted),
    [saved('2'), saved('1', 'theirs', 2)],
    'more',
  );
  expect(titles(state)).toEqual(['refused', 'deleted', '2', 'mine']);
  expect(state.entries[3]?.saved?.item.version).toBe(1);
  expect(state.nextCursor).toBe('more');
});

test('the next page adds what is not there yet', () => {
  const state = withNextPage(listOf(entryOf(saved('2'))), [saved('2'), saved('1')], null);
  expect(titles(state)).toEqual(['2', '1']);
});
