/** A signed-in person's list: the parts of the page, and what the browser tells them. */
import type { SiteConfig } from '../services/contract/site-config.ts';
import { createApiClient } from './api/api-client.ts';
import { createGate } from './api/gate.ts';
import { createItemsApi } from './api/items-api.ts';
import { isUnsaved } from './list/list-state.ts';
import { createNotices } from './list/notices.ts';
import { createToDoList, type ToDoList } from './list/to-do-list.ts';
import { chooseVersion } from './page/choose-version.ts';
import { createListView } from './page/list-view.ts';
import { showNotices } from './page/notices-view.ts';
import { refuseLargePastes } from './page/refuse-large-pastes.ts';
import { show, showSessionEnd, showSignedOut } from './page/screens.ts';
import { tendLamp } from './page/watch-lamp.ts';
import { keepWork, takeWork } from './session/kept-work.ts';
import { createSession } from './session/session.ts';
import type { SignIn, Tokens } from './session/sign-in.ts';
import { endVisit, markVisit, onSignOutElsewhere } from './session/visit.ts';

/** Somebody who was away for longer wants to see what has changed since. */
const freshMs = 60_000;

export interface OpenListOptions {
  readonly config: SiteConfig;
  readonly signIn: SignIn;
  readonly tokens: Tokens;
}

export function openList({ config, signIn, tokens }: OpenListOptions): void {
  const askForSignIn = () => {
    leave();
    void signIn.start('with-a-page');
  };
  const session = createSession({ signIn, tokens, onEnd: () => showSessionEnd(askForSignIn) });
  const send = createApiClient({ baseUrl: config.apiUrl, session, gate: createGate() });
  const notices = createNotices();
  const list = createToDoList({ api: createItemsApi(send), notices, choose: chooseVersion });
  const leave = keepUnsaved(list, session.person);

  markVisit();
  showNotices(notices);
  tendLamp(list);
  show(createListView(list, notices));
  refuseLargePastes(notices.done);
  refreshOnReturn(list);
  list.resume(takeWork(session.person));
  void list.load();

  const signOut = document.getElementById('sign-out')!;
  let isWarned = false;
  signOut.hidden = false;
  signOut.addEventListener('click', () => {
    if (unsaved(list).length > 0 && !isWarned) {
      isWarned = true;
      notices.done('Not everything is saved. Sign out again to discard what is not.');
      return;
    }
    leave();
    keepWork(session.person, []);
    endVisit();
    // Also what the browser may show again when somebody goes back.
    signOut.hidden = true;
    showSignedOut(askForSignIn);
    session.signOut();
  });
  onSignOutElsewhere(() => {
    leave();
    location.reload();
  });
}

const unsaved = ({ state }: ToDoList) => state.get().entries.filter(isUnsaved);

/** What is not saved when the page goes away is kept for its return. @returns lets the page go without being asked */
function keepUnsaved(list: ToDoList, person: string): () => void {
  let isLeaving = false;
  addEventListener('beforeunload', (event) => {
    if (!isLeaving && unsaved(list).length > 0) event.preventDefault();
  });
  return () => {
    isLeaving = true;
    keepWork(person, unsaved(list));
  };
}

function refreshOnReturn(list: ToDoList): void {
  let leftAt = Date.now();
  addEventListener('online', () => void list.load());
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) leftAt = Date.now();
    else if (Date.now() - leftAt > freshMs) void list.load();
  });
}
