/** What the page has to say about what was done or was not: said once, until it is dismissed or outdated. */
import type { Problem } from '../api/problem.ts';
import { createStore, type Store } from './store.ts';

export interface Notice {
  readonly id: number;
  readonly tone: 'done' | 'trouble';
  readonly text: string;
  readonly problem?: Problem;
  readonly action?: { readonly label: string; readonly run: () => void };
}

export interface Notices {
  readonly state: Store<readonly Notice[]>;
  /** Only the last thing done is told, and can be undone. @returns the notice's id */
  done(text: string, undo?: () => void): number;
  trouble(text: string, problem: Problem, retry?: () => void): void;
  dismiss(id: number): void;
  /** Undoes the last thing done, if it can be undone. */
  undo(): void;
}

/** More than fit on a phone would only hide the list. */
const troublesShown = 2;

export function createNotices(): Notices {
  const state = createStore<readonly Notice[]>([]);
  let lastId = 0;

  function add(notice: Omit<Notice, 'id' | 'action'>, label: string, run?: () => void): number {
    const id = ++lastId;
    const action = run && {
      label,
      run: () => {
        dismiss(id);
        run();
      },
    };
    state.update((shown) => {
      const kept = shown.filter(({ tone }) => tone !== 'done' || notice.tone !== 'done');
      const troubles = kept.filter(({ tone }) => tone === 'trouble');
      const outdated = troubles.slice(0, Math.max(0, troubles.length + 1 - troublesShown));
      const isCurrent = (one: Notice) => notice.tone === 'done' || !outdated.includes(one);
      return [...kept.filter(isCurrent), { id, ...notice, ...(action && { action }) }];
    });
    return id;
  }

  const dismiss = (id: number) => state.update((shown) => shown.filter((one) => one.id !== id));

  return {
    state,
    done: (text, undo) => add({ tone: 'done', text }, 'Undo', undo),
    trouble(text, problem, retry) {
      add({ tone: 'trouble', text, problem }, 'Try again', retry);
    },
    dismiss,
    undo: () =>
      state
        .get()
        .find(({ tone, action }) => tone === 'done' && action)
        ?.action?.run(),
  };
}
