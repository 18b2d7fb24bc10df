import { describe, expect, test } from '@jest/globals';
import type { History, State, Topic } from './alarm.ts';
import { notificationsOf, suppressedNotifications } from './notifications.ts';

const page: Topic = { arn: 'arn:page', name: 'page', severity: 'page' };
const actions = { ALARM: [page], OK: [page], INSUFFICIENT_DATA: [] };

/** `2 ALARM` at t2; the figures' unit is a second here. */
const history = (...changes: readonly string[]): History => ({
  initial: 'OK',
  transitions: changes.map((change) => {
    const [at, to] = change.split(' ') as [string, State];
    return { time: Number(at) * 1000, from: 'OK', to, reason: '' };
  }),
});

const timeline = (composite: History, suppressor: History, periods = [2, 3]) =>
  suppressedNotifications(
    actions,
    composite,
    suppressor,
    { waitPeriod: periods[0]!, extensionPeriod: periods[1]! },
    30_000,
  ).map(({ time, state, suppressedBy = 'delivered' }) => `${time / 1000} ${state} ${suppressedBy}`);

describe('action suppression, as in the figures of the user guide (wait 2, extension 3)', () => {
  test('S1: the suppressor stays OK, so the action is taken when the wait ends', () => {
    expect(timeline(history('2 ALARM'), history())).toEqual([
      '2 ALARM WaitPeriod',
      '4 ALARM delivered',
    ]);
  });

  test('S2: the suppressor alarms within the wait, so there is no action', () => {
    expect(timeline(history('2 ALARM'), history('3 ALARM'))).toEqual([
      '2 ALARM WaitPeriod',
      '3 ALARM Alarm',
    ]);
  });

  test('S3: a change within the wait starts a new one', () => {
    expect(timeline(history('2 ALARM', '3 OK'), history())).toEqual([
      '2 ALARM WaitPeriod',
      '3 OK WaitPeriod',
      '5 OK delivered',
    ]);
  });

  test('S4: the suppressor is in ALARM already, so there is no action', () => {
    expect(timeline(history('2 ALARM'), history('1 ALARM'))).toEqual(['2 ALARM Alarm']);
  });

  test('S5: after the suppressor the action waits for the extension', () => {
    expect(timeline(history('2 ALARM'), history('3 ALARM', '6 OK'))).toEqual([
      '2 ALARM WaitPeriod',
      '3 ALARM Alarm',
      '6 ALARM ExtensionPeriod',
      '9 ALARM delivered',
    ]);
  });

  test('S6: a change within the extension starts a new wait instead', () => {
    expect(timeline(history('2 ALARM', '7 OK'), history('3 ALARM', '6 OK'))).toEqual([
      '2 ALARM WaitPeriod',
      '3 ALARM Alarm',
      '6 ALARM ExtensionPeriod',
      '7 OK WaitPeriod',
      '9 OK delivered',
    ]);
  });

  test('a suppressor that alarms at the very end of the wait is in time', () => {
    expect(timeline(history('2 ALARM'), history('4 ALARM')).at(-1)).toBe('4 ALARM Alarm');
  });

  test('a change at the very end of the wait comes after the action', () => {
    expect(timeline(history('2 ALARM', '4 OK'), history())).toEqual([
      '2 ALARM WaitPeriod',
      '4 ALARM delivered',
      '4 OK WaitPeriod',
      '6 OK delivered',
    ]);
  });

  test('what was announced before the suppressor alarmed is not announced again', () => {
    expect(timeline(history('2 ALARM'), history('6 ALARM', '8 OK'))).toEqual([
      '2 ALARM WaitPeriod',
      '4 ALARM delivered',
    ]);
  });

  test('a suppressor that passes when nothing is held back changes nothing', () => {
    expect(timeline(history(), history('1 ALARM', '5 OK'))).toEqual([]);
  });

  test('without wait and extension everything follows at once', () => {
    expect(timeline(history('2 ALARM'), history('1 ALARM', '5 OK'), [0, 0])).toEqual([
      '2 ALARM Alarm',
      '5 ALARM delivered',
    ]);
  });
});

describe('notifications', () => {
  test('follow transitions to states that have an action', () => {
    const sent = notificationsOf(actions, history('1 ALARM', '2 INSUFFICIENT_DATA', '3 OK'));
    expect(sent.map(({ time, state }) => `${time} ${state}`)).toEqual(['1000 ALARM', '3000 OK']);
  });
});
