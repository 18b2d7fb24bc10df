/**
 * Reads a log line as CloudWatch does ("Specification: Embedded metric format"): yields its samples, or throws naming the
 * rule that the document breaks, where CloudWatch would count an `EMFValidationErrors`. For tests.
 */
export interface EmfSample {
  readonly namespace: string;
  readonly name: string;
  readonly unit: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

type Json = Readonly<Record<string, unknown>>;

export function emfSamples(line: string): readonly EmfSample[] {
  const root: Json = JSON.parse(line);
  const { Timestamp, CloudWatchMetrics } = (root['_aws'] ?? {}) as Json;
  must(Number.isInteger(Timestamp), '_aws.Timestamp is milliseconds since the epoch');
  const age = Date.now() - Number(Timestamp);
  must(
    age < 14 * 86_400_000 && age > -7_200_000,
    '_aws.Timestamp is at most 14 days old, 2 h ahead',
  );
  must(isList(CloudWatchMetrics, 1, 100), 'CloudWatchMetrics is a list');
  return (CloudWatchMetrics as readonly Json[]).flatMap((directive) => samplesOf(root, directive));
}

function samplesOf(root: Json, { Namespace, Dimensions, Metrics }: Json): readonly EmfSample[] {
  must(isText(Namespace), 'Namespace has 1 to 1024 characters');
  must(isList(Dimensions, 1, 100), 'Dimensions is a list of dimension sets');
  must(isList(Metrics, 1, 100), 'Metrics has 1 to 100 members');
  const sets = (Dimensions as readonly unknown[]).map((set) => {
    must(isList(set, 0, 30), 'a dimension set has at most 30 members');
    return Object.fromEntries((set as string[]).map((name) => [name, dimension(root, name)]));
  });
  return (Metrics as readonly Json[]).flatMap((metric) => {
    const { name, unit, value } = definition(root, metric);
    return sets.map((dimensions) => ({
      namespace: Namespace as string,
      name,
      unit,
      dimensions,
      value,
    }));
  });
}

function dimension(root: Json, name: string): string {
  const value = root[name];
  must(isText(name) && isText(value), `dimension ${name} refers to a text at the root`);
  return value as string;
}

function definition(root: Json, { Name, Unit = 'None', StorageResolution = 60 }: Json) {
  must(isText(Name), 'a metric has a Name');
  must(units.has(String(Unit)), `${Unit} is a unit`);
  must(StorageResolution === 1 || StorageResolution === 60, 'StorageResolution is 1 or 60');
  const value = root[Name as string];
  must(Number.isFinite(value), `metric ${Name} refers to a number at the root`);
  return { name: Name as string, unit: Unit as string, value: value as number };
}

function must(holds: boolean, rule: string): void {
  if (!holds) throw new Error(`Not a valid EMF document: ${rule}`);
}

const isText = (value: unknown): boolean =>
  typeof value === 'string' && value.length >= 1 && value.length <= 1024;

const isList = (value: unknown, min: number, max: number): boolean =>
  Array.isArray(value) && value.length >= min && value.length <= max;

const units = new Set(['None', 'Count', 'Percent', 'Milliseconds', 'Seconds', 'Bytes']);
