/** An API by its address, with the clients that the caller names. */
import { UnusableError } from '../command/command-line.ts';
import type { LoadClient } from '../journey/run-settings.ts';
import type { Target } from './target.ts';

/** The variable holds `id:secret` pairs; secrets do not belong on a command line. */
export const clientsVariable = 'LOAD_CLIENTS';

/** @throws UnusableError */
export function urlTarget(
  apiUrl: string,
  signInUrl: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Target {
  const clients = clientsIn(environment[clientsVariable]);
  if (!signInUrl || clients.length === 0) {
    throw new UnusableError(
      `A URL needs --sign-in <url> and ${clientsVariable}="id:secret …" in the environment; a stage's name needs neither`,
    );
  }
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(apiUrl).hostname);
  const close = async () => {};
  return { name: apiUrl, apiUrl, signInUrl, clients, costs: !isLoopback, close };
}

const clientsIn = (text = ''): readonly LoadClient[] =>
  text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((pair) => {
      const [, id, secret] = /^([^:]+):(.+)$/.exec(pair) ?? [];
      if (id && secret) return { id, secret };
      throw new UnusableError(`${clientsVariable} holds a client that is not id:secret`);
    });
