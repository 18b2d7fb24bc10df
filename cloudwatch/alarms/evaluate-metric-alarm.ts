/** A metric alarm over a timeline: its state at every evaluation, as a list of changes. */
import type { Readings } from '../readings.ts';
import {
  bandOperators,
  comparisonOperators,
  type History,
  type MetricAlarm,
  type State,
  stepOf,
  type Threshold,
  type Transition,
} from './alarm.ts';
import { type Band, bandOf } from './band.ts';
import {
  type Decision,
  decideState,
  evaluationRange,
  minimumSamples,
  ruleTexts,
} from './decide-state.ts';
import { type Datapoints, readDatapoints, sliding } from './read-datapoints.ts';
import type { Timeline } from './timeline.ts';

const hour = 3600_000;
const day = 86_400;

/** The first evaluation is one step after the timeline's origin; before it a new alarm has INSUFFICIENT_DATA. */
export function evaluateMetricAlarm(
  alarm: MetricAlarm,
  timeline: Timeline,
  readings: Readings,
): History {
  const step = stepOf(alarm) * 1000;
  const range = evaluationRange(alarm, readings.evaluationRange);
  const value = readDatapoints(alarm, timeline, { range, readings });
  const isBreaching = breachTest(alarm, bandOf(alarm, timeline));
  const hasTooFewSamples = lowSampleGate(alarm, timeline, value, range, readings);
  // Windows of more than a day are evaluated once an hour, on the data up to the hour.
  const every = alarm.period * alarm.evaluationPeriods > day ? hour : step;

  const initial: State = 'INSUFFICIENT_DATA';
  const transitions: Transition[] = [];
  let state: State = initial;
  for (let e = 1; timeline.origin + e * step <= timeline.end; e++) {
    const time = timeline.origin + e * step;
    if (time % every !== 0) continue;
    const slot = (k: number) => {
      const datapoint = value(e, k);
      return Number.isNaN(datapoint) ? -1 : isBreaching(datapoint, e, k) ? 1 : 0;
    };
    const decision: Decision = hasTooFewSamples(e)
      ? { state, rule: 'lowSamples' }
      : decideState(slot, range, alarm, state, readings);
    if (decision.state === state) continue;
    const reason = explain(alarm, decision, { range, time, value: (k) => value(e, k) });
    transitions.push({ time, from: state, to: decision.state, reason });
    state = decision.state;
  }
  return { initial, transitions };
}

function breachTest({ threshold, period }: MetricAlarm, band: Band | undefined) {
  if ('value' in threshold) {
    const { breaches } = comparisonOperators[threshold.operator];
    return (datapoint: number, _e: number, _k: number) => breaches(datapoint, threshold.value);
  }
  const { below, above } = bandOperators[threshold.operator];
  if (!band) throw new Error('an anomaly alarm was evaluated without a band');
  const width = period / stepOf({ period });
  const [lower, upper] = [sliding(band.lower, width), sliding(band.upper, width)];
  return (datapoint: number, e: number, k: number) =>
    (below && datapoint < lower(e, k)) || (above && datapoint > upper(e, k));
}

/** Which datapoints are evaluated, 1 being the newest: so many that are there, going back past gaps. */
function evaluated(value: (k: number) => number, range: number, count: number): readonly number[] {
  const found: number[] = [];
  for (let k = 1; k <= range && found.length < count; k++) {
    if (!Number.isNaN(value(k))) found.push(k);
  }
  return found;
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
  const count = { ...input, statistic: { kind: 'SampleCount' }, step, width } as const;
  const samples = sliding(timeline.windows(count), width);
  const counted = lowSamples === 'newest' ? 1 : alarm.evaluationPeriods;
  return (e) => {
    const ages = evaluated((k) => value(e, k), range, counted);
    return ages.length > 0 && ages.reduce((total, k) => total + samples(e, k), 0) < minimum;
  };
}

const shown = 5;

/** Why the state changed, in one line: how many datapoints breached, the newest of them, what filled the gaps. */
function explain(
  { evaluationPeriods: n, datapointsToAlarm: m, period, threshold, treatMissingData }: MetricAlarm,
  { rule }: Decision,
  { range, time, value }: { range: number; time: number; value: (k: number) => number },
): string {
  const ages = evaluated(value, range, n);
  const points = ages.slice(0, shown).map((k) => {
    const start = new Date(time - k * period * 1000).toISOString();
    return `${round(value(k))} at ${start.slice(11, period < 60 ? 19 : 16)}`;
  });
  const more = ages.length > shown ? ', …' : '';
  return [
    ruleTexts[rule],
    ages.length > 0 &&
      `newest datapoints ${points.join(', ')}${more} against ${describeThreshold(threshold)}, ${m} of ${n} to alarm`,
    (rule === 'filled' || rule === 'empty') && `missing data is ${treatMissingData}`,
  ]
    .filter(Boolean)
    .join('; ');
}

const describeThreshold = (threshold: Threshold) =>
  'value' in threshold
    ? `${comparisonOperators[threshold.operator].symbol} ${round(threshold.value)}`
    : threshold.operator;

const round = (value: number) => String(Number(value.toPrecision(6)));
