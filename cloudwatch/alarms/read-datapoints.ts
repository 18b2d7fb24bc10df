/**
 * The datapoints that a metric alarm sees at each evaluation. Windows slide: the newest ends at the evaluation's minute and
 * is not aligned to multiples of the period. Source: CloudWatch user guide, "Alarm evaluation" (sliding window).
 */
import { evaluateMath, isPointwise } from '../math/metric-math.ts';
import { missing, type TimeSeries } from '../math/value.ts';
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

  const prompt = inputs.every(({ delay }) => delay === 0);
  const base = { period: alarm.period, readings: options.readings };
  if (prompt && isPointwise(math, options.readings)) {
    const values = evaluateMath(math, {
      ...base,
      length: Math.floor((timeline.end - timeline.origin) / (step * 1000)) + 1,
      first: timeline.origin - alarm.period * 1000,
      stride: step * 1000,
      metrics: new Map(inputs.map(({ id, settled }) => [id, settled])),
      ...(options.band && { band: options.band }),
    }) as TimeSeries;
    return sliding(values, width);
  }

  // Everything that is fetched counts: the whole range is evaluated anew each time.
  const { range } = options;
  let evaluated = -1;
  let values: TimeSeries = new Float64Array(0);
  return (e, k) => {
    if (e !== evaluated) {
      const fetch = (read: Datapoints) =>
        Float64Array.from({ length: range }, (_, index) => read(e, range - index));
      values = evaluateMath(math, {
        ...base,
        length: range,
        first: timeline.origin + e * step * 1000 - range * alarm.period * 1000,
        stride: alarm.period * 1000,
        metrics: new Map(inputs.map(({ id, read }) => [id, fetch(read)])),
        ...(options.band && {
          band: {
            lower: fetch(sliding(options.band.lower, width)),
            upper: fetch(sliding(options.band.upper, width)),
          },
        }),
      }) as TimeSeries;
      evaluated = e;
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
