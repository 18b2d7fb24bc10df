/**
 * The objectives as alarms: for each burn window one child per length, and a composite that asks for all of them together.
 * The numerator and the denominator of a ratio are statistics of the same metric, so neither ever lacks the other; the
 * guard makes a few failures at night no emergency. Windows and rates: services/contract/slo.ts.
 */
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { apiMetric, math } from '../../dashboards/metrics.ts';
import type { AlarmId } from '../../services/contract/alarms.ts';
import type { StageNames } from '../../services/contract/names.ts';
import {
  type BurnWindow,
  burnThreshold,
  burnWindows,
  objectives,
  windowName,
} from '../../services/contract/slo.ts';
import type { AlarmDefinition } from './alarm-member.ts';

/** A composite and its children: in ALARM when all children of any one group are. */
export interface BurnAlarm {
  readonly alarmId: AlarmId;
  readonly meaning: string;
  readonly anyOf: readonly (readonly AlarmDefinition[])[];
  /** Another composite, made before it, during which this one notifies nobody. */
  readonly silentDuring?: AlarmId;
}

type Objective = keyof typeof objectives;
type Severity = BurnWindow['severity'];

const { thresholdMs } = objectives.latency;

/** What a bad request does. */
const failing: Readonly<Record<Objective, string>> = {
  availability: 'fail',
  latency: `take longer than ${thresholdMs} ms`,
};

const burnAlarmId = (objective: Objective, severity: Severity): AlarmId =>
  `api-${objective}-${severity === 'page' ? 'burn' : 'erosion'}`;

/** The share of bad requests over one length of a window. */
function badShare(objective: Objective, severity: Severity, names: StageNames, seconds: number) {
  const window = windowName(seconds);
  // Ids that several windows can have in one graph.
  const [bad, total, fast] = [`bad${window}`, `total${window}`, `fast${window}`];
  const read = (name: string, statistic: string) =>
    apiMetric(names, name, statistic, { period: seconds });
  const metricName = objective === 'latency' ? 'Latency' : '5XXError';
  const all = read(metricName, Stats.SAMPLE_COUNT);
  const slow = () =>
    math(
      `${total} * (100 - ${fast}) / 100`,
      { [total]: all, [fast]: read(metricName, Stats.percentileRank(thresholdMs)) },
      seconds,
      `requests slower than ${thresholdMs} ms`,
    );
  return math(
    `IF(FILL(${bad}, 0) < ${objectives[objective].minimumBadEvents[severity]}, 0, ${bad} / ${total})`,
    { [bad]: objective === 'latency' ? slow() : read(metricName, Stats.SUM), [total]: all },
    seconds,
    `${window}: share of requests that ${failing[objective]}`,
  );
}

const children = (
  objective: Objective,
  names: StageNames,
  { severity, burnRate, longSeconds, shortSeconds }: BurnWindow,
): readonly AlarmDefinition[] =>
  [longSeconds, ...shortSeconds].map((seconds) => ({
    alarmId: burnAlarmId(objective, severity),
    qualifier: `${windowName(seconds)}-at-${burnRate}`,
    meaning: `Requests that ${failing[objective]} spend the ${objective} budget ${burnRate} times too fast over ${windowName(seconds)}.`,
    metric: badShare(objective, severity, names, seconds),
    threshold: burnThreshold(burnRate, objectives[objective].target),
    datapoints: [1, 1],
  }));

/**
 * A composite per objective and severity, pages before the tickets that they silence. A request that times out is slow and
 * fails, and one page is enough for that.
 */
const composites: readonly (readonly [Objective, Severity, silentDuring?: AlarmId])[] = [
  ['availability', 'page'],
  ['availability', 'ticket', 'api-availability-burn'],
  ['latency', 'page', 'api-availability-burn'],
  ['latency', 'ticket', 'api-latency-burn'],
];

export const burnAlarms = (names: StageNames): readonly BurnAlarm[] =>
  composites.map(([objective, severity, silentDuring]) => ({
    alarmId: burnAlarmId(objective, severity),
    meaning: `Requests that ${failing[objective]} are spending the ${objective} budget of 30 days ${severity === 'page' ? 'within hours or days' : 'faster than it fills'}.`,
    anyOf: burnWindows
      .filter((window) => window.severity === severity)
      .map((window) => children(objective, names, window)),
    ...(silentDuring && { silentDuring }),
  }));
