/** One line of the list: what the service last said, and what the person wants it to be. Pure. */
import type { Item, ItemContent } from '../../services/contract/item.ts';
import type { SavedItem } from '../api/items-api.ts';
import type { Problem } from '../api/problem.ts';

/** What a person decides about an item. `done` is always said. */
export type Content = ItemContent & Pick<Item, 'done'>;

export interface Entry {
  /** Stays the same from the first keystroke on, so that the page can keep its row. */
  readonly key: string;
  /** Nothing until it has been created. */
  readonly saved?: SavedItem | undefined;
  readonly wanted: Content;
  /** How it is created, however often that is tried: what was sent with a key stays with that key. */
  readonly creation?: undefined | { readonly key: string; readonly content: Content };
  /** Deleted by the person, whether the service knows it yet or not. */
  readonly isLeaving?: boolean;
  /** A request about it is on its way: whatever it says now, it is not settled yet. */
  readonly isSending?: boolean;
  /** Open in front of the person: what they edit is not exchanged under their hands. */
  readonly isOpen?: boolean;
  /** Why it could not be created. It waits for the person to try again or to discard it. */
  readonly problem?: Problem | undefined;
}

export const contentOf = ({ title, note, done, dueOn }: Item): Content => ({
  title,
  done,
  ...(note && { note }),
  ...(dueOn && { dueOn }),
});

export const isSameContent = (a: Content, b: Content): boolean =>
  a.title === b.title &&
  a.done === b.done &&
  (a.note ?? '') === (b.note ?? '') &&
  (a.dueOn ?? '') === (b.dueOn ?? '');

export const entryOf = (saved: SavedItem): Entry => ({
  key: saved.item.id,
  saved,
  wanted: contentOf(saved.item),
});

export type Step = 'create' | 'replace' | 'remove';

/** What has to happen next for the service to hold what the person wants; undefined where it does. */
export function nextStep({ saved, wanted, isLeaving, problem }: Entry): Step | undefined {
  if (problem) return undefined;
  if (!saved) return isLeaving ? undefined : 'create';
  if (isLeaving) return 'remove';
  return isSameContent(contentOf(saved.item), wanted) ? undefined : 'replace';
}
