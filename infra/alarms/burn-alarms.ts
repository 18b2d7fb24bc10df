/**
 * The objectives as alarms: for each burn window one child per length, and a composite that asks for all of them together.
 * The numerator and the denominator of a ratio are statistics of the same metric, so neither ever lacks the other; the
 * guard makes a few failures at night no emergency. Windows and rates: services/contract/slo.ts.
 */
import { type IMetric, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmId } from '../../services/contract/alarms.ts';
import type { StageNames } from '../../services/contract/names.ts';
import {
  type BurnWindow,
  burnThreshold,
  burnWindows,
  objectives,
  windowName,
} from '../../services/contract/slo.ts';
import { type AlarmDefinition, above, math, metric, silenceIsGood } from './alarm-definition.ts';

/** A composite and its children: in ALARM when all children of any one group are. */
export interface BurnAlarm {
  readonly alarmId: AlarmId;
  readonly meaning: string;
  readonly anyOf: readonly (readonly AlarmDefinition[])[];
  /** Another composite, made before it, during which this one notifies nobody. */
  readonly silentDuring?: AlarmId;
}

interface Indicator {
  readonly name: 'availability' | 'latency';
  /** What a bad request does. */
  readonly failing: string;
  /** How many requests of a window were bad, and how many there were. */
  count(window: Window): { readonly bad: IMetric; readonly total: IMetric };
}

/** One window's view of the API's metrics. */
interface Window {
  read(metricName: string, statistic: string): Metric;
  /** Ids that several windows can have in one graph. */
  id(name: string): string;
  readonly seconds: number;
}

const availability: Indicator = {
  name: 'availability',
  failing: 'fail',
  count: ({ read }) => ({
    bad: read('5XXError', Stats.SUM),
    total: read('5XXError', Stats.SAMPLE_COUNT),
  }),
};

const { thresholdMs } = objectives.latency;

const latency: Indicator = {
  name: 'latency',
  failing: `take longer than ${thresholdMs} ms`,
  count({ read, id, seconds }) {
    const [fast, total] = [id('fast'), id('total')];
    const all = read('Latency', Stats.SAMPLE_COUNT);
    const percentFast = read('Latency', Stats.percentileRank(thresholdMs));
    return {
      bad: math(
        `${total} * (100 - ${fast}) / 100`,
        { [total]: all, [fast]: percentFast },
        seconds,
        `requests slower than ${thresholdMs} ms`,
      ),
      total: all,
    };
  },
};

function children(
  indicator: Indicator,
  names: StageNames,
  { severity, burnRate, longSeconds, shortSeconds }: BurnWindow,
): readonly AlarmDefinition[] {
  const alarmId = burnAlarmId(indicator, severity);
  const minimumBad = objectives[indicator.name].minimumBadEvents[severity];
  const dimensions = { ApiName: names.api, Stage: names.stage };
  return [longSeconds, ...shortSeconds].map((seconds) => {
    const window = windowName(seconds);
    const id = (name: string) => `${name}${window}`;
    const { bad, total } = indicator.count({
      id,
      seconds,
      read: (name, statistic) => metric('AWS/ApiGateway', name, dimensions, statistic, seconds),
    });
    return {
      alarmId,
      qualifier: `${window}-at-${burnRate}`,
      meaning: `Requests that ${indicator.failing} spend the ${indicator.name} budget ${burnRate} times too fast over ${window}.`,
      metric: math(
        `IF(FILL(${id('bad')}, 0) < ${minimumBad}, 0, ${id('bad')} / ${id('total')})`,
        { [id('bad')]: bad, [id('total')]: total },
        seconds,
        `${window}: share of requests that ${indicator.failing}`,
      ),
      threshold: burnThreshold(burnRate, objectives[indicator.name].target),
      comparisonOperator: above,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: silenceIsGood,
    };
  });
}

const burnAlarmId = ({ name }: Indicator, severity: BurnWindow['severity']): AlarmId =>
  `api-${name}-${severity === 'page' ? 'burn' : 'erosion'}`;

/** Four composites: availability and latency, each as a page and as a ticket; the page of an indicator comes first. */
export const burnAlarms = (names: StageNames): readonly BurnAlarm[] =>
  [availability, latency].flatMap((indicator) =>
    (['page', 'ticket'] as const).map((severity) => ({
      alarmId: burnAlarmId(indicator, severity),
      meaning: `Requests that ${indicator.failing} are spending the ${indicator.name} budget of 30 days ${severity === 'page' ? 'within hours or days' : 'faster than it fills'}.`,
      anyOf: burnWindows
        .filter((window) => window.severity === severity)
        .map((window) => children(indicator, names, window)),
      ...silentDuring(indicator, severity),
    })),
  );

/** A ticket waits for its page; a request that times out is slow and fails, and one page is enough for that. */
function silentDuring(
  indicator: Indicator,
  severity: BurnWindow['severity'],
): { readonly silentDuring?: AlarmId } {
  if (severity === 'ticket') return { silentDuring: burnAlarmId(indicator, 'page') };
  return indicator === latency ? { silentDuring: burnAlarmId(availability, 'page') } : {};
}
