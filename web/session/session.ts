/**
 * Who is signed in, for as long as the page is open: tokens live in memory and nowhere else, so nothing that is left on
 * the machine can be used, and a reload asks the sign-in page again, silently. What is kept is only that it is worth asking.
 */
import type { TokenSource } from '../api/api-client.ts';
import { Problem } from '../api/problem.ts';
import type { SignIn, Tokens } from './sign-in.ts';

export interface Session extends TokenSource {
  /** The person in the token (`sub`): unsaved work is given back to nobody else. */
  readonly person: string;
  signOut(): void;
}

export interface SessionOptions {
  readonly signIn: Pick<SignIn, 'renew' | 'leave'>;
  /** What signing in has brought. */
  readonly tokens: Tokens;
  /** Called whenever only signing in again helps. */
  readonly onEnd: () => void;
  readonly now?: () => number;
}

/** A token that ends sooner is renewed before it is used. */
const reserveMs = 60_000;

export function createSession(options: SessionOptions): Session {
  const { signIn, onEnd, now = Date.now } = options;
  let tokens: Tokens | undefined = options.tokens;
  let renewal: Promise<string> | undefined;

  function end(): never {
    tokens = undefined;
    onEnd();
    throw new Problem('session-ended');
  }

  async function renew(): Promise<string> {
    const { refresh } = tokens ?? {};
    if (!refresh) return end();
    try {
      // Without rotation the answer brings no new refresh token: the old one stays.
      const renewed = await signIn.renew(refresh);
      tokens = { ...renewed, refresh: renewed.refresh ?? refresh };
      return tokens.access;
    } catch (error) {
      if (Object(error).code === 'session-ended') end();
      throw error;
    }
  }

  /** However many requests ask at once, one renewal is made. */
  function renewOnce(): Promise<string> {
    renewal ??= renew().finally(() => {
      renewal = undefined;
    });
    return renewal;
  }

  return {
    async token() {
      if (!tokens) return end();
      return now() < tokens.expiresAt - reserveMs ? tokens.access : renewOnce();
    },
    async renewed(refused) {
      return tokens && tokens.access !== refused ? tokens.access : renewOnce();
    },
    person: subject(options.tokens.access),
    signOut() {
      signIn.leave(tokens?.refresh);
      tokens = undefined;
    },
  };
}

function subject(token: string): string {
  try {
    const payload = token.split('.')[1]?.replace(/[-_]/g, (sign) => (sign === '-' ? '+' : '/'));
    return String(JSON.parse(atob(payload ?? '')).sub);
  } catch {
    return '';
  }
}
