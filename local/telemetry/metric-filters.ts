/**
 * Metric filters of the template: log events become samples.
 * Source: CloudWatch Logs user guide, "Configuring metric values for a metric filter" and "Publishing dimensions with metrics
 * from values in JSON or space-delimited log events"; API reference, "PutMetricFilter", "MetricTransformation".
 */
import type { MetricIdentity, MetricSink } from '../../cloudwatch/metrics/metric.ts';
import type { Properties, Resource, Stage } from '../template/resource.ts';
import type { Fields, FilterPattern } from './filter-pattern/filter-pattern.ts';
import { parseFilterPattern } from './filter-pattern/parse-filter-pattern.ts';
import type { LogEvent } from './log-store.ts';

export interface MetricFilters {
  /** Publishes what the filters of the event's group make of it. Times are observability time. */
  apply(event: LogEvent): void;
  /** Publishes the default value of every minute that ended before the given time with events but no match. */
  closeMinutes(before: number): void;
}

interface Filter {
  readonly logGroup: string;
  readonly pattern: FilterPattern;
  readonly unit: string;
  /** NaN where the event has none. */
  readonly value: (fields: Fields) => number;
  /** Undefined where the event lacks a dimension. */
  readonly metric: (fields: Fields) => MetricIdentity | undefined;
  readonly fallback?: { readonly metric: MetricIdentity; readonly value: number };
  /** Whether a minute with events had no match so far; only kept where there is a default value. */
  readonly unmatched: Map<number, boolean>;
}

const minute = 60_000;
/** How long a minute stays open for events that come late. */
const lateness = 10_000;

/** @throws an Error of one line naming the metric filter that CloudWatch Logs would refuse */
export function createMetricFilters(stage: Stage, metrics: MetricSink): MetricFilters {
  const filters = stage.ofType('AWS::Logs::MetricFilter').map(readFilter);
  const byGroup = Map.groupBy(filters, ({ logGroup }) => logGroup);
  return {
    apply({ logGroup, message, timestamp }) {
      for (const filter of byGroup.get(logGroup) ?? []) {
        const { pattern, fallback, unit, unmatched } = filter;
        const fields = pattern.match(message);
        if (fallback) {
          const start = timestamp - (timestamp % minute);
          unmatched.set(start, !fields && unmatched.get(start) !== false);
        }
        if (!fields) continue;
        const value = filter.value(fields);
        const metric = filter.metric(fields);
        if (metric && Number.isFinite(value)) metrics.put(metric, { timestamp, value, unit });
      }
    },
    closeMinutes(before) {
      for (const { fallback, unit, unmatched } of filters) {
        for (const [start, isUnmatched] of unmatched) {
          if (start + minute + lateness > before) continue;
          unmatched.delete(start);
          if (isUnmatched && fallback) {
            metrics.put(fallback.metric, { timestamp: start, value: fallback.value, unit });
          }
        }
      }
    },
  };
}

function readFilter({ type, logicalId, properties }: Resource): Filter {
  try {
    return filterOf(properties);
  } catch (error) {
    throw new Error(`${type} ${logicalId}: ${(error as Error).message}`);
  }
}

function filterOf({ LogGroupName, FilterPattern = '', MetricTransformations }: Properties): Filter {
  const [made, second] = MetricTransformations ?? [];
  if (!made || second) throw new Error('a metric filter takes exactly one metric transformation');
  const { MetricNamespace: namespace, MetricName: name, Unit: unit = 'None' } = made;
  const { DefaultValue, Dimensions = [] } = made;
  if (!namespace || !name) throw new Error('MetricNamespace and MetricName are needed');
  if (Dimensions.length > 3) throw new Error('a metric filter takes at most three dimensions');
  if (DefaultValue !== undefined && Dimensions.length > 0) {
    throw new Error('a metric with dimensions takes no DefaultValue');
  }
  const pattern = parseFilterPattern(FilterPattern);
  const plain: MetricIdentity = { namespace, name, dimensions: {} };
  return {
    logGroup: LogGroupName,
    pattern,
    unit,
    value: readValue(String(made.MetricValue), pattern),
    metric: Dimensions.length > 0 ? withDimensions(plain, Dimensions, pattern) : () => plain,
    ...(DefaultValue !== undefined && {
      fallback: { metric: plain, value: finite('DefaultValue', DefaultValue) },
    }),
    unmatched: new Map(),
  };
}

function readValue(text: string, pattern: FilterPattern): Filter['value'] {
  if (text.startsWith('$')) {
    const select = pattern.selector(text);
    return (fields) => numeric(select(fields));
  }
  const value = finite('MetricValue', text);
  return () => value;
}

function withDimensions(
  plain: MetricIdentity,
  dimensions: readonly Properties[],
  pattern: FilterPattern,
): Filter['metric'] {
  const selectors = dimensions.map(({ Key, Value }) => [Key, pattern.selector(Value)] as const);
  return (fields) => {
    const values = selectors.map(([key, select]) => [key, select(fields)] as const);
    const isComplete = values.every(([, value]) => value != null && typeof value !== 'object');
    return isComplete
      ? {
          ...plain,
          dimensions: Object.fromEntries(values.map(([key, value]) => [key, String(value)])),
        }
      : undefined;
  };
}

const numeric = (value: unknown): number =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
    ? Number(value)
    : Number.NaN;

function finite(what: string, value: unknown): number {
  const number = numeric(value);
  if (Number.isFinite(number)) return number;
  throw new Error(`${what} ${value} is neither a number nor a selector`);
}
