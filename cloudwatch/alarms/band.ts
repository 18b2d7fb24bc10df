/** Anomaly bands: CloudWatch learns them from real traffic, so here they are series that a scenario supplies. */
import type { TimeSeries } from '../math/value.ts';
import type { MetricIdentity } from '../metrics/metric.ts';
import { alarmKey, type MetricAlarm, stepOf } from './alarm.ts';
import type { Timeline } from './timeline.ts';

/** As windows of the alarm's period. */
export interface Band {
  readonly lower: TimeSeries;
  readonly upper: TimeSeries;
}

/** Under which identity a timeline holds one bound of an alarm's band. */
export const bandMetric = (key: string, name: keyof Band): MetricIdentity => ({
  ...{ namespace: 'anomaly band', name, dimensions: { alarm: key } },
});

export const needsBand = ({ threshold, math }: Pick<MetricAlarm, 'threshold' | 'math'>) =>
  !('value' in threshold) || math?.functions.has('ANOMALY_DETECTION_BAND') === true;

/** Undefined where none was supplied. */
export function bandOf(alarm: MetricAlarm, timeline: Timeline): Band | undefined {
  const key = alarmKey(alarm);
  if (!timeline.source(bandMetric(key, 'lower'), undefined)) return undefined;
  const step = stepOf(alarm);
  const windows = (name: keyof Band) =>
    timeline.windows({
      metric: bandMetric(key, name),
      unit: undefined,
      statistic: { kind: 'Average' },
      ...{ step, width: alarm.period / step },
    });
  return { lower: windows('lower'), upper: windows('upper') };
}
