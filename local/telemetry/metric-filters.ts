/**
 * Metric filters of the template: log events become samples.
 * Source: CloudWatch Logs user guide, "Configuring metric values for a metric filter" and "Publishing dimensions with metrics".
 */
import type { MetricSink } from '../../cloudwatch/metrics/metric.ts';
import type { Properties, Resource, Stage } from '../template/resource.ts';
import type { FilterPattern, Select } from './filter-pattern/filter-pattern.ts';
import { parseFilterPattern } from './filter-pattern/parse-filter-pattern.ts';
import type { LogEvent } from './log-store.ts';

export interface MetricFilters {
  /** Publishes what the filters of the event's group make of it. Times are observability time. */
  apply(event: LogEvent): void;
  /** Publishes the default value of every minute that ended before the given time with events but no match. */
  closeMinutes(before: number): void;
}

interface Filter {
  readonly pattern: FilterPattern;
  readonly transformation: Transformation;
  /** Minutes with events and no match so far; only kept where there is a default value. */
  readonly unmatched: Map<number, boolean>;
}

interface Transformation {
  readonly namespace: string;
  readonly name: string;
  readonly unit: string;
  /** A number, or a selector. */
  readonly value: string;
  readonly defaultValue?: number;
  readonly dimensions: readonly { readonly key: string; readonly selector: string }[];
}

const minute = 60_000;
/** How long a minute stays open for events that come late. */
const lateness = 10_000;

/** @throws an Error of one line naming the metric filter that cannot be read */
export function createMetricFilters(stage: Stage, metrics: MetricSink): MetricFilters {
  const filters = new Map<string, Filter[]>();
  for (const resource of stage.ofType('AWS::Logs::MetricFilter')) {
    const {
      LogGroupName,
      FilterPattern: text = '',
      MetricTransformations = [],
    } = resource.properties;
    const pattern = readable(resource, () => parseFilterPattern(text));
    const made = MetricTransformations.map((properties: Properties) => ({
      pattern,
      transformation: readTransformation(resource, properties),
      unmatched: new Map(),
    }));
    filters.set(LogGroupName, [...(filters.get(LogGroupName) ?? []), ...made]);
  }
  return {
    apply(event) {
      const start = event.timestamp - (event.timestamp % minute);
      for (const { pattern, transformation, unmatched } of filters.get(event.logGroup) ?? []) {
        const select = pattern.match(event.message);
        if (select) publish(metrics, transformation, select, event.timestamp);
        if (transformation.defaultValue === undefined) continue;
        unmatched.set(start, !select && unmatched.get(start) !== false);
      }
    },
    closeMinutes(before) {
      for (const { transformation, unmatched } of [...filters.values()].flat()) {
        for (const [start, isUnmatched] of unmatched) {
          if (start + minute + lateness > before) continue;
          unmatched.delete(start);
          const { namespace, name, unit, defaultValue: value } = transformation;
          if (isUnmatched && value !== undefined) {
            metrics.put({ namespace, name, dimensions: {} }, { timestamp: start, value, unit });
          }
        }
      }
    },
  };
}

/** An event that lacks the value or a dimension publishes nothing. */
function publish(metrics: MetricSink, made: Transformation, select: Select, timestamp: number) {
  const { namespace, name, unit } = made;
  const value = made.value.startsWith('$') ? numeric(select(made.value)) : Number(made.value);
  const dimensions: Record<string, string> = {};
  for (const { key, selector } of made.dimensions) {
    const selected = select(selector);
    if (selected === undefined || selected === null || typeof selected === 'object') return;
    dimensions[key] = String(selected);
  }
  if (!Number.isNaN(value))
    metrics.put({ namespace, name, dimensions }, { timestamp, value, unit });
}

const numeric = (value: unknown): number =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
    ? Number(value)
    : Number.NaN;

function readTransformation(resource: Resource, properties: Properties): Transformation {
  const {
    MetricNamespace,
    MetricName,
    MetricValue,
    DefaultValue,
    Dimensions = [],
    Unit,
  } = properties;
  const value = String(MetricValue);
  const wrong =
    (!MetricNamespace || !MetricName ? 'MetricNamespace and MetricName are needed' : undefined) ??
    (value.startsWith('$') || Number.isFinite(Number(value))
      ? undefined
      : `MetricValue ${value} is neither a number nor a selector`) ??
    (DefaultValue !== undefined && Dimensions.length > 0
      ? 'a metric with dimensions takes no DefaultValue'
      : undefined) ??
    (Dimensions.length > 3 ? 'a metric filter takes at most three dimensions' : undefined);
  if (wrong) throw new Error(`${resource.type} ${resource.logicalId}: ${wrong}`);
  return {
    namespace: MetricNamespace,
    name: MetricName,
    unit: Unit ?? 'None',
    value,
    ...(DefaultValue !== undefined && { defaultValue: Number(DefaultValue) }),
    dimensions: Dimensions.map(({ Key, Value }: Properties) => ({ key: Key, selector: Value })),
  };
}

function readable<T>(resource: Resource, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${resource.type} ${resource.logicalId}: ${(error as Error).message}`);
  }
}
