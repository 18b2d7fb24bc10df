/** What could not be saved before the page was left, in this tab, for the same person only. Never tokens. */
import type { Entry } from '../list/entry.ts';

const storageKey = 'manara.unsaved';

export function keepWork(person: string, entries: readonly Entry[]): void {
  // Of the moment only: what failed is tried again.
  const kept = entries.map(({ problem, isSending, isOpen, ...entry }) => entry);
  if (kept.length === 0) sessionStorage.removeItem(storageKey);
  else sessionStorage.setItem(storageKey, JSON.stringify({ person, kept }));
}

export function takeWork(person: string): readonly Entry[] {
  const text = sessionStorage.getItem(storageKey);
  sessionStorage.removeItem(storageKey);
  const work = text ? JSON.parse(text) : {};
  return work.person === person ? work.kept : [];
}
