/** What a scenario publishes, as the timeline that alarms are evaluated on. */
import { alarmKey, type MetricAlarm } from '../alarms/alarm.ts';
import { bandOf } from '../alarms/evaluate-alarms.ts';
import type { Band } from '../alarms/read-datapoints.ts';
import { type SourceSeries, Timeline } from '../alarms/timeline.ts';
import type { Distribution } from '../metrics/distribution.ts';

import { type MetricIdentity, metricKey } from '../metrics/metric.ts';
import { mergeSeries } from '../metrics/series.ts';
import type { Scenario } from './scenario.ts';
import type { Run } from './values.ts';

/** A datapoint counts at the start of the stretch that it covers. */
export function scenarioTimeline({ series, start, length }: Scenario): Timeline {
  const published = new Map<
    string,
    { readonly unit: string | undefined; source: SourceSeries }[]
  >();
  for (const { metric, unit, every, values, delay } of series) {
    const key = metricKey(metric);
    const source = { ...spread(values, start, every), delay };
    published.set(key, [...(published.get(key) ?? []), { unit, source }]);
  }
  const merged = new Map<string, SourceSeries | undefined>();
  const lookUp = (metric: MetricIdentity, unit: string | undefined) => {
    const key = metricKey(metric);
    const id = `${key}|${unit ?? ''}`;
    if (!merged.has(id)) {
      const units = published.get(key) ?? [];
      merged.set(
        id,
        join(
          units
            .filter((each) => unit === undefined || each.unit === unit)
            .map(({ source }) => source),
        ),
      );
    }
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

/** The same metric in several units, read without naming one. */
function join(sources: readonly SourceSeries[]): SourceSeries | undefined {
  const merged = mergeSeries(sources);
  return merged && { ...merged, delay: Math.max(...sources.map(({ delay = 0 }) => delay)) };
}

/** The band that the scenario supplies for an alarm. `meant` tells which alarm (key) each band is for. */
export function scenarioBands(
  { bands, start, length }: Scenario,
  meant: (alarm: Scenario['bands'][number]) => readonly string[],
): (alarm: MetricAlarm) => Band | undefined {
  const timelines = new Map(
    bands.flatMap((band) => {
      const bounds: Readonly<Record<string, SourceSeries>> = {
        lower: spread(band.lower, start, band.every),
        upper: spread(band.upper, start, band.every),
      };
      const series = ({ name }: MetricIdentity) => bounds[name];
      const timeline = new Timeline({ origin: start, end: start + length * 1000, series });
      return meant(band).map((key) => [key, timeline] as const);
    }),
  );
  return (alarm) => {
    const timeline = timelines.get(alarmKey(alarm));
    return timeline && bandOf(alarm, timeline, 'lower', 'upper');
  };
}
