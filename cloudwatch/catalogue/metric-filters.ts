/** The metrics that the templates' own metric filters publish. */

import { UnresolvedError } from '../template/intrinsics.ts';
import type { TemplateSet } from '../template/template-set.ts';
import type { Catalogue, MetricEntry } from './catalogue.ts';

interface Transformation {
  readonly MetricName?: string;
  readonly MetricNamespace?: string;
  readonly MetricValue?: string;
  readonly DefaultValue?: number;
  readonly Unit?: string;
  readonly Dimensions?: readonly { readonly Key: string }[];
}

/** Source: CloudWatch Logs user guide, metric filters. A filter that cannot be resolved adds nothing. */
export function metricFilters(templates: TemplateSet): Catalogue {
  const entries = templates.ofType('AWS::Logs::MetricFilter').flatMap((filter) => {
    try {
      const transformations = (filter.property('MetricTransformations') ?? []) as Transformation[];
      return transformations.map((each) => published(each, filter.logicalId));
    } catch (error) {
      if (error instanceof UnresolvedError) return [];
      throw error;
    }
  });
  return { entries, absent: [], closed: new Set() };
}

function published(transformation: Transformation, logicalId: string): MetricEntry {
  const { MetricNamespace, MetricName, Unit, MetricValue, DefaultValue, Dimensions } =
    transformation;
  return {
    namespace: String(MetricNamespace),
    metric: String(MetricName),
    unit: Unit ?? 'None',
    dimensionSets: [(Dimensions ?? []).map(({ Key }) => Key)],
    ...sampleRange(MetricValue, DefaultValue),
    idle: 'silent',
    sources: [`metric filter ${logicalId}`],
  };
}

/** A constant value is the only sample, besides the default for events that do not match. */
function sampleRange(value: unknown, whenUnmatched: unknown) {
  const constant = Number(value ?? Number.NaN);
  if (Number.isNaN(constant)) return {};
  const samples = [
    constant,
    ...(whenUnmatched === undefined || whenUnmatched === null ? [] : [Number(whenUnmatched)]),
  ];
  return { sampleMin: Math.min(...samples), sampleMax: Math.max(...samples) };
}
