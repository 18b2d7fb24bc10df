/** Alarms over metrics that keep arriving: evaluated up to now, again and again, each time only what is new. */
import type { MetricStore } from '../metrics/metric-store.ts';
import { defaultReadings, type Readings } from '../readings.ts';
import { type Alarm, alarmKey, type History, type State, type Transition } from './alarm.ts';
import { evaluationRange } from './decide-state.ts';
import { evaluateAlarm, type Outcome } from './evaluate-alarms.ts';
import { type Notification, notificationsOf, suppressedNotifications } from './notifications.ts';
import { stepOf } from './read-datapoints.ts';
import { Timeline } from './timeline.ts';

export interface LiveEvents {
  readonly transitions: readonly (Transition & { readonly alarm: Alarm })[];
  readonly notifications: readonly (Notification & { readonly alarm: Alarm })[];
}

export interface LiveAlarm {
  readonly alarm: Alarm;
  /** Undefined where the alarm cannot be evaluated: `notEvaluated` says why. */
  readonly state: State | undefined;
  readonly notEvaluated: string | undefined;
  readonly history: History;
}

export interface LiveAlarms {
  /** Evaluates every instant after the last call up to `now` (ms since the epoch). @returns what changed */
  advance(now: number): LiveEvents;
  /** In the order of evaluation. */
  list(): readonly LiveAlarm[];
}

interface Live {
  readonly alarm: Alarm;
  readonly transitions: Transition[];
  notified: number;
  notEvaluated: string | undefined;
}

export interface LiveOptions {
  readonly readings?: Readings;
  /** ms since the epoch at which the alarms are created. */
  readonly start: number;
}

/** @param alarms what `readAlarms` returns */
export function createLiveAlarms(
  alarms: ReadonlyMap<string, Alarm>,
  store: Pick<MetricStore, 'series'>,
  { readings = defaultReadings, start }: LiveOptions,
): LiveAlarms {
  const live = new Map(
    [...alarms].map(([key, alarm]): [string, Live] => [
      key,
      { alarm, transitions: [], notified: 0, notEvaluated: undefined },
    ]),
  );
  const grain = Math.min(60, ...[...alarms.values()].map(stepOfAlarm));
  let evaluated = floor(start, 60);
  const stateOf = (key: string) => live.get(key)!.transitions.at(-1)?.to ?? 'INSUFFICIENT_DATA';
  const historyOf = (key: string): History => ({
    initial: 'INSUFFICIENT_DATA',
    transitions: live.get(key)!.transitions,
  });

  const advance = (now: number): LiveEvents => {
    const to = floor(now, grain);
    if (to <= evaluated) return { transitions: [], notifications: [] };
    const from = evaluated + grain * 1000;
    evaluated = to;
    const outcomes = new Map<string, Outcome>();
    for (const [key, alarm] of alarms) {
      const timeline = timelineFor(alarm, store, from, to);
      const evaluation = { timeline, readings, from, initial: stateOf };
      outcomes.set(
        key,
        evaluateAlarm(alarm, evaluation, (child) => outcomes.get(child)),
      );
    }
    const transitions = [...outcomes].flatMap(([key, { alarm, history, notEvaluated }]) => {
      const entry = live.get(key)!;
      entry.notEvaluated = notEvaluated;
      entry.transitions.push(...(history?.transitions ?? []));
      return (history?.transitions ?? []).map((transition) => ({ ...transition, alarm }));
    });
    return {
      transitions: transitions.sort((a, b) => a.time - b.time),
      notifications: [...live.values()].flatMap((entry) => announce(entry, to)),
    };
  };

  /** Notifications depend on all that happened before; those that are new are at the end. */
  const announce = (entry: Live, now: number) => {
    const { alarm } = entry;
    if (alarm.kind === 'unmodelled') return [];
    const history = historyOf(alarmKey(alarm));
    const { actions } = alarm;
    const all =
      alarm.kind === 'composite' && alarm.suppressor
        ? suppressedNotifications(
            actions,
            history,
            historyOf(alarm.children.get(alarm.suppressor.alarm)!),
            alarm.suppressor,
            now,
          )
        : notificationsOf(actions, history);
    const fresh = all.slice(entry.notified);
    entry.notified = all.length;
    return fresh.map((notification) => ({ ...notification, alarm }));
  };

  return {
    advance,
    list: () =>
      [...live].map(([key, { alarm, notEvaluated }]) => ({
        alarm,
        notEvaluated,
        state: notEvaluated === undefined ? stateOf(key) : undefined,
        history: historyOf(key),
      })),
  };
}

const floor = (time: number, seconds: number) => time - (time % (seconds * 1000));

const stepOfAlarm = (alarm: Alarm) => (alarm.kind === 'metric' ? stepOf(alarm) : 60);

/** As much of the past as the alarm's evaluation range reaches. */
function timelineFor(
  alarm: Alarm,
  store: Pick<MetricStore, 'series'>,
  from: number,
  now: number,
): Timeline {
  const range = alarm.kind === 'metric' ? evaluationRange(alarm, 'measured') * alarm.period : 0;
  const origin = floor(from, 60) - Math.ceil(range / 60) * 60_000;
  return new Timeline({
    origin,
    end: floor(now, stepOfAlarm(alarm)),
    series: (metric, unit) => store.series(metric, unit, origin),
  });
}
