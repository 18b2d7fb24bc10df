/**
 * The objectives as alarms: for each burn window one child per length, and a composite that asks for all of them together.
 * The numerator and the denominator of a ratio are statistics of the same metric, so neither ever lacks the other; the
 * guard makes a few failures at night no emergency. Windows and rates: services/contract/slo.ts.
 */
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmId } from '../../services/contract/alarms.ts';
import type { StageNames } from '../../services/contract/names.ts';
import { type BurnWindow, burnWindows, objectives } from '../../services/contract/slo.ts';
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
  /** Share of requests that may be bad. */
  readonly allowed: number;
  readonly bad: string;
  ratio(
    stage: string,
    names: StageNames,
    seconds: number,
    minimumBad: number,
  ): ReturnType<typeof math>;
}

const apiMetric = (
  names: StageNames,
  stage: string,
  name: string,
  statistic: string,
  seconds: number,
) => metric('AWS/ApiGateway', name, { ApiName: names.api, Stage: stage }, statistic, seconds);

const availability: Indicator = {
  name: 'availability',
  allowed: 1 - objectives.availability.target,
  bad: 'fail',
  ratio: (stage, names, seconds, minimumBad) =>
    math(
      `IF(FILL(bad, 0) < ${minimumBad}, 0, bad / total)`,
      {
        bad: apiMetric(names, stage, '5XXError', Stats.SUM, seconds),
        total: apiMetric(names, stage, '5XXError', Stats.SAMPLE_COUNT, seconds),
      },
      seconds,
      'Share of requests that failed',
    ),
};

const { thresholdMs } = objectives.latency;

const latency: Indicator = {
  name: 'latency',
  allowed: 1 - objectives.latency.target,
  bad: `take longer than ${thresholdMs} ms`,
  ratio: (stage, names, seconds, minimumBad) =>
    math(
      `IF(FILL(total, 0) * (100 - fast) / 100 < ${minimumBad}, 0, (100 - fast) / 100)`,
      {
        fast: apiMetric(names, stage, 'Latency', Stats.percentileRank(thresholdMs), seconds),
        total: apiMetric(names, stage, 'Latency', Stats.SAMPLE_COUNT, seconds),
      },
      seconds,
      `Share of requests slower than ${thresholdMs} ms`,
    ),
};

/** 3600 → `1h`: how windows are named in alarm names, dashboards and runbooks. */
export const windowName = (seconds: number): string =>
  seconds % 86_400 === 0
    ? `${seconds / 86_400}d`
    : seconds % 3600 === 0
      ? `${seconds / 3600}h`
      : `${seconds / 60}m`;

/** Binary fractions leave dust at the end of `14.4 × (1 − 0.999)`. */
export const burnThreshold = (burnRate: number, allowed: number): number =>
  Number((burnRate * allowed).toPrecision(6));

function children(
  indicator: Indicator,
  stage: string,
  names: StageNames,
  window: BurnWindow,
): readonly AlarmDefinition[] {
  const alarmId = burnAlarmId(indicator, window.severity);
  const minimumBad = objectives[indicator.name].minimumBadEvents[window.severity];
  return [window.longSeconds, ...window.shortSeconds].map((seconds) => ({
    alarmId,
    qualifier: `${windowName(seconds)}-at-${window.burnRate}`,
    meaning: `Requests that ${indicator.bad} spend the ${indicator.name} budget ${window.burnRate} times too fast over ${windowName(seconds)}.`,
    metric: indicator.ratio(stage, names, seconds, minimumBad),
    threshold: burnThreshold(window.burnRate, indicator.allowed),
    comparisonOperator: above,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: silenceIsGood,
  }));
}

const burnAlarmId = ({ name }: Indicator, severity: BurnWindow['severity']): AlarmId =>
  `api-${name}-${severity === 'page' ? 'burn' : 'erosion'}`;

/** Four composites: availability and latency, each as a page and as a ticket; the page of an indicator comes first. */
export const burnAlarms = (stage: string, names: StageNames): readonly BurnAlarm[] =>
  [availability, latency].flatMap((indicator) =>
    (['page', 'ticket'] as const).map((severity) => ({
      alarmId: burnAlarmId(indicator, severity),
      meaning: `Requests that ${indicator.bad} are spending the ${indicator.name} budget of 30 days ${severity === 'page' ? 'within hours or days' : 'faster than it fills'}.`,
      anyOf: burnWindows
        .filter((window) => window.severity === severity)
        .map((window) => children(indicator, stage, names, window)),
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
