/**
 * Embedded metric format: what CloudWatch Logs makes of a log line that carries `_aws`.
 * Source: CloudWatch user guide, "Specification: Embedded metric format".
 */
import type { MetricIdentity, Sample } from './metric.ts';

export interface EmfSamples {
  readonly samples: readonly { readonly metric: MetricIdentity; readonly sample: Sample }[];
}

/** `parsing` counts as AWS/Logs EMFParsingErrors, `validation` as EMFValidationErrors. */
export interface EmfError {
  readonly error: 'parsing' | 'validation';
  readonly reason: string;
}

type Json = Readonly<Record<string, unknown>>;

const limits = {
  namespace: 1024,
  metricsPerDirective: 100,
  metricName: 1024,
  dimensions: 30,
  dimensionKey: 250,
  dimensionValue: 1024,
  values: 100,
  bytes: 1024 * 1024,
  pastMs: 14 * 24 * 3600_000,
  futureMs: 2 * 3600_000,
} as const;

class Invalid extends Error {
  readonly kind: EmfError['error'];
  constructor(kind: EmfError['error'], reason: string) {
    super(reason);
    this.kind = kind;
  }
}

/**
 * The samples of an EMF document; an error where it claims to be one and breaks its rules (then nothing of it counts);
 * undefined for any other text. With `now` (ms) the document's time must lie within 14 days back and 2 hours ahead.
 */
export function extractEmf(text: string, now?: number): EmfSamples | EmfError | undefined {
  if (!text.includes('"_aws"')) return undefined;
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return text.trimStart().startsWith('{')
      ? { error: 'parsing', reason: 'the line carries _aws but is not valid JSON' }
      : undefined;
  }
  if (!isObject(root) || !('_aws' in root)) return undefined;
  try {
    return { samples: extract(root, text, now) };
  } catch (error) {
    if (error instanceof Invalid) return { error: error.kind, reason: error.message };
    throw error;
  }
}

function extract(root: Json, text: string, now: number | undefined) {
  const { Timestamp: timestamp, CloudWatchMetrics: directives } = objectIn(root['_aws'], '_aws');
  if (typeof timestamp !== 'number' || !Number.isInteger(timestamp) || timestamp < 0) {
    throw new Invalid('parsing', '_aws.Timestamp must be milliseconds since the epoch');
  }
  if (!Array.isArray(directives)) {
    throw new Invalid('parsing', '_aws.CloudWatchMetrics must be an array');
  }
  if (text.length > limits.bytes) throw new Invalid('validation', 'the event is larger than 1 MB');
  if (now !== undefined && (timestamp < now - limits.pastMs || timestamp > now + limits.futureMs)) {
    throw new Invalid(
      'validation',
      '_aws.Timestamp is more than 14 days back or more than 2 hours ahead',
    );
  }
  const samples: { metric: MetricIdentity; sample: Sample }[] = [];
  for (const directive of directives) extractDirective(root, timestamp, directive, samples);
  return samples;
}

function extractDirective(
  root: Json,
  timestamp: number,
  value: unknown,
  samples: { metric: MetricIdentity; sample: Sample }[],
): void {
  const { Namespace: namespace, Dimensions: sets, Metrics: metrics } = objectIn(value, 'directive');
  if (typeof namespace !== 'string' || !Array.isArray(sets) || !Array.isArray(metrics)) {
    throw new Invalid('parsing', 'a directive needs Namespace, Dimensions and Metrics');
  }
  check(namespace.length >= 1 && namespace.length <= limits.namespace, 'Namespace: 1–1024 long');
  check(metrics.length <= limits.metricsPerDirective, 'more than 100 metrics in one directive');
  const dimensionSets = sets.map((set) => dimensionsOf(root, set));
  for (const definition of metrics) {
    const { Name: name, Unit: unit, StorageResolution } = objectIn(definition, 'metric definition');
    if (typeof name !== 'string') throw new Invalid('parsing', 'a metric definition needs a Name');
    check(name.length >= 1 && name.length <= limits.metricName, 'metric Name: 1–1024 long');
    check(unit === undefined || units.has(unit as string), `'${unit}' is no CloudWatch unit`);
    const resolution = StorageResolution ?? 60;
    if (resolution !== 1 && resolution !== 60) {
      throw new Invalid('validation', `${name}: StorageResolution must be 1 or 60`);
    }
    const values = valuesOf(root, name);
    for (const dimensions of dimensionSets) {
      const metric = { namespace, name, dimensions };
      for (const sampled of values) {
        const sample = { timestamp, value: sampled, storageResolution: resolution } as const;
        samples.push({ metric, sample: unit ? { ...sample, unit: unit as string } : sample });
      }
    }
  }
}

function dimensionsOf(root: Json, set: unknown): Readonly<Record<string, string>> {
  if (!Array.isArray(set)) throw new Invalid('parsing', 'Dimensions must be arrays of names');
  check(set.length <= limits.dimensions, 'more than 30 dimensions in one set');
  const dimensions: Record<string, string> = {};
  for (const key of set) {
    if (typeof key !== 'string') throw new Invalid('parsing', 'a dimension name must be a string');
    check(key.length >= 1 && key.length <= limits.dimensionKey, 'dimension name: 1–250 long');
    const value = Object.hasOwn(root, key) ? root[key] : undefined;
    if (typeof value !== 'string' || value.length < 1 || value.length > limits.dimensionValue) {
      throw new Invalid('validation', `dimension ${key} must be a string of 1–1024 at the root`);
    }
    dimensions[key] = value;
  }
  return dimensions;
}

function valuesOf(root: Json, name: string): readonly number[] {
  const target = Object.hasOwn(root, name) ? root[name] : undefined;
  const values = Array.isArray(target) ? target : [target];
  check(values.length <= limits.values, `${name}: more than 100 values`);
  if (!values.every((value) => typeof value === 'number' && Number.isFinite(value))) {
    throw new Invalid('validation', `${name} must be a number or numbers at the root`);
  }
  return values;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function objectIn(value: unknown, what: string): Json {
  if (!isObject(value)) throw new Invalid('parsing', `${what} must be an object`);
  return value;
}

function check(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new Invalid('validation', reason);
}

const sizes = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'];
const bits = ['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'];

/** MetricDatum's Unit (CloudWatch API reference). */
const units: ReadonlySet<string> = new Set([
  ...['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'Count/Second', 'None'],
  ...[...sizes, ...bits].flatMap((unit) => [unit, `${unit}/Second`]),
]);
