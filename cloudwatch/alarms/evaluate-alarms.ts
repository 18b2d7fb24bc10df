/** All alarms of a system over one timeline, children first; the same code serves scenarios and mutants. */
import { evaluateCompositeAlarm } from '../composites/evaluate-composite-alarm.ts';
import type { Readings } from '../readings.ts';
import {
  type Alarm,
  alarmKey,
  type CompositeAlarm,
  type History,
  type MetricAlarm,
} from './alarm.ts';
import { bandOf, needsBand } from './band.ts';
import { evaluateMetricAlarm } from './evaluate-metric-alarm.ts';
import { type Notification, notificationsOf, suppressedNotifications } from './notifications.ts';
import { lacksValues, type Timeline } from './timeline.ts';

export interface Outcome {
  readonly alarm: Alarm;
  /** Undefined where the alarm could not be evaluated: `notEvaluated` says why. */
  readonly history: History | undefined;
  readonly notifications: readonly Notification[];
  readonly notEvaluated: string | undefined;
}

export interface Evaluation {
  readonly timeline: Timeline;
  readonly readings: Readings;
}

/** @param alarms in the order of `readAlarms` */
export function evaluateAlarms(
  alarms: Iterable<Alarm>,
  evaluation: Evaluation,
): ReadonlyMap<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const alarm of alarms) {
    const outcome = evaluateAlarm(alarm, evaluation, (key) => outcomes.get(key));
    outcomes.set(alarmKey(alarm), outcome);
  }
  return outcomes;
}

/** One alarm; `outcomeOf` gives those of the alarms that a composite refers to. */
export function evaluateAlarm(
  alarm: Alarm,
  evaluation: Evaluation,
  outcomeOf: (key: string) => Outcome | undefined,
): Outcome {
  const result =
    alarm.kind === 'unmodelled'
      ? alarm.reason
      : alarm.kind === 'metric'
        ? evaluateMetric(alarm, evaluation)
        : evaluateComposite(alarm, evaluation, outcomeOf);
  return typeof result === 'string'
    ? { alarm, history: undefined, notifications: [], notEvaluated: result }
    : { alarm, ...result, notEvaluated: undefined };
}

/** What the alarm did, or why that cannot be told. */
type Result = (Pick<Outcome, 'notifications'> & { readonly history: History }) | string;

function evaluateMetric(alarm: MetricAlarm, { timeline, readings }: Evaluation): Result {
  const obstacle = obstacleTo(alarm, timeline);
  if (obstacle) return obstacle;
  const history = evaluateMetricAlarm(alarm, timeline, readings);
  return { history, notifications: notificationsOf(alarm.actions, history) };
}

function evaluateComposite(
  { actions, rule, suppressor, ...alarm }: CompositeAlarm,
  { timeline, readings }: Evaluation,
  outcomeOf: (key: string) => Outcome | undefined,
): Result {
  const children = new Map<string, History>();
  for (const [name, key] of alarm.children) {
    const child = outcomeOf(key);
    if (!child?.history) return `${name} was not evaluated: ${child?.notEvaluated}`;
    children.set(name, child.history);
  }
  const from = timeline.origin + 60_000;
  const history = evaluateCompositeAlarm(rule, { readings, from, children });
  if (!suppressor) return { history, notifications: notificationsOf(actions, history) };
  const suppressing = children.get(suppressor.alarm)!;
  return {
    history,
    notifications: suppressedNotifications(actions, history, suppressing, suppressor, timeline.end),
  };
}

/** Why the supplied series cannot tell what the alarm would see. */
function obstacleTo(alarm: MetricAlarm, timeline: Timeline): string | undefined {
  if (needsBand(alarm) && !bandOf(alarm, timeline)) {
    return 'anomaly detection is learned from real traffic: give the scenario a band for this alarm';
  }
  for (const { metric, unit, statistic, statisticName } of alarm.inputs) {
    const source = timeline.source(metric, unit);
    if (source && lacksValues(source, statistic)) {
      return `${statisticName} of ${metric.name} cannot be told from 'sum/count': give single values or {value:count,…}`;
    }
    if (unit !== undefined && timeline.source(metric, undefined) && !source) {
      return `it reads ${metric.name} in ${unit} only: give the series that unit`;
    }
  }
  return undefined;
}
