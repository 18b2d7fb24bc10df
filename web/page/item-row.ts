/** One line of the list. Whatever people typed is put in as text, never as markup. */
import { type Entry, nextStep } from '../list/entry.ts';
import type { ToDoList } from '../list/to-do-list.ts';
import { dueLabel } from './due-label.ts';
import { problemView } from './problem-view.ts';
import { rescueFocus } from './rescue-focus.ts';
import { template } from './template.ts';

export interface ItemRow {
  readonly element: HTMLElement;
  update(entry: Entry): void;
}

export interface ItemRowOptions {
  readonly list: ToDoList;
  readonly key: string;
  readonly edit: (key: string) => void;
  readonly remove: (key: string, event: UIEvent) => void;
}

export function createItemRow({ list, key, edit, remove }: ItemRowOptions): ItemRow {
  const { root, part } = template('item');
  const done = part<HTMLInputElement>('done');
  const due = part<HTMLTimeElement>('due');
  let shown: Entry | undefined;
  root.dataset['key'] = key;
  done.addEventListener('change', () => list.change(key, { done: done.checked }));
  part('open').addEventListener('click', () => edit(key));
  part('delete').addEventListener('click', (event) => remove(key, event));

  function updateDue(dueOn: string | undefined, isDone: boolean): void {
    due.hidden = !dueOn;
    if (!dueOn) return;
    const { text, isOverdue } = dueLabel(dueOn, new Date());
    const isLate = isOverdue && !isDone;
    due.dateTime = dueOn;
    due.textContent = isLate ? `Overdue: ${text}` : text;
    due.classList.toggle('late', isLate);
  }

  function updateFailure({ problem }: Entry): void {
    if (problem === shown?.problem) return;
    const view = problem && {
      title: 'Not saved.',
      problem,
      action: { label: 'Try again', run: () => list.retry(key) },
      dismiss: { label: 'Discard', run: () => list.discard(key) },
    };
    rescueFocus(part('failure'), part('open'));
    part('failure').hidden = !view;
    part('failure').replaceChildren(...(view ? [problemView(view)] : []));
  }

  return {
    element: root,
    update(entry) {
      if (entry === shown) return;
      const { title, note, dueOn, done: isDone } = entry.wanted;
      done.checked = isDone;
      done.ariaLabel = `Done: ${title}`;
      part('title').textContent = title;
      part('note').textContent = note ?? '';
      part('delete').ariaLabel = `Delete ${title}`;
      root.classList.toggle('done', isDone);
      root.ariaBusy = String(nextStep(entry) !== undefined);
      updateDue(dueOn, isDone);
      updateFailure(entry);
      shown = entry;
    },
  };
}
