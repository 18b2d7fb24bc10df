/** The line at the top in which a person writes what there is to do. */
import type { ToDoList } from '../list/to-do-list.ts';
import { titleError } from './content-errors.ts';
import { showError } from './show-error.ts';
import type { Clone } from './template.ts';

export function bindNewItemForm({ part }: Clone, list: ToDoList): void {
  const input = part<HTMLInputElement>('title');
  let addedAt = 0;
  const check = () => showError(input, part('error'), titleError(input.value));
  input.addEventListener('input', () => {
    // Complaints go as soon as they are mended; a long text is told at once, an empty one only when it is sent.
    if (input.value.trim() === '') showError(input, part('error'), '');
    else check();
  });
  part('form').addEventListener('submit', (event) => {
    event.preventDefault();
    const isSecondClick = input.value === '' && event.timeStamp - addedAt < 1000;
    if (isSecondClick || !check()) return input.focus();
    list.add({ title: input.value.trim(), done: false });
    addedAt = event.timeStamp;
    input.value = '';
    input.focus();
  });
}
