/**
 * That somebody is signed in here, kept across reloads and told to the other tabs. It is no secret and opens nothing: it
 * only says that it is worth asking the sign-in page, which shows nothing to those who are not.
 */
const storageKey = 'manara.signed-in';

export const markVisit = (): void => localStorage.setItem(storageKey, 'yes');

export const endVisit = (): void => localStorage.removeItem(storageKey);

/** True once per visit: whoever turns out not to be signed in is not asked for again. */
export function takeVisit(): boolean {
  const isMarked = localStorage.getItem(storageKey) !== null;
  endVisit();
  return isMarked;
}

/** Calls back when somebody signs out in another tab. */
export function onSignOutElsewhere(listener: () => void): void {
  addEventListener('storage', ({ key, newValue }) => {
    if (key === storageKey && newValue === null) listener();
  });
}
