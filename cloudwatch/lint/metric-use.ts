/** One metric that an alarm reads, and what the catalogue says of it. */
import { type Catalogue, lookUp, type MetricEntry, type Verdict } from '../catalogue/catalogue.ts';
import { membersOf } from '../template/parse-template.ts';
import type { TemplateResource } from '../template/template-set.ts';
import { number, type Told, text } from './tell.ts';

export interface MetricUse {
  /** The alarm. */
  readonly resource: TemplateResource;
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  /** For messages: namespace and name. */
  readonly title: string;
  readonly dimensions: readonly Dimension[];
  readonly statistic: string | undefined;
  readonly unit: string | undefined;
  /** Seconds. */
  readonly period: number | undefined;
  readonly verdict: Verdict;
  /** What is published under these dimensions, as far as the catalogue knows or has heard. */
  readonly entries: readonly MetricEntry[];
}

interface Dimension {
  readonly name: string;
  /** Undefined where the templates do not tell. */
  readonly value: string | undefined;
  /** As it is written in the template. */
  readonly raw: unknown;
}

/**
 * @param stat of the shape of a MetricStat, as far as it is known
 * @param items the dimensions; undefined where the list is not known
 * @returns none where the templates do not tell which metric it is
 */
export function metricUse(
  { resource, id }: Pick<MetricUse, 'resource' | 'id'>,
  stat: unknown,
  items: readonly Told[] | undefined,
  catalogue: Catalogue,
): readonly MetricUse[] {
  const { Metric, Stat, Unit, Period } = membersOf(stat);
  const { Namespace, MetricName } = membersOf(Metric);
  const [namespace, name] = [text(Namespace), text(MetricName)];
  const dimensions = items?.flatMap(readDimension);
  if (namespace === undefined || name === undefined || dimensions?.length !== items?.length)
    return [];
  if (!dimensions) return [];
  const names = dimensions.map((dimension) => dimension.name);
  const verdict = lookUp(catalogue, namespace, name, names);
  const isLive = 'entries' in verdict && verdict.kind !== 'dead-dimensions';
  return [
    {
      ...{ resource, id, namespace, name, dimensions, verdict },
      title: `${namespace} ${name}`,
      statistic: text(Stat),
      unit: text(Unit),
      period: number(Period),
      entries: isLive ? verdict.entries : [],
    },
  ];
}

function readDimension({ raw, value }: Told): readonly Dimension[] {
  const { Name, Value } = membersOf(value);
  const name = text(Name);
  return name === undefined ? [] : [{ name, value: text(Value), raw: membersOf(raw)['Value'] }];
}
