/**
 * What an alarm's transitions notify, and when: at once, or after its suppressor let them pass.
 * Source: CloudWatch user guide, "Suppressing composite alarm actions" with its timelines.
 */
import type { Suppressor, Topic } from './alarm.ts';
import { changesOf, type History, type State } from './history.ts';

export type SuppressedBy = 'WaitPeriod' | 'ExtensionPeriod' | 'Alarm';

export interface Notification {
  /** ms since the epoch. */
  readonly time: number;
  readonly topic: Topic;
  /** The state that is announced. */
  readonly state: State;
  /** Undefined where it was delivered; else what held it back then. */
  readonly suppressedBy: SuppressedBy | undefined;
}

type Actions = Readonly<Record<State, readonly Topic[]>>;

/** Actions are taken on transitions only. */
export const notificationsOf = (actions: Actions, { transitions }: History): Notification[] =>
  transitions.flatMap(({ time, to }) =>
    actions[to].map((topic) => ({ time, topic, state: to, suppressedBy: undefined })),
  );

/**
 * A change of the composite waits for the suppressor (WaitPeriod); while the suppressor is in ALARM nothing is done; after
 * it, actions wait again (ExtensionPeriod). A new change starts a new wait. What is due at `end` is still delivered.
 */
export function suppressedNotifications(
  actions: Actions,
  composite: History,
  suppressor: History,
  { waitPeriod, extensionPeriod }: Pick<Suppressor, 'waitPeriod' | 'extensionPeriod'>,
  end: number,
): Notification[] {
  const notifications: Notification[] = [];
  let state = composite.initial;
  let suppressing = suppressor.initial === 'ALARM';
  /** The last change has not been acted upon. */
  let held = false;
  /** When the current wait ends. */
  let due: number | undefined;
  const note = (time: number, suppressedBy: SuppressedBy | undefined) => {
    for (const topic of actions[state]) notifications.push({ time, topic, state, suppressedBy });
  };
  const settle = (now: number) => {
    if (due === undefined || due > now) return;
    note(due, undefined);
    due = undefined;
    held = false;
  };

  // At the same instant the suppressor comes first, so that it can act in time.
  const both = new Map([
    ['suppressor', suppressor],
    ['composite', composite],
  ]);
  for (const { time, name, to } of changesOf(both)) {
    // At the very instant that a wait ends the suppressor may still stop it.
    settle(name === 'suppressor' ? time - 1 : time);
    if (name === 'composite') {
      state = to;
      held = true;
      due = suppressing ? undefined : time + waitPeriod * 1000;
      if (suppressing || waitPeriod > 0) note(time, suppressing ? 'Alarm' : 'WaitPeriod');
    } else if (to === 'ALARM') {
      suppressing = true;
      if (due !== undefined) note(time, 'Alarm');
      due = undefined;
    } else if (suppressing) {
      suppressing = false;
      if (held) {
        due = time + extensionPeriod * 1000;
        if (extensionPeriod > 0) note(time, 'ExtensionPeriod');
      }
    }
  }
  settle(end);
  return notifications;
}
