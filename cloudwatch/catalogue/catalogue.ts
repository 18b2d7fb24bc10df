/**
 * Which metrics exist: what each service publishes, under which dimensions, with which values. It answers whether an
 * alarm can ever receive data, and says so only where the documentation does.
 */
import { nearestName } from '../nearest-name.ts';

export interface MetricEntry {
  readonly namespace: string;
  readonly metric: string;
  readonly unit: string;
  readonly dimensionSets: readonly (readonly string[])[];
  /** Sets on which sources contradict each other. */
  readonly disputedDimensionSets?: readonly (readonly string[])[];
  /** Other sets may exist that no source spells out. */
  readonly incomplete?: boolean;
  /** The values that a dimension can take; `<…>` stands for any. */
  readonly dimensionValues?: Readonly<Record<string, readonly string[]>>;
  /** The range of one sample, in `unit`. */
  readonly sampleMin?: number;
  readonly sampleMax?: number;
  /** The statistics that its documentation calls useful. */
  readonly statistics?: readonly string[];
  /** Samples are whole numbers; default: where the unit is Count. */
  readonly whole?: boolean;
  /** Seconds between datapoints; not known of a metric of one's own, which may be of high resolution. */
  readonly every?: number;
  /** What is published while nothing happens: nothing, zeros, or values as always. */
  readonly idle?: 'silent' | 'zero' | 'continuous';
  /** The range or the sets are inferred, not documented. */
  readonly assumed?: boolean;
  readonly regions?: readonly string[];
  readonly onlyWhen?: string;
  readonly optIn?: string;
  readonly variant?: string;
  /** Addresses or names of the sources. */
  readonly sources: readonly string[];
  readonly note?: string;
}

/** A name that people use and that no service publishes. */
export interface AbsentMetric {
  readonly namespace: string;
  readonly metric: string;
  readonly instead: string;
  readonly source: string;
}

export interface Catalogue {
  readonly entries: readonly MetricEntry[];
  readonly absent?: readonly AbsentMetric[];
  /** Namespaces whose metrics are all listed, because their owner wrote the list. */
  readonly closed?: ReadonlySet<string>;
}

export type Verdict =
  | { readonly kind: 'known' | 'incomplete' | 'disputed'; readonly entries: readonly MetricEntry[] }
  | { readonly kind: 'unknown-namespace' }
  /** `certain`: it cannot exist; otherwise it is only not listed. */
  | {
      readonly kind: 'unknown-metric';
      readonly certain: boolean;
      readonly nearest: string | undefined;
      readonly source: string | undefined;
    }
  | {
      readonly kind: 'dead-dimensions';
      readonly entries: readonly MetricEntry[];
      /** The documented set that differs least. */
      readonly nearest: readonly string[];
    };

/** Later catalogues add to earlier ones. */
export const mergeCatalogues = (...catalogues: readonly Catalogue[]): Catalogue => ({
  entries: catalogues.flatMap(({ entries }) => entries),
  absent: catalogues.flatMap(({ absent = [] }) => absent),
  closed: new Set(catalogues.flatMap(({ closed = [] }) => [...closed])),
});

/** Looks up a metric by namespace, name and the names of its dimensions. */
export function lookUp(
  catalogue: Catalogue,
  namespace: string,
  metric: string,
  dimensions: readonly string[],
): Verdict {
  const inNamespace = catalogue.entries.filter((entry) => entry.namespace === namespace);
  if (!inNamespace.length) return { kind: 'unknown-namespace' };
  const entries = inNamespace.filter((entry) => entry.metric === metric);
  if (!entries.length) return unknownMetric(catalogue, namespace, metric, inNamespace);

  const holding = (pick: (entry: MetricEntry) => readonly (readonly string[])[] | undefined) =>
    entries.filter((entry) => pick(entry)?.some((set) => sameSet(set, dimensions)));
  const known = holding(({ dimensionSets }) => dimensionSets);
  if (known.length) return { kind: 'known', entries: known };
  const disputed = holding(({ disputedDimensionSets }) => disputedDimensionSets);
  if (disputed.length) return { kind: 'disputed', entries: disputed };
  if (entries.some(({ incomplete }) => incomplete)) return { kind: 'incomplete', entries };
  return { kind: 'dead-dimensions', entries, nearest: nearestSet(entries, dimensions) };
}

function unknownMetric(
  { absent = [], closed = new Set() }: Catalogue,
  namespace: string,
  metric: string,
  entries: readonly MetricEntry[],
): Verdict {
  const known = absent.find((each) => each.namespace === namespace && each.metric === metric);
  if (known) {
    const { instead: nearest, source } = known;
    return { kind: 'unknown-metric', certain: true, nearest, source };
  }
  const names = entries.map((entry) => entry.metric);
  // CloudWatch's names are case-sensitive, and no service has two that differ only in case.
  const otherCase = names.find((name) => name.toLowerCase() === metric.toLowerCase());
  return {
    kind: 'unknown-metric',
    certain: otherCase !== undefined || closed.has(namespace),
    nearest: otherCase ?? nearestName(metric, names),
    source: entries.find((entry) => entry.metric === otherCase)?.sources[0],
  };
}

const sameSet = (left: readonly string[], right: readonly string[]) =>
  left.length === right.length && left.every((name) => right.includes(name));

function nearestSet(entries: readonly MetricEntry[], dimensions: readonly string[]) {
  const missing = (from: readonly string[], names: readonly string[]) =>
    names.filter((name) => !from.includes(name)).length;
  const sets = entries.flatMap(({ dimensionSets }) => dimensionSets);
  const meant = dimensions.map((name) => nearestDimension(name, new Set(sets.flat())));
  const distance = (set: readonly string[]) => missing(set, meant) + missing(meant, set);
  return sets.toSorted((one, other) => distance(one) - distance(other))[0] ?? [];
}

/** The documented name that a mistyped or shortened one most likely meant. */
function nearestDimension(name: string, known: ReadonlySet<string>): string {
  if (known.has(name)) return name;
  const longer = [...known].find((each) => each.toLowerCase().startsWith(name.toLowerCase()));
  return longer ?? nearestName(name, known) ?? name;
}
