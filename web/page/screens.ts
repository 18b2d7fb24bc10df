/** What the page shows as a whole: the list, the invitation to sign in, or why there is neither. */
import type { Problem } from '../api/problem.ts';
import { problemView } from './problem-view.ts';
import { template } from './template.ts';

export function show(screen: HTMLElement): void {
  document.getElementById('screen')?.replaceChildren(screen);
}

export function showSignedOut(signIn: () => void, problem?: Problem): void {
  const { root, part } = template('signed-out');
  part('sign-in').addEventListener('click', signIn);
  if (problem) root.append(problemView({ title: 'Signing in did not work.', problem }));
  document.querySelector<HTMLElement>('.scene')!.dataset['lamp'] = 'lit';
  show(root);
}

export function showBroken(sentence: string): void {
  const { root, part } = template('broken');
  part('text').textContent = sentence;
  show(root);
}

/** Over the list, which stays: nothing that was typed goes away. */
export function showSessionEnd(signIn: () => void): void {
  if (document.getElementById('session-end')) return;
  const { root: dialog, part } = template<HTMLDialogElement>('ended');
  dialog.id = 'session-end';
  part('sign-in').addEventListener('click', signIn);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
