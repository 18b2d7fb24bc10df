/** Whether an expectation holds for what the alarms did, and if not, what happened instead. */
import type { State } from '../alarms/alarm.ts';
import type { Outcome } from '../alarms/evaluate-alarms.ts';
import { formatDuration } from './duration.ts';
import type { Between, Expectation } from './scenario.ts';
import { everyAlarm } from './select-alarms.ts';

interface Event {
  readonly alarm: string;
  /** Seconds from the scenario's start. */
  readonly at: number;
  readonly what: string;
}

/**
 * @param outcomes of all alarms that the expectation means; one of them suffices, none may for `never`
 * @param start ms since the epoch
 * @returns what went wrong, or undefined
 */
export function judge(
  expectation: Expectation,
  outcomes: readonly Outcome[],
  start: number,
): string | undefined {
  const refused = outcomes.find(({ history }) => !history);
  if (refused && expectation.alarm !== everyAlarm) {
    return `${refused.alarm.name} was not evaluated: ${refused.notEvaluated}`;
  }
  const evaluated = outcomes.filter(({ history }) => history);
  switch (expectation.type) {
    case 'becomes': {
      const events = changesTo(expectation.state, evaluated, start);
      if (events.some(({ at }) => within(at, expectation.between))) return undefined;
      return instead(events, `it never became ${expectation.state}`, evaluated);
    }
    case 'never': {
      const events = changesTo(expectation.state, evaluated, start);
      return events.length === 0 ? undefined : instead(events, '', evaluated);
    }
    case 'at': {
      const states = evaluated.map((outcome) => stateAt(outcome, start + expectation.at * 1000));
      if (states.includes(expectation.state)) return undefined;
      const found = evaluated.map(({ alarm }, index) => `${alarm.name} was ${states[index]}`);
      return evaluated.length === 1 ? `it was ${states[0]}` : found.join(', ');
    }
    case 'notifies':
      return judgeNotifications(expectation, evaluated, start);
  }
}

function judgeNotifications(
  { topic, times, between, on }: Expectation & { type: 'notifies' },
  outcomes: readonly Outcome[],
  start: number,
): string | undefined {
  const events = outcomes.flatMap(({ alarm, notifications }) =>
    notifications
      .filter(({ suppressedBy, state }) => !suppressedBy && state === on)
      .map(({ time, topic: to }) => ({
        ...{ alarm: alarm.name, at: (time - start) / 1000, to },
        what: `notified ${to.name}`,
      }))
      .filter(({ at }) => within(at, between)),
  );
  if (topic === 'none') return events.length === 0 ? undefined : instead(events, '', outcomes);
  const matching = events.filter(({ to }) => [to.severity, to.name, to.arn].includes(topic));
  if (times === undefined ? matching.length > 0 : matching.length === times) return undefined;
  const count = times === undefined ? '' : `${matching.length} times, not ${times}; `;
  return count + instead(events, 'it notified nobody', outcomes);
}

const within = (at: number, between: Between | undefined) =>
  between === undefined || (at >= between[0] && at <= between[1]);

const changesTo = (state: State, outcomes: readonly Outcome[], start: number): Event[] =>
  outcomes.flatMap(({ alarm, history }) =>
    history!.transitions
      .filter(({ to }) => to === state)
      .map(({ time, reason }) => ({
        alarm: alarm.name,
        at: (time - start) / 1000,
        what: `became ${state} (${reason})`,
      })),
  );

/** The state after all that happened up to then. */
export function stateAt({ history }: Outcome, time: number): State {
  const before = history!.transitions.filter((transition) => transition.time <= time);
  return before.at(-1)?.to ?? history!.initial;
}

const shown = 3;

function instead(events: readonly Event[], none: string, outcomes: readonly Outcome[]): string {
  if (events.length === 0) return none;
  const subject = (alarm: string) => (outcomes.length === 1 ? 'it' : alarm);
  const texts = events
    .slice(0, shown)
    .map(({ alarm, at, what }) => `${subject(alarm)} ${what} at ${formatDuration(at)}`);
  const more = events.length > shown ? [`${events.length - shown} more`] : [];
  return [...texts, ...more].join('; ');
}

/** The expectation in words. */
export function describeExpectation(expectation: Expectation): string {
  const { alarm } = expectation;
  const window = (between: Between | undefined) =>
    between ? ` between ${formatDuration(between[0])} and ${formatDuration(between[1])}` : '';
  switch (expectation.type) {
    case 'becomes':
      return `${alarm} becomes ${expectation.state}${window(expectation.between)}`;
    case 'never':
      return `${alarm} never becomes ${expectation.state}`;
    case 'at':
      return `${alarm} is ${expectation.state} at ${formatDuration(expectation.at)}`;
    case 'notifies': {
      const { topic, times, between, on } = expectation;
      const count = times === undefined ? '' : ` ${times} ${times === 1 ? 'time' : 'times'}`;
      return `${alarm} notifies ${topic}${count}${on === 'ALARM' ? '' : ` of ${on}`}${window(between)}`;
    }
  }
}
