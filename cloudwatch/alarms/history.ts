/** The states of an alarm, and how it went from one to another. */

export const states = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export type State = (typeof states)[number];

/** One change of state. */
export interface Transition {
  /** ms since the epoch. */
  readonly time: number;
  readonly from: State;
  readonly to: State;
  readonly reason: string;
}

/** What an alarm did: its state at first, and every change. */
export interface History {
  readonly initial: State;
  readonly transitions: readonly Transition[];
}

/** The changes of several alarms in order; at the same instant in the order of the alarms. */
export const changesOf = <Name extends string>(histories: ReadonlyMap<Name, History>) =>
  [...histories]
    .flatMap(([name, { transitions }]) => transitions.map(({ time, to }) => ({ name, time, to })))
    .sort((a, b) => a.time - b.time);
