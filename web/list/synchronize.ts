/**
 * Makes the service hold what a person wants of an entry, one request at a time per entry: create, replace or remove,
 * until nothing is left to do. Several quick changes of one item therefore never overtake each other.
 */
import type { ItemsApi, SavedItem } from '../api/items-api.ts';
import { Problem } from '../api/problem.ts';
import { type Content, contentOf, type Entry, isSameContent, nextStep } from './entry.ts';
import { findEntry, type ListState, withEntry } from './list-state.ts';
import type { Store } from './store.ts';

/** Two versions of one item; undefined is the deleted one. */
export interface Conflict {
  readonly mine: Content | undefined;
  readonly theirs: Content | undefined;
}

export interface SynchronizeOptions {
  readonly api: ItemsApi;
  readonly state: Store<ListState>;
  /** Lets the person choose between two versions. */
  readonly choose: (conflict: Conflict) => Promise<'mine' | 'theirs'>;
  /** What to show and to roll back where a step has failed. */
  readonly onProblem: (entry: Entry, problem: Problem) => void;
  readonly newKey: () => string;
}

/** Wanting it back is creating it anew. */
const gone = { saved: undefined, creation: undefined } satisfies Partial<Entry>;

/** Starts what is to be done for an entry; the promise ends with it and never rejects. */
export type Synchronize = (key: string) => Promise<void>;

export function createSynchronize(options: SynchronizeOptions): Synchronize {
  const { api, state, choose, onProblem, newKey } = options;
  const put = (key: string, change: Partial<Entry>) =>
    state.update((list) => withEntry(list, key, change));

  /** The saved version with its tag; somebody else's later version is a conflict already. */
  async function tagged(saved: SavedItem): Promise<Required<SavedItem>> {
    const { item, tag } = saved.tag ? saved : await api.get(saved.item.id);
    if (item.version !== saved.item.version) throw new Problem('stale-version');
    return { item, tag: tag ?? '' };
  }

  const steps = {
    async create({ key, wanted, creation = { key: newKey(), content: wanted } }: Entry) {
      put(key, { creation });
      put(key, { saved: await api.create(creation.content, creation.key) });
    },
    async replace({ key, wanted, saved }: Entry) {
      const { item, tag } = await tagged(saved!);
      put(key, { saved: await api.replace(item.id, tag, wanted) });
    },
    async remove({ key, saved }: Entry) {
      const { item, tag } = await tagged(saved!);
      await api.remove(item.id, tag);
      put(key, gone);
    },
  } as const;

  /** Somebody else was faster: the same decision, another one, or it is gone. */
  async function settle({ key, saved, wanted, isLeaving }: Entry): Promise<void> {
    const theirs = await api.get(saved!.item.id).catch(missing);
    if (isLeaving && !theirs) return put(key, gone);
    if (theirs && !isLeaving && isSameContent(contentOf(theirs.item), wanted)) {
      return put(key, { saved: theirs });
    }
    const mine = isLeaving ? undefined : wanted;
    const choice = await choose({ mine, theirs: theirs && contentOf(theirs.item) });
    put(key, {
      ...(theirs ? { saved: theirs } : gone),
      ...(choice === 'theirs' && {
        isLeaving: !theirs,
        ...(theirs && { wanted: contentOf(theirs.item) }),
      }),
    });
  }

  async function step(entry: Entry, name: keyof typeof steps): Promise<void> {
    try {
      await steps[name](entry);
    } catch (error) {
      const { code } = Object(error);
      const isConflict = code === 'stale-version' || code === 'not-found';
      if (name === 'create' || !isConflict) throw error;
      await settle(findEntry(state.get(), entry.key) ?? entry);
    }
  }

  return async (key) => {
    if (findEntry(state.get(), key)?.isSending) return;
    try {
      for (;;) {
        const entry = findEntry(state.get(), key);
        const name = entry && nextStep(entry);
        if (!entry || !name) return;
        put(key, { isSending: true });
        await step(entry, name);
      }
    } catch (error) {
      const entry = findEntry(state.get(), key);
      if (entry) onProblem(entry, problemOf(error));
    } finally {
      put(key, { isSending: false });
    }
  };
}

/** @throws the error, unless it says that there is no such item */
function missing(error: unknown): undefined {
  if (Object(error).code !== 'not-found') throw error;
}

const problemOf = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem('internal-error', { cause: error });
