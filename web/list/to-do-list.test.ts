import { describe, expect, test } from '@jest/globals';
import { isUnsaved } from './list-state.ts';
import { type MemoryItemsApi, memoryItemsApi } from './memory-items-api.ts';
import { createNotices } from './notices.ts';
import { createToDoList, type ToDoListOptions } from './to-do-list.ts';

/** Everything that was started has ended. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

async function listOf(api: MemoryItemsApi, options: Partial<ToDoListOptions> = {}) {
  const notices = createNotices();
  let keys = 0;
  const list = createToDoList({
    api,
    notices,
    choose: async () => {
      throw new Error('nobody is to be asked');
    },
    newKey: () => `new-${++keys}`,
    ...options,
  });
  await list.load();
  const shown = () => list.state.get().entries.filter(({ isLeaving }) => !isLeaving);
  const titles = () => shown().map(({ wanted }) => wanted.title);
  const keyOf = (title: string) =>
    shown().find(({ wanted }) => wanted.title === title)?.key ?? title;
  return { list, notices, shown, titles, keyOf };
}

const savedTitles = (api: MemoryItemsApi) => api.items().map(({ title }) => title);

describe('the list', () => {
  test('shows the first page and loads more', async () => {
    const api = memoryItemsApi(Array.from({ length: 25 }, (_, index) => `item ${index + 1}`));
    const { list, titles } = await listOf(api);
    expect(titles()).toHaveLength(20);
    expect(titles()[0]).toBe('item 25');
    await Promise.all([list.loadMore(), list.loadMore()]);
    expect(titles()).toHaveLength(25);
    expect(api.calls).toEqual(['list', 'list']);
    expect(list.state.get()).toMatchObject({ nextCursor: null, isLoadingMore: false });
  });

  test('says why it could not be loaded, and loads when it is tried again', async () => {
    const api = memoryItemsApi(['a']);
    api.failNext('list', 'internal-error');
    const { list, titles } = await listOf(api);
    expect(list.state.get()).toMatchObject({
      phase: 'failed',
      problem: { code: 'internal-error' },
    });
    await list.load();
    expect(titles()).toEqual(['a']);
  });

  test('stays where it could not be refreshed', async () => {
    const api = memoryItemsApi(['a']);
    const { list, titles } = await listOf(api);
    api.failNext('list', 'unreachable');
    await list.load();
    expect(list.state.get().phase).toBe('ready');
    expect(titles()).toEqual(['a']);
  });

  test('does not bring back what was deleted while it was loading', async () => {
    const api = memoryItemsApi(['a', 'b']);
    const { list, titles, keyOf } = await listOf(api);
    const loading = list.load();
    list.remove(keyOf('a'));
    await loading;
    await settled();
    await list.load();
    expect(titles()).toEqual(['b']);
  });

  test('does not go back to what it was while a page was on its way', async () => {
    const api = memoryItemsApi(['a']);
    const { list, titles, keyOf } = await listOf(api);
    const release = api.holdNext('list');
    const loading = list.load();
    await settled();
    list.change(keyOf('a'), { title: 'b' });
    await settled();
    release();
    await loading;
    expect(titles()).toEqual(['b']);
  });

  test('keeps what is loaded when older items cannot be', async () => {
    const api = memoryItemsApi(Array.from({ length: 25 }, (_, index) => `item ${index + 1}`));
    const { list, titles, notices } = await listOf(api);
    api.failNext('list', 'internal-error');
    await list.loadMore();
    expect(titles()).toHaveLength(20);
    expect(list.state.get().isLoadingMore).toBe(false);
    notices.state.get()[0]?.action?.run();
    await settled();
    expect(titles()).toHaveLength(25);
  });
});

describe('adding', () => {
  test('shows the item at once and saves it once', async () => {
    const api = memoryItemsApi(['old']);
    const { list, titles } = await listOf(api);
    list.add({ title: 'new', done: false });
    expect(titles()).toEqual(['new', 'old']);
    await settled();
    expect(savedTitles(api)).toEqual(['new', 'old']);
    await list.load();
    expect(titles()).toEqual(['new', 'old']);
  });

  test.each(['before', 'after'] as const)(
    'makes one item where the answer got lost %s the work was done',
    async (when) => {
      const api = memoryItemsApi();
      const { list, shown, keyOf } = await listOf(api);
      api.failNext('create', 'unreachable', when);
      list.add({ title: 'new', done: false });
      await settled();
      expect(shown()[0]?.problem?.code).toBe('unreachable');
      await list.load();
      expect(api.calls.filter((call) => call === 'create')).toHaveLength(1);
      list.retry(keyOf('new'));
      await settled();
      expect(savedTitles(api)).toEqual(['new']);
      expect(shown()[0]?.problem).toBeUndefined();
    },
  );

  test('sends what was first sent with a key, then what was changed since', async () => {
    const api = memoryItemsApi();
    const { list, keyOf } = await listOf(api);
    api.failNext('create', 'unreachable', 'after');
    list.add({ title: 'new', done: false });
    await settled();
    list.change(keyOf('new'), { title: 'newer' });
    list.retry(keyOf('newer'));
    await settled();
    expect(savedTitles(api)).toEqual(['newer']);
    expect(api.calls.slice(-3)).toEqual(['create', 'create', 'replace']);
  });

  test('that was refused can be mended, and is then sent anew', async () => {
    const api = memoryItemsApi();
    const { list, shown, keyOf } = await listOf(api);
    api.failNext('create', 'invalid-request');
    list.add({ title: 'wrong', done: false });
    await settled();
    list.change(keyOf('wrong'), { title: 'right' });
    expect(shown()[0]?.problem?.code).toBe('invalid-request');
    list.retry(keyOf('right'));
    await settled();
    expect(savedTitles(api)).toEqual(['right']);
    expect(api.calls.filter((call) => call === 'replace')).toEqual([]);
  });

  test('forgets what is discarded', async () => {
    const api = memoryItemsApi();
    const { list, titles, keyOf } = await listOf(api);
    api.failNext('create', 'invalid-request');
    list.add({ title: 'new', done: false });
    await settled();
    list.discard(keyOf('new'));
    expect(titles()).toEqual([]);
  });
});

describe('changing', () => {
  test('is shown at once, and quick changes arrive in order', async () => {
    const api = memoryItemsApi(['a']);
    const { list, titles, keyOf } = await listOf(api);
    const key = keyOf('a');
    list.change(key, { title: 'b' });
    list.change(key, { done: true });
    list.change(key, { title: 'c' });
    expect(titles()).toEqual(['c']);
    await settled();
    expect(api.items()).toMatchObject([{ title: 'c', done: true }]);
    expect(api.calls).toEqual(['list', 'get', 'replace', 'replace']);
  });

  test.each([{ note: 'n' }, { dueOn: '2026-01-05' }, { done: true }, { title: 'b' }])(
    'of %j alone is sent, and so is taking it back',
    async (change) => {
      const api = memoryItemsApi(['a']);
      const { list, keyOf } = await listOf(api);
      const key = keyOf('a');
      list.change(key, change);
      await settled();
      expect(api.items()).toMatchObject([change]);
      list.change(key, { title: 'a', done: false, note: undefined, dueOn: undefined });
      await settled();
      expect(api.items()).toMatchObject([{ title: 'a', done: false, version: 3 }]);
    },
  );

  test('sends nothing where the change was taken back in time', async () => {
    const api = memoryItemsApi(['a']);
    const { list, keyOf } = await listOf(api);
    list.change(keyOf('a'), {});
    await settled();
    expect(api.calls).toEqual(['list']);
  });

  test('is rolled back where it fails, and can be tried again', async () => {
    const api = memoryItemsApi(['a']);
    const { list, titles, keyOf, notices } = await listOf(api);
    api.failNext('replace', 'internal-error');
    list.change(keyOf('a'), { title: 'b' });
    await settled();
    expect(titles()).toEqual(['a']);
    expect(notices.state.get()).toMatchObject([{ tone: 'trouble', text: '“a” was not changed.' }]);
    notices.state.get()[0]?.action?.run();
    await settled();
    expect(savedTitles(api)).toEqual(['b']);
    expect(notices.state.get()).toEqual([]);
  });

  test('stays as the person wants it when the session ends, and is sent in the next one', async () => {
    const api = memoryItemsApi(['a']);
    const first = await listOf(api);
    api.failNext('replace', 'session-ended');
    first.list.change(first.keyOf('a'), { title: 'b' });
    first.list.add({ title: 'new', done: false });
    await settled();
    expect(first.titles()).toEqual(['new', 'b']);

    const kept = first.list.state.get().entries.filter(({ wanted }) => wanted.title === 'b');
    const { list, titles } = await listOf(memoryItemsApi());
    list.resume(kept);
    expect(titles()).toEqual(['b']);
    const second = createToDoList({ api, notices: first.notices, choose: async () => 'mine' });
    second.resume(kept);
    await second.load();
    await settled();
    expect(savedTitles(api)).toEqual(['new', 'b']);
    expect(second.state.get().entries).toHaveLength(2);
  });
});

describe('deleting', () => {
  test('hides the item at once; undoing it makes it anew in its place', async () => {
    const api = memoryItemsApi(['a', 'b', 'c']);
    const { list, titles, keyOf, notices } = await listOf(api);
    list.remove(keyOf('b'));
    expect(titles()).toEqual(['c', 'a']);
    await settled();
    expect(savedTitles(api)).toEqual(['c', 'a']);
    notices.undo();
    notices.undo();
    expect(titles()).toEqual(['c', 'b', 'a']);
    await settled();
    expect(savedTitles(api).sort()).toEqual(['a', 'b', 'c']);
  });

  test('of an item that was made here can be undone as well', async () => {
    const api = memoryItemsApi();
    const { list, titles, keyOf, notices } = await listOf(api);
    list.add({ title: 'new', done: false });
    await settled();
    list.remove(keyOf('new'));
    await settled();
    notices.undo();
    await settled();
    expect([savedTitles(api), titles()]).toEqual([['new'], ['new']]);
    expect(list.state.get().entries[0]?.problem).toBeUndefined();
  });

  test('undone while it is on its way is not saved before the item is there again', async () => {
    const api = memoryItemsApi(['a']);
    const { list, keyOf, notices } = await listOf(api);
    const release = api.holdNext('remove');
    list.remove(keyOf('a'));
    await settled();
    notices.undo();
    expect(list.state.get().entries.filter(isUnsaved)).toHaveLength(1);
    release();
    await settled();
    expect(savedTitles(api)).toEqual(['a']);
    expect(list.state.get().entries.filter(isUnsaved)).toEqual([]);
  });

  test('undone before it was sent leaves one item', async () => {
    const api = memoryItemsApi(['a']);
    const { list, keyOf, notices } = await listOf(api);
    list.remove(keyOf('a'));
    notices.undo();
    await settled();
    expect(savedTitles(api)).toEqual(['a']);
  });

  test('shows the item again where it fails, with nothing left to undo', async () => {
    const api = memoryItemsApi(['a']);
    const { list, titles, keyOf, notices } = await listOf(api);
    api.failNext('remove', 'unreachable');
    list.remove(keyOf('a'));
    await settled();
    expect(titles()).toEqual(['a']);
    expect(notices.state.get()).toMatchObject([{ text: '“a” was not deleted.' }]);
  });

  test('is content with an item that is gone already', async () => {
    const api = memoryItemsApi(['a']);
    const { list, titles, keyOf } = await listOf(api);
    api.forget('item-1');
    list.remove(keyOf('a'));
    await settled();
    expect(titles()).toEqual([]);
  });
});

describe('a conflict', () => {
  test.each([
    ['mine', 'mine'],
    ['theirs', 'theirs'],
  ] as const)('ends with the version that the person chooses: %s', async (choice, title) => {
    const asked: unknown[] = [];
    const api = memoryItemsApi(['a']);
    const { list, titles, keyOf } = await listOf(api, {
      choose: async (conflict) => {
        asked.push(conflict);
        return choice;
      },
    });
    api.write('item-1', { title: 'theirs', note: 'n' });
    list.change(keyOf('a'), { title: 'mine' });
    await settled();
    expect(asked).toEqual([
      { mine: { title: 'mine', done: false }, theirs: { title: 'theirs', note: 'n', done: false } },
    ]);
    expect([savedTitles(api), titles()]).toEqual([[title], [title]]);
  });

  test('is noticed from the tag of an earlier write, too', async () => {
    const api = memoryItemsApi(['a']);
    const { list, titles, keyOf } = await listOf(api, { choose: async () => 'theirs' });
    list.change(keyOf('a'), { title: 'b' });
    await settled();
    api.write('item-1', { title: 'theirs' });
    list.change(keyOf('b'), { title: 'c' });
    await settled();
    expect(titles()).toEqual(['theirs']);
  });

  test('is not hidden by a refresh while the item is being edited', async () => {
    const asked: unknown[] = [];
    const api = memoryItemsApi(['a']);
    const { list, keyOf } = await listOf(api, {
      choose: async (conflict) => {
        asked.push(conflict);
        return 'theirs';
      },
    });
    const key = keyOf('a');
    list.open(key);
    api.write('item-1', { title: 'theirs' });
    await list.load();
    list.close(key);
    list.change(key, { title: 'mine' });
    await settled();
    expect(asked).toHaveLength(1);
    await list.load();
    expect(savedTitles(api)).toEqual(['theirs']);
  });

  test('is none where both want the same, as after an answer that got lost', async () => {
    const api = memoryItemsApi(['a']);
    const { list, titles, keyOf, notices } = await listOf(api);
    api.failNext('replace', 'unreachable', 'after');
    list.change(keyOf('a'), { title: 'b' });
    await settled();
    expect(titles()).toEqual(['a']);
    notices.state.get()[0]?.action?.run();
    await settled();
    expect(titles()).toEqual(['b']);
    expect(api.items()).toMatchObject([{ title: 'b', version: 2 }]);
  });

  test('with an item deleted elsewhere makes it anew, or lets it go', async () => {
    for (const choice of ['mine', 'theirs'] as const) {
      const api = memoryItemsApi(['a']);
      const { list, titles, keyOf } = await listOf(api, { choose: async () => choice });
      api.forget('item-1');
      list.change(keyOf('a'), { title: 'mine' });
      await settled();
      const expected = choice === 'mine' ? ['mine'] : [];
      expect([savedTitles(api), titles()]).toEqual([expected, expected]);
    }
  });

  test('with an item that was made here and deleted elsewhere makes it anew', async () => {
    const api = memoryItemsApi();
    const { list, shown, keyOf } = await listOf(api, { choose: async () => 'mine' });
    list.add({ title: 'new', done: false });
    await settled();
    api.forget('item-1');
    list.change(keyOf('new'), { title: 'newer' });
    await settled();
    expect(savedTitles(api)).toEqual(['newer']);
    expect(shown()[0]?.problem).toBeUndefined();
  });

  test('of deleting with a change elsewhere deletes only what the person has seen', async () => {
    const api = memoryItemsApi(['a']);
    const { list, titles, keyOf, notices } = await listOf(api, {
      choose: async ({ mine, theirs }) => (mine === undefined && theirs ? 'theirs' : 'mine'),
    });
    api.write('item-1', { title: 'theirs' });
    list.remove(keyOf('a'));
    await settled();
    expect([savedTitles(api), titles()]).toEqual([['theirs'], ['theirs']]);
    expect(notices.state.get()).toEqual([]);
  });
});
