/** The list on the page: rows follow the state, the rest of this file is where the keyboard's focus goes. */
import type { Entry } from '../list/entry.ts';
import type { ListState } from '../list/list-state.ts';
import type { Notices } from '../list/notices.ts';
import type { ToDoList } from '../list/to-do-list.ts';
import { editItem } from './editor.ts';
import { createItemRow, type ItemRow } from './item-row.ts';
import { bindListKeys } from './list-keys.ts';
import { bindNewItemForm } from './new-item-form.ts';
import { problemView } from './problem-view.ts';
import { rescueFocus } from './rescue-focus.ts';
import { template } from './template.ts';

/** A double click on one delete button must not also delete the item that moves up under it. */
const doubleClickMs = 500;

export function createListView(list: ToDoList, notices: Notices): HTMLElement {
  const clone = template('list');
  const { root, part } = clone;
  const rows = new Map<string, ItemRow>();
  const hide = part<HTMLInputElement>('hide');
  const items = part('items');
  let deletedAt = -doubleClickMs;

  const remove = (key: string, event: UIEvent) => {
    const isDoubleClick = event.detail > 0 && event.timeStamp - deletedAt < doubleClickMs;
    if (isDoubleClick) return;
    deletedAt = event.timeStamp;
    list.remove(key);
  };
  const edit = (key: string) => editItem(list, key);
  const isShown = ({ isLeaving, wanted, problem }: Entry) =>
    !isLeaving && (!hide.checked || !wanted.done || problem !== undefined);

  function rowOf({ key }: Entry): ItemRow {
    const row = rows.get(key) ?? createItemRow({ list, key, edit, remove });
    rows.set(key, row);
    return row;
  }

  function updateRows(entries: readonly Entry[]): void {
    const keys = new Set(entries.map(({ key }) => key));
    for (const [key, { element }] of rows) {
      if (keys.has(key)) continue;
      moveFocusFrom(element);
      element.remove();
      rows.delete(key);
    }
    entries.forEach((entry, index) => {
      const { element, update } = rowOf(entry);
      update(entry);
      const place = items.children[index] ?? null;
      if (place !== element) items.insertBefore(element, place);
    });
  }

  /** To the same control of the next item, of the one before, or to the heading. */
  function moveFocusFrom(row: HTMLElement): void {
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    const name = (document.activeElement as HTMLElement).dataset['part'] ?? 'open';
    const next = neighbour?.querySelector<HTMLElement>(`[data-part="${name}"]`);
    rescueFocus(row, next ?? part('heading'));
  }

  function render(state: ListState): void {
    const shown = state.entries.filter(isShown);
    root.dataset['phase'] = state.phase;
    updateRows(shown);
    const open = shown.filter(({ wanted }) => !wanted.done).length;
    const count = state.nextCursor ? `${open}+` : `${open}`;
    part('heading').textContent = state.phase === 'ready' && open > 0 ? `To do: ${count}` : 'To do';
    part('more').hidden = !state.nextCursor || state.phase !== 'ready';
    part('more').textContent = state.isLoadingMore ? 'Loading…' : 'Load more';
    showCondition(shown.length === 0 ? conditionOf(state) : 'none', state);
  }

  /** What stands where the items would. */
  function showCondition(condition: string, { problem }: ListState): void {
    const place = part('state');
    if (place.dataset['shows'] === condition) return;
    place.dataset['shows'] = condition;
    rescueFocus(place, part('heading'));
    const retry = { label: 'Try again', run: () => void list.load() };
    place.replaceChildren(
      ...(condition === 'loading' || condition === 'empty' ? [template(condition).root] : []),
      ...(condition === 'failed'
        ? [problemView({ title: 'Your list could not be loaded.', problem, action: retry })]
        : []),
    );
  }

  hide.checked = localStorage.getItem('manara.hide-done') === 'yes';
  hide.addEventListener('change', () => {
    localStorage.setItem('manara.hide-done', hide.checked ? 'yes' : 'no');
    render(list.state.get());
  });
  part('more').addEventListener('click', async () => {
    const last = items.lastElementChild;
    await list.loadMore();
    // To the first of the new ones, if the button that was pressed is gone.
    const next = last?.nextElementSibling?.querySelector<HTMLElement>('[data-part=open]');
    if (document.activeElement === document.body) next?.focus();
  });
  bindNewItemForm(clone, list);
  bindListKeys({ items, remove, undo: notices.undo });
  list.state.subscribe(render);
  return root;
}

const conditionOf = ({ phase, nextCursor }: ListState): string =>
  phase !== 'ready' ? phase : nextCursor ? 'none' : 'empty';
