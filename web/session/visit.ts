/**
 * That somebody is signed in here, kept across reloads and told to the other tabs. It is no secret and opens nothing: it
 * only says that it is worth asking the sign-in page, which shows nothing to those who are not.
 */
const storageKey = 'manara.signed-in';

export const markVisit = (): void => localStorage.setItem(storageKey, 'yes');

/** The sign-in page knows nobody any more. Other tabs go on as long as their tokens last. */
export const missVisit = (): void => localStorage.setItem(storageKey, 'no');

/** The person has signed out, here and in the other tabs. */
export const endVisit = (): void => localStorage.removeItem(storageKey);

export const isVisited = (): boolean => localStorage.getItem(storageKey) === 'yes';

/** Calls back when somebody signs out in another tab. */
export function onSignOutElsewhere(listener: () => void): void {
  addEventListener('storage', ({ key, newValue }) => {
    if (key === storageKey && newValue === null) listener();
  });
}
