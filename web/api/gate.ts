/**
 * When requests may leave: not while the browser is offline, and not before the time that a 429 or 503 asked for. Every
 * request passes here, so what is told once holds for all, and what is written offline leaves once there is a connection.
 */
export interface Gate {
  /** Resolves when a request may leave. */
  opened(): Promise<void>;
  closeFor(ms: number): void;
}

export interface GateOptions {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly isOnline: () => boolean;
  /** Resolves at the next return of the connection. */
  readonly online: () => Promise<unknown>;
}

export function createGate({ now, sleep, isOnline, online }: GateOptions = browser): Gate {
  let notBefore = 0;
  return {
    async opened() {
      while (!isOnline() || now() < notBefore) {
        if (isOnline()) await sleep(notBefore - now());
        else await online();
      }
    },
    closeFor(ms) {
      notBefore = Math.max(notBefore, now() + ms);
    },
  };
}

const browser: GateOptions = {
  now: Date.now,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  isOnline: () => navigator.onLine,
  online: () => new Promise((resolve) => addEventListener('online', resolve, { once: true })),
};
