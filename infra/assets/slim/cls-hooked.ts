/**
 * `cls-hooked/context` on AsyncLocalStorage: the same contexts without a hook on every promise.
 * Only what the X-Ray SDK uses of it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

type Context = Record<string, unknown>;

class Namespace {
  readonly #storage = new AsyncLocalStorage<Context>();
  /** Lambda's segment is entered while the module loads, outside of any run: it holds wherever no run does. */
  #entered: Context | undefined;

  get active(): Context | undefined {
    return this.#storage.getStore() ?? this.#entered;
  }

  get(key: string): unknown {
    return this.active?.[key];
  }

  set(key: string, value: unknown): unknown {
    const { active } = this;
    if (!active) throw new Error('No context available. ns.run() must be called first.');
    active[key] = value;
    return value;
  }

  /** A child sees what its parent holds and hides what it sets itself. */
  createContext(): Context {
    return Object.create(this.active ?? Object.prototype);
  }

  enter(context: Context): void {
    this.#entered = context;
  }

  run(callback: (context: Context) => void): Context {
    const context = this.createContext();
    this.#storage.run(context, callback, context);
    return context;
  }
}

const namespaces = new Map<string, Namespace>();

export const getNamespace = (name: string): Namespace | undefined => namespaces.get(name);

export function createNamespace(name: string): Namespace {
  const namespace = new Namespace();
  namespaces.set(name, namespace);
  return namespace;
}

export const destroyNamespace = (name: string): void => {
  namespaces.delete(name);
};
