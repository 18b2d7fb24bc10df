/**
 * The objectives as alarms: for each burn window one child per length, and a composite that asks for all of them together.
 * The numerator and the denominator of a ratio are statistics of the same metric, so neither ever lacks the other; the
 * guard makes a few failures at night no emergency. Windows and rates: services/contract/slo.ts.
 */
import { type IMetric, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
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

/** One window's view of the API's metrics. */
interface Window {
  readonly seconds: number;
  read(metricName: string, statistic: string): Metric;
  /** Ids that several windows can have in one graph. */
  id(name: string): string;
}

interface Indicator {
  /** What a bad request does. */
  readonly failing: string;
  /** How many requests of a window were bad, and how many there were. */
  count(window: Window): { readonly bad: IMetric; readonly total: IMetric };
}

const { thresholdMs } = objectives.latency;

const indicators: Readonly<Record<Objective, Indicator>> = {
  availability: {
    failing: 'fail',
    count: ({ read }) => ({
      bad: read('5XXError', Stats.SUM),
      total: read('5XXError', Stats.SAMPLE_COUNT),
    }),
  },
  latency: {
    failing: `take longer than ${thresholdMs} ms`,
    count({ read, id, seconds }) {
      const [fast, total] = [id('fast'), id('total')];
      const all = read('Latency', Stats.SAMPLE_COUNT);
      const bad = math(
        `${total} * (100 - ${fast}) / 100`,
        { [total]: all, [fast]: read('Latency', Stats.percentileRank(thresholdMs)) },
        seconds,
        `requests slower than ${thresholdMs} ms`,
      );
      return { bad, total: all };
    },
  },
};

const burnAlarmId = (objective: Objective, severity: Severity): AlarmId =>
  `api-${objective}-${severity === 'page' ? 'burn' : 'erosion'}`;

function children(
  objective: Objective,
  names: StageNames,
  { severity, burnRate, longSeconds, shortSeconds }: BurnWindow,
): readonly AlarmDefinition[] {
  const { failing, count } = indicators[objective];
  const { target, minimumBadEvents } = objectives[objective];
  return [longSeconds, ...shortSeconds].map((seconds) => {
    const window = windowName(seconds);
    const id = (name: string) => `${name}${window}`;
    const read = (name: string, statistic: string) =>
      apiMetric(names, name, statistic, { period: seconds });
    const { bad, total } = count({ id, seconds, read });
    return {
      alarmId: burnAlarmId(objective, severity),
      qualifier: `${window}-at-${burnRate}`,
      meaning: `Requests that ${failing} spend the ${objective} budget ${burnRate} times too fast over ${window}.`,
      metric: math(
        `IF(FILL(${id('bad')}, 0) < ${minimumBadEvents[severity]}, 0, ${id('bad')} / ${id('total')})`,
        { [id('bad')]: bad, [id('total')]: total },
        seconds,
        `${window}: share of requests that ${failing}`,
      ),
      threshold: burnThreshold(burnRate, target),
      datapoints: [1, 1],
    };
  });
}

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
    meaning: `Requests that ${indicators[objective].failing} are spending the ${objective} budget of 30 days ${severity === 'page' ? 'within hours or days' : 'faster than it fills'}.`,
    anyOf: burnWindows
      .filter((window) => window.severity === severity)
      .map((window) => children(objective, names, window)),
    ...(silentDuring && { silentDuring }),
  }));
