/**
 * One metric with its statistic, as an alarm names it.
 * Source: CloudWatch API reference, PutMetricAlarm and MetricStat.
 */
import type { MetricIdentity } from '../metrics/metric.ts';
import { parseStatistic, StatisticError } from '../metrics/statistics.ts';
import { membersOf } from '../template/parse-template.ts';
import type { MetricInput } from './alarm.ts';
import { refuse } from './invalid-alarm-error.ts';

/** @param who what messages call it */
export function readInput(
  id: string,
  who: string,
  metric: unknown,
  statistic: unknown,
  unit: unknown,
): MetricInput {
  if (statistic === undefined) refuse(`${who} has no statistic`, 'add it, for instance Sum');
  return {
    id,
    metric: readMetric(who, metric),
    statistic: asStatistic(String(statistic)),
    statisticName: String(statistic),
    unit: unit === undefined ? undefined : String(unit),
  };
}

function asStatistic(text: string) {
  try {
    return parseStatistic(text);
  } catch (error) {
    if (error instanceof StatisticError)
      refuse(error.message, 'write Sum, Average, Maximum, p99 …');
    throw error;
  }
}

function readMetric(who: string, metric: unknown): MetricIdentity {
  const { Namespace, MetricName, Dimensions = [] } = membersOf(metric);
  if (Namespace === undefined || MetricName === undefined) {
    refuse(`${who} needs Namespace and MetricName`, 'add them');
  }
  return {
    namespace: String(Namespace),
    name: String(MetricName),
    dimensions: readDimensions(who, Dimensions),
  };
}

/** CloudFormation takes a list of members Name and Value, both required (template reference, Alarm Dimension). */
function readDimensions(who: string, dimensions: unknown): MetricIdentity['dimensions'] {
  if (!Array.isArray(dimensions)) {
    return refuse(`Dimensions of ${who} must be a list`, dimensionsLook);
  }
  return Object.fromEntries(
    dimensions.map((dimension: unknown, index) => {
      const { Name, Value } = membersOf(dimension);
      return isScalar(Name) && isScalar(Value)
        ? [String(Name), String(Value)]
        : refuse(`Dimensions[${index}] of ${who} must have a Name and a Value`, dimensionsLook);
    }),
  );
}

const dimensionsLook = 'write [{ Name: FunctionName, Value: my-function }]';
/** Numbers and truth values become texts. */
export const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
