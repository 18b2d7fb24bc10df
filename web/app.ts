/** The start of the page: settings, then who is there, then their list. */
import { Problem } from './api/problem.ts';
import { openList } from './open-list.ts';
import { showBroken, showSignedOut } from './page/screens.ts';
import { readConfig } from './read-config.ts';
import { createSignIn } from './session/sign-in.ts';
import { isVisited, missVisit } from './session/visit.ts';

async function start(): Promise<void> {
  const config = await readConfig();
  const signIn = createSignIn(config);
  const askForSignIn = () => void signIn.start('with-a-page');
  try {
    const found = await signIn.finish();
    if (found === 'nobody') missVisit();
    if (typeof found === 'object') openList({ config, signIn, tokens: found });
    else if (isVisited()) await signIn.start('silently');
    else showSignedOut(askForSignIn);
  } catch (error) {
    showSignedOut(askForSignIn, error instanceof Problem ? error : new Problem('internal-error'));
  }
}

start().catch((error: Error) => showBroken(error.message));
