/** From one series to another: FILL says what stands where there is no datapoint; changes and sums leave such gaps out. */
import { finite, isMissing, missing, type TimeSeries } from './value.ts';

/** A number or series fills every gap; REPEAT and LINEAR only those after (between) real datapoints. */
export function fill(
  series: TimeSeries,
  filler: number | TimeSeries | string,
  fillEmptySeries: 'yes' | 'no',
): TimeSeries {
  if (fillEmptySeries === 'no' && series.every(isMissing)) return series;
  if (filler === 'REPEAT') return repeat(series);
  if (filler === 'LINEAR') return interpolate(series);
  return series.map((value, index) => {
    if (!isMissing(value)) return value;
    return filler instanceof Float64Array ? filler[index]! : (filler as number);
  });
}

function repeat(series: TimeSeries): TimeSeries {
  let last = missing;
  return series.map((value) => {
    if (!isMissing(value)) last = value;
    return last;
  });
}

function interpolate(series: TimeSeries): TimeSeries {
  const filled = series.slice();
  let before = -1;
  series.forEach((value, index) => {
    if (isMissing(value)) return;
    for (let gap = before + 1; before >= 0 && gap < index; gap++) {
      const share = (gap - before) / (index - before);
      filled[gap] = series[before]! + (value - series[before]!) * share;
    }
    before = index;
  });
  return filled;
}

export function runningSum(series: TimeSeries): TimeSeries {
  let total = 0;
  return series.map((value) => {
    if (!isMissing(value)) total += value;
    return isMissing(value) ? missing : total;
  });
}

/** From one datapoint to the next that is there. `step`: seconds between datapoints. */
export function changes(
  series: TimeSeries,
  step: number,
  f: (difference: number, seconds: number) => number,
): TimeSeries {
  let last = -1;
  return series.map((now, index) => {
    if (isMissing(now)) return missing;
    const before = last;
    last = index;
    return before < 0 ? missing : finite(f(now - series[before]!, (index - before) * step));
  });
}
