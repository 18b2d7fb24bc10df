/** A problem with its reference, which can be copied for whoever is asked for help, and what can be done about it. */
import type { Problem } from '../api/problem.ts';
import { template } from './template.ts';

export interface ProblemView {
  readonly title: string;
  readonly problem?: Problem | undefined;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
  readonly dismiss?: { readonly label: string; readonly run: () => void } | undefined;
}

export function problemView({ title, problem, action, dismiss }: ProblemView): HTMLElement {
  const { root, part } = template('problem');
  part('title').textContent = title;
  part('text').textContent = problem?.message ?? '';
  button(part('action'), action);
  button(part('dismiss'), dismiss);
  const { reference } = problem ?? {};
  part('reference').hidden = !reference;
  part('id').textContent = reference ?? '';
  part('copy').addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(reference ?? '');
      part('copy').textContent = 'Copied';
    } catch {
      // Not allowed to: selected, so that the person can copy it.
      getSelection()?.selectAllChildren(part('id'));
    }
  });
  return root;
}

function button(element: HTMLElement, action: ProblemView['action']): void {
  element.hidden = !action;
  element.textContent = action?.label ?? '';
  if (action) element.addEventListener('click', action.run);
}
