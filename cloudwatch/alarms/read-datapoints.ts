/**
 * The datapoints that a metric alarm sees at each evaluation. Windows slide: the newest ends at the evaluation's minute and
 * is not aligned to multiples of the period. Source: CloudWatch user guide, "Alarm evaluation" (sliding window).
 */
import { evaluateMath, filledParts, type MetricMath } from '../math/metric-math.ts';
import { isMissing, type MathWindow, makeSeries, missing, type TimeSeries } from '../math/value.ts';
import type { Readings } from '../readings.ts';
import type { MetricAlarm } from './alarm.ts';
import type { Timeline } from './timeline.ts';

/** The k-th datapoint (1 = newest) of the evaluation at index e of the timeline. NaN where it is missing. */
export type Datapoints = (e: number, k: number) => number;

/** An anomaly band, as windows of the alarm's period. */
export interface Band {
  readonly lower: TimeSeries;
  readonly upper: TimeSeries;
}

export interface DatapointOptions {
  readonly range: number;
  readonly readings: Readings;
  readonly band: Band | undefined;
}

/** Seconds from one evaluation to the next. */
export const stepOf = ({ period }: Pick<MetricAlarm, 'period'>) => (period < 60 ? 10 : 60);

export function readDatapoints(
  alarm: MetricAlarm,
  timeline: Timeline,
  options: DatapointOptions,
): Datapoints {
  const step = stepOf(alarm);
  const width = alarm.period / step;
  const inputs = alarm.inputs.map((input) => {
    const delay = Math.ceil((timeline.source(input.metric, input.unit)?.delay ?? 0) / step);
    const windows = (w: number) => timeline.windows({ ...input, step, width: w });
    return { id: input.id, delay, read: delayed(windows, width, delay), settled: windows(width) };
  });
  const { math } = alarm;
  if (!math) return inputs[0]!.read;

  const context = { alarm, math, timeline, options };
  const overRange = evaluatedOverRange(context, inputs);
  const delays = inputs.some(({ delay }) => delay > 0);
  if (delays || math.overRange.length > 0) return overRange;
  return evaluatedOnce(context, new Map(inputs.map(({ id, settled }) => [id, settled])), overRange);
}

interface Context {
  readonly alarm: MetricAlarm;
  readonly math: MetricMath;
  readonly timeline: Timeline;
  readonly options: DatapointOptions;
}

/** Each datapoint depends only on the same one of the inputs: the whole timeline is one evaluation. */
function evaluatedOnce(
  { alarm, math, timeline, options }: Context,
  metrics: ReadonlyMap<string, TimeSeries>,
  overRange: Datapoints,
): Datapoints {
  const { range, readings, band } = options;
  const step = stepOf(alarm);
  const width = alarm.period / step;
  const window: MathWindow = {
    ...{ period: alarm.period, readings: { ...readings, fillEmptySeries: 'yes' } as const },
    length: Math.floor((timeline.end - timeline.origin) / (step * 1000)) + 1,
    first: timeline.origin - alarm.period * 1000,
    stride: step * 1000,
    metrics,
    ...(band && { band }),
  };
  const once = sliding(evaluateMath(math, window) as TimeSeries, width);
  const filled = readings.fillEmptySeries === 'yes' ? [] : filledParts(math);

  // Two cases need the range itself: it begins before the timeline (an expression may have values there), or nothing at
  // all was fetched of something that FILL fills and the reading says that it then stays empty.
  const series = filled.flatMap((part) => evaluateMath(math, window, part) as TimeSeries);
  let asked = -1;
  let chosen = once;
  return (e, k) => {
    if (e !== asked) {
      asked = e;
      const isEarly = e < range * width;
      const hasEmpty = () => series.some((each) => isEmptyBefore(each, e, width, range));
      chosen = isEarly || hasEmpty() ? overRange : once;
    }
    return chosen(e, k);
  };
}

function isEmptyBefore(series: TimeSeries, e: number, width: number, range: number): boolean {
  for (let k = 0; k < range; k++) if (!isMissing(series[e - k * width] ?? missing)) return false;
  return true;
}

interface Input {
  readonly id: string;
  readonly read: Datapoints;
}

/** Everything that is fetched counts: the range is evaluated anew each time. */
function evaluatedOverRange(
  { alarm, math, timeline, options }: Context,
  inputs: readonly Input[],
): Datapoints {
  const { range, readings, band } = options;
  const step = stepOf(alarm);
  const bounds = band && {
    lower: sliding(band.lower, alarm.period / step),
    upper: sliding(band.upper, alarm.period / step),
  };
  let evaluated = -1;
  let values: TimeSeries = new Float64Array(0);
  return (e, k) => {
    if (e !== evaluated) {
      evaluated = e;
      const fetch = (read: Datapoints) => makeSeries(range, (index) => read(e, range - index));
      values = evaluateMath(math, {
        ...{ period: alarm.period, readings, length: range },
        first: timeline.origin + e * step * 1000 - range * alarm.period * 1000,
        stride: alarm.period * 1000,
        metrics: new Map(inputs.map(({ id, read }) => [id, fetch(read)])),
        ...(bounds && { band: { lower: fetch(bounds.lower), upper: fetch(bounds.upper) } }),
      }) as TimeSeries;
    }
    return values[range - k]!;
  };
}

/** Windows of one series, read backwards from an evaluation. */
export const sliding =
  (windows: TimeSeries, width: number): Datapoints =>
  (e, k) =>
    windows[e - (k - 1) * width] ?? missing;

/** With a delay the newest datapoints hold only what had arrived by then. */
function delayed(windows: (width: number) => TimeSeries, width: number, delay: number): Datapoints {
  const settled = sliding(windows(width), width);
  if (delay === 0) return settled;
  const partial = Array.from({ length: Math.ceil(delay / width) }, (_, index) => {
    const arrived = (index + 1) * width - delay;
    return arrived > 0 ? windows(arrived) : undefined;
  });
  return (e, k) => (k <= partial.length ? (partial[k - 1]?.[e - delay] ?? missing) : settled(e, k));
}
