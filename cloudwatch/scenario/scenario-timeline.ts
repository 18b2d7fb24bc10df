/** What a scenario publishes, as the timeline that alarms are evaluated on. */
import { bandMetric } from '../alarms/band.ts';
import { type SourceSeries, Timeline } from '../alarms/timeline.ts';
import type { Distribution } from '../metrics/distribution.ts';
import { type MetricIdentity, metricKey } from '../metrics/metric.ts';
import { mergeSeries } from '../metrics/series.ts';
import type { Scenario, ScenarioBand } from './scenario.ts';
import type { Run } from './values.ts';

interface Published {
  readonly unit: string | undefined;
  readonly source: SourceSeries;
}

/** A datapoint counts at the start of the stretch that it covers. `meant` tells which alarms (keys) a band is for. */
export function scenarioTimeline(
  { series, bands, start, length }: Scenario,
  meant: (band: ScenarioBand) => readonly string[],
): Timeline {
  const published = new Map<string, Published[]>();
  const publish = (metric: MetricIdentity, one: Published) => {
    const key = metricKey(metric);
    published.set(key, [...(published.get(key) ?? []), one]);
  };
  for (const { metric, unit, every, values, delay } of series) {
    publish(metric, { unit, source: { ...spread(values, start, every), delay } });
  }
  for (const band of bands) {
    for (const bound of ['lower', 'upper'] as const) {
      const source = spread(band[bound], start, band.every);
      for (const key of meant(band)) publish(bandMetric(key, bound), { unit: undefined, source });
    }
  }
  const merged = new Map<string, SourceSeries | undefined>();
  const lookUp = (metric: MetricIdentity, unit: string | undefined) => {
    const key = metricKey(metric);
    const id = `${key}|${unit ?? ''}`;
    if (!merged.has(id)) merged.set(id, inUnit(published.get(key) ?? [], unit));
    return merged.get(id);
  };
  return new Timeline({ origin: start, end: start + length * 1000, series: lookUp });
}

function spread(values: readonly Run[], start: number, every: number) {
  const times: number[] = [];
  const buckets: Distribution[] = [];
  let time = start;
  for (const { datapoint, repeat } of values) {
    for (let index = 0; index < repeat; index++, time += every * 1000) {
      if (!datapoint) continue;
      times.push(time);
      buckets.push(datapoint);
    }
  }
  return { times, buckets };
}

/** Read without naming a unit, the same metric in several units is one. */
function inUnit(all: readonly Published[], unit: string | undefined): SourceSeries | undefined {
  const sources = all
    .filter((each) => unit === undefined || each.unit === unit)
    .map(({ source }) => source);
  const merged = mergeSeries(sources);
  return merged && { ...merged, delay: Math.max(...sources.map(({ delay = 0 }) => delay)) };
}
