/** Why the evaluator cannot take an alarm: everything that is in the way, not only the first. */
import { checkActions, checkProperties } from '../alarms/alarm-properties.ts';
import { InvalidAlarmError } from '../alarms/invalid-alarm-error.ts';
import { readMetricAlarm, readThreshold } from '../alarms/read-metric-alarm.ts';
import { readMetrics } from '../alarms/read-metrics.ts';
import { NotModelledError } from '../math/metric-math.ts';
import { defaultReadings } from '../readings.ts';
import { UnresolvedError } from '../template/intrinsics.ts';
import type { TemplateResource } from '../template/template-set.ts';
import { attempt } from './tell.ts';

export type Obstacle = InvalidAlarmError | NotModelledError | UnresolvedError;

/** Each finds its own, whatever the others find. */
const readers: readonly ((resource: TemplateResource) => unknown)[] = [
  readMetrics,
  readThreshold,
  (resource) => readMetricAlarm(resource, defaultReadings),
];

/** Of an alarm on metrics or of a composite. */
export function obstaclesOf(resource: TemplateResource): readonly Obstacle[] {
  const find = (read: (resource: TemplateResource) => unknown) =>
    attempt(() => void read(resource), InvalidAlarmError, NotModelledError, UnresolvedError) ?? [];
  const ofProperties = [checkProperties, checkActions].flatMap(find);
  // What is not modelled may replace the rest: a PromQL alarm has no metric.
  const isOther = ofProperties.some((each) => each instanceof NotModelledError);
  const isComposite = resource.type === 'AWS::CloudWatch::CompositeAlarm';
  const found = [...ofProperties, ...(isOther || isComposite ? [] : readers.flatMap(find))];
  return [...new Map(found.map((each) => [each.message, each])).values()];
}
