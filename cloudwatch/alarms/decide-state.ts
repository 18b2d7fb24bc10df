/**
 * From the datapoints in the evaluation range to a state.
 * Source: CloudWatch user guide, "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data"; where its
 * prose and its tables differ ("premature alarm" with an OK datapoint in the range) the tables win.
 */
import type { Readings } from '../readings.ts';
import type { MetricAlarm, State } from './alarm.ts';

/** A datapoint of the range: no data, not breaching, breaching. */
export type Slot = -1 | 0 | 1;

export interface Decision {
  readonly state: State;
  readonly rule: keyof typeof ruleTexts;
}

/** Why a state was decided, for reasons; `unspecified` marks what AWS leaves open. */
export const ruleTexts = {
  datapoints: '',
  empty: 'no datapoint in the whole evaluation range',
  filled: 'missing datapoints counted',
  premature: 'no datapoint since, and the breaching one is as old as the datapoints to alarm',
  unspecified: 'only new breaching datapoints, fewer than needed: AWS does not document this case',
  lowSamples: 'too few samples for the percentile',
} as const;

type Policy = Pick<MetricAlarm, 'evaluationPeriods' | 'datapointsToAlarm' | 'treatMissingData'>;

/**
 * @param slot the k-th datapoint, 1 being the newest
 * @param range how many datapoints are fetched: evaluation periods and some more
 */
export function decideState(
  slot: (k: number) => Slot,
  range: number,
  { evaluationPeriods, datapointsToAlarm, treatMissingData }: Policy,
  current: State,
  readings: Pick<Readings, 'fewBreaching'>,
): Decision {
  let real = 0;
  let breaching = 0;
  let oldest = 0;
  for (let k = 1; k <= range && real < evaluationPeriods; k++) {
    const value = slot(k);
    if (value === -1) continue;
    real++;
    if (value === 1) {
      breaching++;
      oldest = k;
    }
  }
  if (real === 0) return { state: emptyState(treatMissingData, current), rule: 'empty' };
  const enough = breaching >= datapointsToAlarm;
  if (real === evaluationPeriods) return { state: enough ? 'ALARM' : 'OK', rule: 'datapoints' };
  if (enough || treatMissingData === 'notBreaching') {
    return { state: enough ? 'ALARM' : 'OK', rule: 'filled' };
  }
  if (treatMissingData === 'breaching') {
    const filled = breaching + evaluationPeriods - real;
    return { state: filled >= datapointsToAlarm ? 'ALARM' : 'OK', rule: 'filled' };
  }
  if (breaching < real) return { state: 'OK', rule: 'datapoints' };
  const keeps = treatMissingData === 'ignore';
  if (oldest >= datapointsToAlarm) return { state: keeps ? current : 'ALARM', rule: 'premature' };
  const keep = keeps || readings.fewBreaching === 'keep';
  return { state: keep ? current : 'OK', rule: keeps ? 'datapoints' : 'unspecified' };
}

const emptyState = (mode: Policy['treatMissingData'], current: State): State =>
  ({ missing: 'INSUFFICIENT_DATA', ignore: current, breaching: 'ALARM', notBreaching: 'OK' })[
    mode
  ] as State;

/**
 * How many datapoints are fetched: documented only as "more than the evaluation periods", with one example (3 → 5).
 * `measured` is what a public probe saw at one minute: datapoints up to six minutes old still counted.
 */
export function evaluationRange(
  { evaluationPeriods, period }: Pick<MetricAlarm, 'evaluationPeriods' | 'period'>,
  profile: Readings['evaluationRange'],
): number {
  const documented = evaluationPeriods + 2;
  return profile === 'measured' && period === 60 ? Math.max(documented, 7) : documented;
}

/**
 * Samples that a percentile needs before it is trusted.
 * Source: CloudWatch user guide, "Percentile-based alarms and low data samples".
 */
export function minimumSamples(percent: number): number {
  const tail = Math.min(percent, 100 - percent);
  return tail > 0 ? Math.ceil(1000 / tail - 1e-6) : Number.POSITIVE_INFINITY;
}
