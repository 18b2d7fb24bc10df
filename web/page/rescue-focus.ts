/** Call before `from` goes away: whoever has the focus in it would otherwise start again at the top of the page. */
export function rescueFocus(from: Element, to: HTMLElement | null | undefined): void {
  if (from.contains(document.activeElement)) to?.focus();
}
