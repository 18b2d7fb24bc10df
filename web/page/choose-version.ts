/** Shows both versions of an item that was changed in two places, and asks which one to keep. Never loses either unasked. */
import type { Content } from '../list/entry.ts';
import type { Conflict } from '../list/synchronize.ts';
import { dueLabel } from './due-label.ts';
import { template } from './template.ts';

type Choice = 'mine' | 'theirs';

/** Resolves with the choice; closing the dialog keeps what is saved. One question at a time. */
export function chooseVersion(conflict: Conflict): Promise<Choice> {
  const answer = questions.then(() => ask(conflict));
  questions = answer;
  return answer;
}

let questions: Promise<unknown> = Promise.resolve();

function ask(conflict: Conflict): Promise<Choice> {
  const { root: dialog, part } = template<HTMLDialogElement>('conflict');
  const names = { mine: 'Yours', theirs: 'Saved somewhere else' };
  for (const side of ['mine', 'theirs'] as const) {
    const other = conflict[side === 'mine' ? 'theirs' : 'mine'];
    const { root, part: piece } = template('version');
    piece('name').textContent = names[side];
    piece('fields').append(...fields(conflict[side], other));
    piece('keep').textContent = side === 'mine' ? 'Keep yours' : 'Keep the saved one';
    piece('keep').addEventListener('click', () => dialog.close(side));
    part(side).append(root);
  }
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'mine' ? 'mine' : 'theirs');
    });
  });
}

/** What differs is marked; a field that only the other side has is said to be empty here. */
function fields(content: Content | undefined, other: Content | undefined): HTMLElement[] {
  const here = texts(content);
  const there = texts(other);
  const names = Object.keys(here).filter((name) => here[name] || there[name]);
  return names.map((name) => {
    const group = document.createElement('div');
    const term = document.createElement('dt');
    const text = document.createElement('dd');
    term.textContent = name;
    text.textContent = here[name] || 'none';
    text.dir = 'auto';
    group.classList.toggle('differs', here[name] !== there[name]);
    group.append(term, text);
    return group;
  });
}

function texts(content: Content | undefined): Readonly<Record<string, string>> {
  if (!content) return { State: 'Deleted' };
  const { title, note = '', done, dueOn } = content;
  return {
    State: done ? 'Done' : 'To do',
    Title: title,
    Note: note,
    Due: dueOn ? dueLabel(dueOn, new Date()).text : '',
  };
}
