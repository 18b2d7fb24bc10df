/** A metric alarm over a timeline: its state at every evaluation, as a list of changes. */
import type { Readings } from '../readings.ts';
import {
  bandOperators,
  comparisonOperators,
  type History,
  type MetricAlarm,
  type State,
  type Threshold,
  type Transition,
} from './alarm.ts';
import {
  type Decision,
  decideState,
  evaluationRange,
  minimumSamples,
  ruleTexts,
  type Slot,
} from './decide-state.ts';
import { type Band, type Datapoints, readDatapoints, sliding, stepOf } from './read-datapoints.ts';
import type { Timeline } from './timeline.ts';

export interface MetricEvaluation {
  readonly readings: Readings;
  /** The state before the first evaluation; a new alarm has INSUFFICIENT_DATA. */
  readonly initial?: State;
  /** ms since the epoch: evaluations before it are left out. Default: one step after the timeline's origin. */
  readonly from?: number;
  readonly band?: Band | undefined;
}

const hour = 3600_000;

/** Windows of more than a day are evaluated once an hour, on the data up to the hour. */
export const isMultiDay = ({
  period,
  evaluationPeriods,
}: Pick<MetricAlarm, 'period' | 'evaluationPeriods'>) => period * evaluationPeriods > 86_400;

export function evaluateMetricAlarm(
  alarm: MetricAlarm,
  timeline: Timeline,
  { readings, initial = 'INSUFFICIENT_DATA', from, band }: MetricEvaluation,
): History {
  const step = stepOf(alarm) * 1000;
  const range = evaluationRange(alarm, readings.evaluationRange);
  const value = readDatapoints(alarm, timeline, { range, readings, band });
  const classify = slotReader(alarm.threshold, value, band, alarm.period / (step / 1000));
  const hasTooFewSamples = lowSampleGate(alarm, timeline, value, range, readings);
  const every = isMultiDay(alarm) ? hour : step;

  const transitions: Transition[] = [];
  let state = initial;
  const last = Math.floor((timeline.end - timeline.origin) / step);
  const first = from === undefined ? 1 : Math.max(0, Math.ceil((from - timeline.origin) / step));
  for (let e = first; e <= last; e++) {
    const time = timeline.origin + e * step;
    if (time % every !== 0) continue;
    const decision = hasTooFewSamples(e)
      ? { state, rule: 'lowSamples' as const }
      : decideState((k) => classify(e, k), range, alarm, state, readings);
    if (decision.state === state) continue;
    const reason = explain(alarm, decision, { range, time, value: (k) => value(e, k) });
    transitions.push({ time, from: state, to: decision.state, reason });
    state = decision.state;
  }
  return { initial, transitions };
}

function slotReader(
  threshold: Threshold,
  value: Datapoints,
  band: Band | undefined,
  width: number,
): (e: number, k: number) => Slot {
  const isBreaching = breachTest(threshold, band, width);
  return (e, k) => {
    const datapoint = value(e, k);
    return Number.isNaN(datapoint) ? -1 : isBreaching(datapoint, e, k) ? 1 : 0;
  };
}

function breachTest(threshold: Threshold, band: Band | undefined, width: number) {
  if ('value' in threshold) {
    const { breaches } = comparisonOperators[threshold.operator];
    return (datapoint: number) => breaches(datapoint, threshold.value);
  }
  const { below, above } = bandOperators[threshold.operator];
  if (!band) throw new Error('an anomaly alarm was evaluated without a band');
  const lower = sliding(band.lower, width);
  const upper = sliding(band.upper, width);
  return (datapoint: number, e: number, k: number) =>
    (below && datapoint < lower(e, k)) || (above && datapoint > upper(e, k));
}

/** EvaluateLowSampleCountPercentile = ignore: the state stays while the evaluated datapoints hold too few samples. */
function lowSampleGate(
  alarm: MetricAlarm,
  timeline: Timeline,
  value: Datapoints,
  range: number,
  { lowSamples }: Readings,
): (e: number) => boolean {
  const [input] = alarm.inputs;
  if (!alarm.ignoreLowSamples || alarm.math || input?.statistic.kind !== 'percentile') {
    return () => false;
  }
  const minimum = minimumSamples(input.statistic.percent);
  const step = stepOf(alarm);
  const width = alarm.period / step;
  const samples = sliding(
    timeline.windows({ ...input, statistic: { kind: 'SampleCount' }, step, width }),
    width,
  );
  const counted = lowSamples === 'newest' ? 1 : alarm.evaluationPeriods;
  return (e) => {
    let [total, real] = [0, 0];
    for (let k = 1; k <= range && real < counted; k++) {
      if (Number.isNaN(value(e, k))) continue;
      real++;
      total += samples(e, k);
    }
    return real > 0 && total < minimum;
  };
}

const shown = 5;

/** Why the state changed, in one line: how many datapoints breached, the newest of them, what filled the gaps. */
function explain(
  alarm: MetricAlarm,
  { rule }: Decision,
  { range, time, value }: { range: number; time: number; value: (k: number) => number },
): string {
  const points: string[] = [];
  let real = 0;
  for (let k = 1; k <= range && real < alarm.evaluationPeriods; k++) {
    if (Number.isNaN(value(k))) continue;
    real++;
    if (points.length < shown) {
      const start = new Date(time - k * alarm.period * 1000).toISOString();
      points.push(`${round(value(k))} at ${start.slice(11, alarm.period < 60 ? 19 : 16)}`);
    }
  }
  const { evaluationPeriods: n, datapointsToAlarm: m } = alarm;
  const seen =
    real === 0
      ? ''
      : `newest datapoints ${points.join(', ')}${real > shown ? ', …' : ''} against ${describeThreshold(alarm.threshold)}, ${m} of ${n} to alarm`;
  const missingText =
    rule === 'filled' || rule === 'empty' ? `missing data is ${alarm.treatMissingData}` : '';
  return [ruleTexts[rule], seen, missingText].filter(Boolean).join('; ');
}

const describeThreshold = (threshold: Threshold) =>
  'value' in threshold
    ? `${comparisonOperators[threshold.operator].symbol} ${round(threshold.value)}`
    : threshold.operator;

const round = (value: number) => String(Number(value.toPrecision(6)));
