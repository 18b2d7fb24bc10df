/**
 * Everything a person can do with the list. What they decide is shown at once and sent in the background; what cannot be
 * done is rolled back and said, with a way to try again.
 */
import { pageLimits } from '../../services/contract/item.ts';
import type { ItemsApi } from '../api/items-api.ts';
import { Problem } from '../api/problem.ts';
import { type Content, contentOf, type Entry } from './entry.ts';
import {
  emptyList,
  findEntry,
  isUnsaved,
  type ListState,
  withEntry,
  withFirstPage,
  withNextPage,
  withoutEntry,
} from './list-state.ts';
import type { Notices } from './notices.ts';
import { createStore, type Store } from './store.ts';
import { type Conflict, createSynchronize } from './synchronize.ts';

export interface ToDoList {
  readonly state: Store<ListState>;
  /** The first page; also again, after a failure or an absence. */
  load(): Promise<void>;
  loadMore(): Promise<void>;
  add(content: Content): void;
  /** The entry to be edited; `close` when that is over. */
  open(key: string): Entry | undefined;
  close(key: string): void;
  change(key: string, change: Partial<Content>): void;
  remove(key: string): void;
  /** Tries again to create what could not be created. */
  retry(key: string): void;
  /** Forgets what could not be created. */
  discard(key: string): void;
  /** Begins with what an earlier visit could not save; loading goes on with it. */
  resume(entries: readonly Entry[]): void;
}

export interface ToDoListOptions {
  readonly api: ItemsApi;
  readonly notices: Notices;
  readonly choose: (conflict: Conflict) => Promise<'mine' | 'theirs'>;
  readonly newKey?: () => string;
}

export function createToDoList(options: ToDoListOptions): ToDoList {
  const { api, notices, choose, newKey = () => crypto.randomUUID() } = options;
  const state = createStore(emptyList);
  const put = (key: string, change: Partial<Entry>) =>
    state.update((list) => withEntry(list, key, change));
  const synchronize = createSynchronize({ api, state, choose, newKey, onProblem: rollBack });

  function rollBack({ key, saved, wanted, isLeaving }: Entry, problem: Problem): void {
    // What is not sent because of the session is kept for the next one.
    if (problem.code === 'session-ended') return;
    if (!saved) {
      // What was refused may be mended, and is then another creation.
      const isRefused = problem.status >= 400 && problem.status < 500;
      put(key, { problem, ...(isRefused && { creation: undefined }) });
      return;
    }
    put(key, { wanted: contentOf(saved.item), isLeaving: false });
    notices.trouble(
      `“${saved.item.title}” was not ${isLeaving ? 'deleted' : 'changed'}.`,
      problem,
      () => (isLeaving ? list.remove(key) : list.change(key, wanted)),
    );
  }

  /** Loads a page; what fails is for `onProblem` to show. */
  async function page(
    query: Parameters<ItemsApi['list']>[0],
    place: typeof withFirstPage,
    onProblem: (problem: Problem) => void,
  ): Promise<void> {
    try {
      const before = state.get().entries;
      const { items, nextCursor } = await api.list(query);
      // What was written while the page was on its way may be missing from it.
      if (state.get().entries !== before) return page(query, place, onProblem);
      const saved = items.map((item) => ({ item }));
      state.update((current) => place(current, saved, nextCursor));
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem('internal-error');
      if (problem.code !== 'session-ended') onProblem(problem);
    }
  }

  const list: ToDoList = {
    state,
    async load() {
      const { phase, entries } = state.get();
      if (phase === 'failed') state.update((current) => ({ ...current, phase: 'loading' }));
      const limit = Math.min(Math.max(entries.length, pageLimits.default), pageLimits.max);
      await page({ limit }, withFirstPage, (problem) => {
        // A list that is there already is worth more than the news that it could not be refreshed.
        if (state.get().phase === 'ready') return;
        state.update((current) => ({ ...current, phase: 'failed', problem }));
      });
      for (const { key } of state.get().entries.filter(isUnsaved)) synchronize(key);
    },
    async loadMore() {
      const { nextCursor: cursor, isLoadingMore } = state.get();
      if (!cursor || isLoadingMore) return;
      state.update((current) => ({ ...current, isLoadingMore: true }));
      await page({ limit: pageLimits.default, cursor }, withNextPage, (problem) => {
        notices.trouble('Older items could not be loaded.', problem, () => list.loadMore());
      });
      state.update((current) => ({ ...current, isLoadingMore: false }));
    },
    add(wanted) {
      const key = newKey();
      state.update((current) => ({ ...current, entries: [{ key, wanted }, ...current.entries] }));
      synchronize(key);
    },
    open(key) {
      put(key, { isOpen: true });
      return findEntry(state.get(), key);
    },
    close: (key) => put(key, { isOpen: false }),
    change(key, change) {
      const entry = findEntry(state.get(), key);
      if (!entry) return;
      put(key, { wanted: { ...entry.wanted, ...change } });
      synchronize(key);
    },
    remove(key) {
      const entry = findEntry(state.get(), key);
      if (!entry) return;
      put(key, { isLeaving: true });
      const notice = notices.done(`Deleted “${entry.wanted.title}”.`, () => {
        put(key, { isLeaving: false });
        synchronize(key);
      });
      // Where it could not be deleted, there is nothing to undo.
      synchronize(key).then(() => {
        if (!findEntry(state.get(), key)?.isLeaving) notices.dismiss(notice);
      });
    },
    retry(key) {
      put(key, { problem: undefined });
      synchronize(key);
    },
    discard: (key) => state.update((current) => withoutEntry(current, key)),
    resume: (entries) => state.update((current) => ({ ...current, entries })),
  };
  return list;
}
