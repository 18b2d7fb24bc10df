/**
 * The datapoints that a metric alarm sees at each evaluation. Windows slide: the newest ends at the evaluation's minute and
 * is not aligned to multiples of the period. Source: CloudWatch user guide, "Alarm evaluation" (sliding window).
 */
import { evaluateMath, filledParts, type MetricMath } from '../math/metric-math.ts';
import { isMissing, makeSeries, missing, type TimeSeries } from '../math/value.ts';
import type { Readings } from '../readings.ts';
import { type MetricAlarm, stepOf } from './alarm.ts';
import { type Band, bandOf } from './band.ts';
import type { Timeline } from './timeline.ts';

/** The k-th datapoint (1 = newest) of the evaluation at index e of the timeline. NaN where it is missing. */
export type Datapoints = (e: number, k: number) => number;

interface Options {
  readonly range: number;
  readonly readings: Readings;
}

interface Input {
  readonly id: string;
  readonly isLate: boolean;
  /** What had arrived by the time of each evaluation. */
  readonly read: Datapoints;
  /** Windows of all that ever arrived. */
  readonly settled: TimeSeries;
}

interface Context extends Options {
  readonly timeline: Timeline;
  readonly math: MetricMath;
  readonly inputs: readonly Input[];
  readonly band: Band | undefined;
  /** Seconds. */
  readonly period: number;
  readonly step: number;
  /** Steps in a period. */
  readonly width: number;
}

export function readDatapoints(
  alarm: MetricAlarm,
  timeline: Timeline,
  options: Options,
): Datapoints {
  const { period, math } = alarm;
  const step = stepOf(alarm);
  const width = period / step;
  const inputs = alarm.inputs.map((input): Input => {
    const windows = (w: number) => timeline.windows({ ...input, step, width: w });
    const delay = Math.ceil((timeline.source(input.metric, input.unit)?.delay ?? 0) / step);
    return {
      id: input.id,
      isLate: delay > 0,
      read: delayed(windows, width, delay),
      settled: windows(width),
    };
  });
  if (!math) return inputs[0]!.read;
  const band = bandOf(alarm, timeline);
  const context = { ...options, timeline, math, inputs, band, period, step, width };
  const isPointwise = math.overRange.length === 0 && !inputs.some(({ isLate }) => isLate);
  return isPointwise ? evaluatedOnce(context) : evaluatedOverRange(context);
}

/** Each datapoint depends only on the same one of the inputs: the whole timeline is one evaluation. */
function evaluatedOnce(context: Context): Datapoints {
  const { timeline, math, inputs, band, period, step, width, range, readings } = context;
  const window = {
    ...{ period, readings: { ...readings, fillEmptySeries: 'yes' } as const },
    length: Math.floor((timeline.end - timeline.origin) / (step * 1000)) + 1,
    first: timeline.origin - period * 1000,
    stride: step * 1000,
    metrics: new Map(inputs.map(({ id, settled }) => [id, settled])),
    ...(band && { band }),
  };
  const once = sliding(evaluateMath(math, window) as TimeSeries, width);
  const overRange = evaluatedOverRange(context);

  // Two cases need the range itself: it begins before the timeline (an expression may have values there), or nothing at
  // all was fetched of something that FILL fills and the reading says that it then stays empty.
  const filled = readings.fillEmptySeries === 'yes' ? [] : filledParts(math);
  const series = filled
    .flatMap((part) => evaluateMath(math, window, part) as TimeSeries)
    .map((each) => sliding(each, width));
  const isEmpty = (read: Datapoints, e: number) => {
    for (let k = 1; k <= range; k++) if (!isMissing(read(e, k))) return false;
    return true;
  };
  let asked = -1;
  let chosen = once;
  return (e, k) => {
    if (e !== asked) {
      asked = e;
      const needsRange = e < range * width || series.some((read) => isEmpty(read, e));
      chosen = needsRange ? overRange : once;
    }
    return chosen(e, k);
  };
}

/** Everything that is fetched counts: the range is evaluated anew each time. */
function evaluatedOverRange(context: Context): Datapoints {
  const { timeline, math, inputs, band, period, step, width, range, readings } = context;
  const lower = band && sliding(band.lower, width);
  const upper = band && sliding(band.upper, width);
  let evaluated = -1;
  let values: TimeSeries = new Float64Array(0);
  return (e, k) => {
    if (e !== evaluated) {
      evaluated = e;
      const fetch = (read: Datapoints) => makeSeries(range, (index) => read(e, range - index));
      values = evaluateMath(math, {
        ...{ period, readings, length: range },
        first: timeline.origin + e * step * 1000 - range * period * 1000,
        stride: period * 1000,
        metrics: new Map(inputs.map(({ id, read }) => [id, fetch(read)])),
        ...(lower && upper && { band: { lower: fetch(lower), upper: fetch(upper) } }),
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

/** With a delay (in steps) the newest datapoints hold only what had arrived by then. */
function delayed(windows: (width: number) => TimeSeries, width: number, delay: number): Datapoints {
  const settled = sliding(windows(width), width);
  if (delay === 0) return settled;
  const partial = Array.from({ length: Math.ceil(delay / width) }, (_, index) => {
    const arrived = (index + 1) * width - delay;
    return arrived > 0 ? windows(arrived) : undefined;
  });
  return (e, k) => (k <= partial.length ? (partial[k - 1]?.[e - delay] ?? missing) : settled(e, k));
}
