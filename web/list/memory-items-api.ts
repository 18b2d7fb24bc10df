/** The API as tests need it: items in memory, versions and tags as the real one makes them, failures on demand. */
import type { Item, ItemContent } from '../../services/contract/item.ts';
import { problems } from '../../services/contract/problems.ts';
import type { ItemsApi, SavedItem } from '../api/items-api.ts';
import { Problem, type TroubleCode } from '../api/problem.ts';

export interface MemoryItemsApi extends ItemsApi {
  /** Newest first. */
  items(): readonly Item[];
  /** Somebody else's write. */
  write(id: string, content: Partial<ItemContent>): void;
  forget(id: string): void;
  /** The next call of this name fails, before or after it has done its work. */
  failNext(name: keyof ItemsApi, code: TroubleCode, when?: 'before' | 'after'): void;
  /** The next answer of this name is made at once, but arrives only when the returned function is called. */
  holdNext(name: keyof ItemsApi): () => void;
  /** Names of the calls so far. */
  readonly calls: string[];
}

export function memoryItemsApi(titles: readonly string[] = []): MemoryItemsApi {
  const items = new Map<string, Item>();
  const byKey = new Map<string, string>();
  const failures: { name: string; code: TroubleCode; when: string }[] = [];
  const holds = new Map<string, Promise<void>>();
  const calls: string[] = [];
  const tagOf = ({ version }: Item) => `"v${version}"`;
  const saved = (item: Item): SavedItem => ({ item, tag: tagOf(item) });

  function store(id: string, content: ItemContent, version: number): SavedItem {
    const at = '2026-01-05T00:00:00.000Z';
    const item = { done: false, ...content, id, version, createdAt: at, updatedAt: at };
    items.set(id, item);
    return saved(item);
  }

  function create(content: ItemContent, key = `key-${items.size}`): SavedItem {
    const known = byKey.get(key);
    if (known) return saved(find(known));
    const id = `item-${byKey.size + 1}`;
    byKey.set(key, id);
    return store(id, content, 1);
  }

  function find(id: string, tag?: string): Item {
    const item = items.get(id);
    if (!item) throw new Problem('not-found', { status: 404 });
    if (tag !== undefined && tag !== tagOf(item)) throw new Problem('stale-version');
    return item;
  }

  /** Each call, with the failure that was ordered for it. */
  const call = async <Result>(name: string, work: () => Result): Promise<Result> => {
    calls.push(name);
    const index = failures.findIndex((failure) => failure.name === name);
    const [failure] = index < 0 ? [] : failures.splice(index, 1);
    await Promise.resolve();
    if (failure?.when === 'before') throw problemOf(failure.code);
    const result = work();
    const hold = holds.get(name);
    holds.delete(name);
    await hold;
    if (failure) throw problemOf(failure.code);
    return result;
  };

  for (const title of titles) create({ title });
  const newestFirst = () => [...items.values()].reverse();
  return {
    calls,
    items: newestFirst,
    write(id, content) {
      const { title, note, done, dueOn, version } = find(id);
      store(id, { title, note, done, dueOn, ...content } as ItemContent, version + 1);
    },
    forget: (id) => items.delete(id),
    holdNext(name) {
      const { promise, resolve } = Promise.withResolvers<void>();
      holds.set(name, promise);
      return resolve;
    },
    failNext: (name, code, when = 'before') => failures.push({ name, code, when }),
    list: ({ limit, cursor = '0' }) =>
      call('list', () => {
        const end = Number(cursor) + limit;
        const nextCursor = end < items.size ? String(end) : null;
        return { items: newestFirst().slice(Number(cursor), end), nextCursor };
      }),
    get: (id) => call('get', () => saved(find(id))),
    create: (content, key) => call('create', () => create(content, key)),
    replace: (id, tag, content) =>
      call('replace', () => store(id, content, find(id, tag).version + 1)),
    remove: (id, tag) =>
      call('remove', () => {
        find(id, tag);
        items.delete(id);
      }),
  };
}

/** With the status that the API answers. */
const problemOf = (code: TroubleCode) =>
  new Problem(code, { status: Object(problems)[code]?.status ?? 0 });
