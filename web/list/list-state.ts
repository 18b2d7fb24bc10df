/** What the page shows, as one value, and the ways in which it changes. Pure. */
import type { SavedItem } from '../api/items-api.ts';
import type { Problem } from '../api/problem.ts';
import { type Entry, entryOf, nextStep } from './entry.ts';

export interface ListState {
  readonly phase: 'loading' | 'ready' | 'failed';
  /** Why loading failed. */
  readonly problem?: Problem | undefined;
  readonly entries: readonly Entry[];
  /** Where older items go on; null where there are none. */
  readonly nextCursor: string | null;
  readonly isLoadingMore: boolean;
}

export const emptyList: ListState = {
  phase: 'loading',
  entries: [],
  nextCursor: null,
  isLoadingMore: false,
};

export const findEntry = ({ entries }: ListState, key: string): Entry | undefined =>
  entries.find((entry) => entry.key === key);

export const withEntry = (state: ListState, key: string, change: Partial<Entry>): ListState => ({
  ...state,
  entries: state.entries.map((entry) => (entry.key === key ? { ...entry, ...change } : entry)),
});

export const withoutEntry = (state: ListState, key: string): ListState => ({
  ...state,
  entries: state.entries.filter((entry) => entry.key !== key),
});

/** What the service does not hold yet, or has refused to create; and what is just being sent, even if it was taken back. */
export const isUnsaved = (entry: Entry): boolean =>
  entry.isSending === true || nextStep(entry) !== undefined || entry.problem !== undefined;

/** What a fresh page must not wipe out: also what is being edited, and what was deleted, because that can be undone. */
const isKept = (entry: Entry): boolean =>
  isUnsaved(entry) || entry.isOpen === true || entry.isLeaving === true;

/** A fresh first page: what is not saved yet stays, the rest is as the service says. */
export function withFirstPage(
  state: ListState,
  saved: readonly SavedItem[],
  nextCursor: string | null,
): ListState {
  const kept = state.entries.filter(isKept);
  const listed = new Set(saved.map(({ item }) => item.id));
  return {
    phase: 'ready',
    entries: [
      ...kept.filter((entry) => !entry.saved || !listed.has(entry.saved.item.id)),
      ...saved.map((one) => known(kept, one) ?? refreshed(state.entries, one)),
    ],
    nextCursor,
    isLoadingMore: false,
  };
}

export function withNextPage(
  state: ListState,
  saved: readonly SavedItem[],
  nextCursor: string | null,
): ListState {
  const more = saved.filter((one) => !known(state.entries, one)).map(entryOf);
  return { ...state, entries: [...state.entries, ...more], nextCursor, isLoadingMore: false };
}

const known = (entries: readonly Entry[], { item }: SavedItem) =>
  entries.find(({ saved }) => saved?.item.id === item.id);

/** As the service says it is, in the row that it has. */
const refreshed = (entries: readonly Entry[], saved: SavedItem): Entry => ({
  ...entryOf(saved),
  key: known(entries, saved)?.key ?? saved.item.id,
});
