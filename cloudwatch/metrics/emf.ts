/**
 * Embedded metric format: what CloudWatch Logs makes of a log line that carries `_aws`.
 * Source: CloudWatch user guide, "Specification: Embedded metric format".
 */
import type { MetricIdentity, Sample } from './metric.ts';

export interface EmfSamples {
  readonly samples: readonly EmfSample[];
}

interface EmfSample {
  readonly metric: MetricIdentity;
  readonly sample: Sample;
}

/** `parsing` counts as AWS/Logs EMFParsingErrors, `validation` as EMFValidationErrors. */
export interface EmfError {
  readonly error: 'parsing' | 'validation';
  readonly reason: string;
}

type Json = Readonly<Record<string, unknown>>;

const limits = {
  name: 1024,
  metricsPerDirective: 100,
  dimensions: 30,
  dimensionKey: 250,
  dimensionValue: 1024,
  values: 100,
  bytes: 1024 * 1024,
  pastMs: 14 * 24 * 3600_000,
  futureMs: 2 * 3600_000,
} as const;

class Invalid extends Error {
  readonly error: EmfError['error'];
  constructor(error: EmfError['error'], reason: string) {
    super(reason);
    this.error = error;
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
    if (error instanceof Invalid) return { error: error.error, reason: error.message };
    throw error;
  }
}

function extract(root: Json, text: string, now: number | undefined): EmfSample[] {
  const { Timestamp: timestamp, CloudWatchMetrics: directives } = objectIn(root['_aws'], '_aws');
  if (typeof timestamp !== 'number' || !Number.isInteger(timestamp) || timestamp < 0) {
    throw new Invalid('parsing', '_aws.Timestamp must be milliseconds since the epoch');
  }
  check(!exceeds(text, limits.bytes), 'the event is larger than 1 MB');
  check(
    now === undefined || (timestamp >= now - limits.pastMs && timestamp <= now + limits.futureMs),
    '_aws.Timestamp is more than 14 days back or more than 2 hours ahead',
  );
  const samples: EmfSample[] = [];
  for (const directive of arrayIn(directives, '_aws.CloudWatchMetrics')) {
    extractDirective(root, timestamp, objectIn(directive, 'a directive'), samples);
  }
  return samples;
}

/** No character takes more than three bytes for each of its units, so short texts need no counting. */
const exceeds = (text: string, bytes: number) =>
  3 * text.length > bytes && Buffer.byteLength(text) > bytes;

function extractDirective(root: Json, timestamp: number, directive: Json, samples: EmfSample[]) {
  const namespace = textIn(directive['Namespace'], 'Namespace', limits.name);
  const dimensionSets = arrayIn(directive['Dimensions'], 'Dimensions').map((set) =>
    dimensionsOf(root, arrayIn(set, 'a set of Dimensions')),
  );
  const metrics = arrayIn(directive['Metrics'], 'Metrics');
  check(metrics.length <= limits.metricsPerDirective, 'more than 100 metrics in one directive');
  for (const definition of metrics) {
    const { Name, Unit: unit, StorageResolution = 60 } = objectIn(definition, 'a metric');
    const name = textIn(Name, 'the Name of a metric', limits.name);
    check(unit === undefined || units.has(unit), `'${unit}' is no CloudWatch unit`);
    check(
      StorageResolution === 1 || StorageResolution === 60,
      `${name}: StorageResolution must be 1 or 60`,
    );
    const common: Omit<Sample, 'value'> = {
      timestamp,
      storageResolution: StorageResolution,
      ...(unit ? { unit: unit as string } : {}),
    };
    const values = valuesOf(root, name);
    for (const dimensions of dimensionSets) {
      const metric = { namespace, name, dimensions };
      for (const value of values) samples.push({ metric, sample: { ...common, value } });
    }
  }
}

function dimensionsOf(root: Json, keys: readonly unknown[]): Readonly<Record<string, string>> {
  check(keys.length <= limits.dimensions, 'more than 30 dimensions in one set');
  const dimensions: Record<string, string> = {};
  for (const each of keys) {
    const key = textIn(each, 'the name of a dimension', limits.dimensionKey);
    const value = Object.hasOwn(root, key) ? root[key] : undefined;
    const fits =
      typeof value === 'string' && value.length >= 1 && value.length <= limits.dimensionValue;
    check(fits, `dimension ${key} must be a string of 1–1024 at the root`);
    dimensions[key] = value;
  }
  return dimensions;
}

function valuesOf(root: Json, name: string): readonly number[] {
  const target = Object.hasOwn(root, name) ? root[name] : undefined;
  const values: readonly unknown[] = Array.isArray(target) ? target : [target];
  check(values.length <= limits.values, `${name}: more than 100 values`);
  check(values.every(Number.isFinite), `${name} must be a number or numbers at the root`);
  return values as readonly number[];
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function objectIn(value: unknown, what: string): Json {
  if (isObject(value)) return value;
  throw new Invalid('parsing', `${what} must be an object`);
}

function arrayIn(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Invalid('parsing', `${what} must be an array`);
}

function textIn(value: unknown, what: string, longest: number): string {
  if (typeof value !== 'string') throw new Invalid('parsing', `${what} must be a string`);
  check(value.length >= 1 && value.length <= longest, `${what} must be 1–${longest} long`);
  return value;
}

function check(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new Invalid('validation', reason);
}

const sizes = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'];
const bits = ['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'];

/** MetricDatum's Unit (CloudWatch API reference). */
const units: ReadonlySet<unknown> = new Set([
  ...['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'Count/Second', 'None'],
  ...[...sizes, ...bits].flatMap((unit) => [unit, `${unit}/Second`]),
]);
