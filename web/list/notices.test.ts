import { expect, test } from '@jest/globals';
import { Problem } from '../api/problem.ts';
import { createNotices } from './notices.ts';

const trouble = new Problem('unreachable');

test('only the last thing done is told and undone, once', () => {
  const notices = createNotices();
  const undone: string[] = [];
  notices.done('Deleted a', () => undone.push('a'));
  notices.done('Deleted b', () => undone.push('b'));
  expect(notices.state.get().map(({ text }) => text)).toEqual(['Deleted b']);
  notices.undo();
  notices.undo();
  expect(undone).toEqual(['b']);
  expect(notices.state.get()).toEqual([]);
});

test('the two last troubles stay beside it until they are dismissed', () => {
  const notices = createNotices();
  for (const text of ['first', 'second']) notices.trouble(text, trouble);
  notices.done('done');
  notices.trouble('third', trouble);
  expect(notices.state.get().map(({ text }) => text)).toEqual(['second', 'done', 'third']);
  notices.dismiss(notices.state.get()[0]!.id);
  expect(notices.state.get().map(({ text }) => text)).toEqual(['done', 'third']);
});

test('what can be tried again is tried once', () => {
  const notices = createNotices();
  let tries = 0;
  notices.trouble('no', trouble, () => tries++);
  notices.state.get()[0]?.action?.run();
  expect([tries, notices.state.get()]).toEqual([1, []]);
  notices.trouble('no', trouble);
  expect(notices.state.get()[0]?.action).toBeUndefined();
});
