/** A value that tells who listens when it changes. All data of the page goes one way: action → store → view. */
export interface Store<Value> {
  get(): Value;
  update(change: (value: Value) => Value): void;
  subscribe(listener: (value: Value) => void): void;
}

export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial;
  const listeners: ((value: Value) => void)[] = [];
  return {
    get: () => value,
    update(change) {
      value = change(value);
      for (const listener of listeners) listener(value);
    },
    subscribe(listener) {
      listeners.push(listener);
      listener(value);
    },
  };
}
