/** All alarms of a system over one timeline, children first; the same code serves scenarios, mutants and live alarms. */
import { evaluateCompositeAlarm } from '../composites/evaluate-composite-alarm.ts';
import type { Readings } from '../readings.ts';
import { type Alarm, alarmKey, type History, type MetricAlarm, type State } from './alarm.ts';
import { evaluateMetricAlarm } from './evaluate-metric-alarm.ts';
import { type Notification, notificationsOf, suppressedNotifications } from './notifications.ts';
import { type Band, stepOf } from './read-datapoints.ts';
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
  /** The anomaly band of an alarm, where one was supplied. */
  readonly band?: (alarm: MetricAlarm) => Band | undefined;
  /** The state that an alarm (by key) starts in; new alarms have INSUFFICIENT_DATA. */
  readonly initial?: (key: string) => State | undefined;
  /** ms since the epoch of the first evaluation; default: right after the timeline's origin. */
  readonly from?: number;
}

/** @param alarms in the order of `readAlarms` */
export function evaluateAlarms(
  alarms: Iterable<Alarm>,
  evaluation: Evaluation,
): ReadonlyMap<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const alarm of alarms) {
    outcomes.set(
      alarmKey(alarm),
      evaluateAlarm(alarm, evaluation, (key) => outcomes.get(key)),
    );
  }
  return outcomes;
}

/** One alarm; `outcomeOf` gives those of the alarms that a composite refers to. */
export function evaluateAlarm(
  alarm: Alarm,
  evaluation: Evaluation,
  outcomeOf: (key: string) => Outcome | undefined,
): Outcome {
  const refuse = (notEvaluated: string): Outcome => ({
    alarm,
    history: undefined,
    notifications: [],
    notEvaluated,
  });
  if (alarm.kind === 'unmodelled') return refuse(alarm.reason);

  const initial = evaluation.initial?.(alarmKey(alarm));
  const common = { readings: evaluation.readings, ...(initial && { initial }) };
  if (alarm.kind === 'metric') {
    const obstacle = obstacleTo(alarm, evaluation);
    if (obstacle) return refuse(obstacle);
    const history = evaluateMetricAlarm(alarm, evaluation.timeline, {
      ...common,
      ...(evaluation.from !== undefined && { from: evaluation.from }),
      band: evaluation.band?.(alarm),
    });
    const notifications = notificationsOf(alarm.actions, history);
    return { alarm, history, notifications, notEvaluated: undefined };
  }

  const children = new Map<string, History>();
  for (const [name, key] of alarm.children) {
    const child = outcomeOf(key);
    if (!child?.history) return refuse(`${name} was not evaluated: ${child?.notEvaluated}`);
    children.set(name, child.history);
  }
  const from = evaluation.from ?? evaluation.timeline.origin + 60_000;
  const history = evaluateCompositeAlarm(alarm, { ...common, from, children });
  const { suppressor, actions } = alarm;
  const notifications = suppressor
    ? suppressedNotifications(
        actions,
        history,
        children.get(suppressor.alarm)!,
        suppressor,
        evaluation.timeline.end,
      )
    : notificationsOf(actions, history);
  return { alarm, history, notifications, notEvaluated: undefined };
}

/** Why the supplied series cannot tell what the alarm would see. */
function obstacleTo(alarm: MetricAlarm, { timeline, band }: Evaluation): string | undefined {
  if (needsBand(alarm) && !band?.(alarm)) {
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

export const needsBand = ({ threshold, math }: Pick<MetricAlarm, 'threshold' | 'math'>) =>
  !('value' in threshold) || math?.functions.has('ANOMALY_DETECTION_BAND') === true;

/** Windows of the alarm's period over two series that hold the bounds. */
export function bandOf(alarm: MetricAlarm, bounds: Timeline, lower: string, upper: string): Band {
  const step = stepOf(alarm);
  const windows = (name: string) =>
    bounds.windows({
      metric: { namespace: '', name, dimensions: {} },
      unit: undefined,
      statistic: { kind: 'Average' },
      step,
      width: alarm.period / step,
    });
  return { lower: windows(lower), upper: windows(upper) };
}
