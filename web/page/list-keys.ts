/** Keys beyond what the browser does by itself: from item to item, delete, undo. They act only where no text is typed. */
export interface ListKeysOptions {
  readonly items: HTMLElement;
  readonly remove: (key: string, event: UIEvent) => void;
  readonly undo: () => void;
}

export function bindListKeys({ items, remove, undo }: ListKeysOptions): void {
  items.addEventListener('keydown', (event) => {
    const focused = event.target as HTMLElement;
    const row = focused.closest('li');
    const neighbours: Readonly<Record<string, Element | null | undefined>> = {
      ArrowDown: row?.nextElementSibling,
      ArrowUp: row?.previousElementSibling,
    };
    if (event.key in neighbours) {
      event.preventDefault();
      const name = focused.dataset['part'];
      neighbours[event.key]?.querySelector<HTMLElement>(`[data-part="${name}"]`)?.focus();
    } else if (event.key === 'Delete' && !event.repeat) {
      remove(row?.dataset['key'] ?? '', event);
    }
  });
  document.addEventListener('keydown', (event) => {
    const isUndo = event.key === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    const isTyping = (event.target as HTMLElement).matches('input:not([type=checkbox]), textarea');
    if (!isUndo || isTyping) return;
    event.preventDefault();
    undo();
  });
}
