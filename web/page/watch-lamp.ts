/** The lamp of the lighthouse tells whether everything is saved; the words beside it say the same. */
import { isUnsaved, type ListState } from '../list/list-state.ts';
import type { ToDoList } from '../list/to-do-list.ts';

const words = {
  lit: 'All saved',
  busy: 'Saving…',
  waiting: 'Not everything is saved',
  dark: 'Offline. What you change is saved when the connection is back.',
} as const;

export type Lamp = keyof typeof words;

export function lampOf({ entries }: Pick<ListState, 'entries'>, isOnline: boolean): Lamp {
  if (!isOnline) return 'dark';
  const unsaved = entries.filter(isUnsaved);
  if (unsaved.length === 0) return 'lit';
  return unsaved.every(({ problem }) => problem) ? 'waiting' : 'busy';
}

export function tendLamp(list: ToDoList): void {
  const scene = document.querySelector<HTMLElement>('.scene')!;
  const status = document.getElementById('status')!;
  const update = () => {
    const lamp = lampOf(list.state.get(), navigator.onLine);
    if (scene.dataset['lamp'] === lamp) return;
    scene.dataset['lamp'] = lamp;
    status.textContent = words[lamp];
  };
  list.state.subscribe(update);
  addEventListener('online', update);
  addEventListener('offline', update);
}
