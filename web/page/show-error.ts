/** Puts what is wrong with a field beside it, for eyes and for screen readers. @returns whether the field is fine */
export function showError(field: HTMLElement, place: HTMLElement, error: string): boolean {
  // The same text is not written again: a live region would read it out at every keystroke.
  if (place.textContent !== error) place.textContent = error;
  field.setAttribute('aria-invalid', String(error !== ''));
  return error === '';
}
