/** Title, note and due date of one item, in a dialog. */
import type { ToDoList } from '../list/to-do-list.ts';
import { noteError, titleError } from './content-errors.ts';
import { showError } from './show-error.ts';
import { template } from './template.ts';

export function editItem(list: ToDoList, key: string): void {
  const entry = list.open(key);
  if (!entry) return;
  const { root: dialog, part } = template<HTMLDialogElement>('editor');
  const title = part<HTMLInputElement>('title');
  const note = part<HTMLTextAreaElement>('note');
  const due = part<HTMLInputElement>('due');
  title.value = entry.wanted.title;
  note.value = entry.wanted.note ?? '';
  due.value = entry.wanted.dueOn ?? '';

  const typed = () => JSON.stringify([title.value, note.value, due.value]);
  const before = typed();
  const checkTitle = () => showError(title, part('title-error'), titleError(title.value));
  const checkNote = () => showError(note, part('note-error'), noteError(note.value));
  title.addEventListener('input', checkTitle);
  note.addEventListener('input', checkNote);

  function save(event: Event): void {
    event.preventDefault();
    const isFine = [checkTitle(), checkNote()].every(Boolean);
    if (!isFine) {
      dialog.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
      return;
    }
    dialog.close();
    list.change(key, {
      title: title.value.trim(),
      note: note.value || undefined,
      dueOn: due.value || undefined,
    });
  }

  let isWarned = false;
  /** Closes where nothing would be lost; else only when asked twice. */
  function cancel(event: Event): void {
    if (typed() === before || isWarned) {
      dialog.close();
      return;
    }
    event.preventDefault();
    isWarned = true;
    part('hint').textContent = 'There are unsaved changes. Once more to discard them.';
  }

  part('form').addEventListener('submit', save);
  part('cancel').addEventListener('click', cancel);
  dialog.addEventListener('cancel', cancel);
  dialog.addEventListener('close', () => {
    dialog.remove();
    list.close(key);
  });
  note.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save(event);
  });
  document.body.append(dialog);
  dialog.showModal();
}
