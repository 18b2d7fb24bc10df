/** The metrics that the templates' own metric filters publish. Source: CloudWatch Logs user guide, metric filters. */
import { ifKnown } from '../template/intrinsics.ts';
import { membersOf } from '../template/parse-template.ts';
import type { TemplateSet } from '../template/template-set.ts';
import type { Catalogue, MetricEntry } from './catalogue.ts';

/** A filter that cannot be resolved adds nothing. */
export const metricFilters = (templates: TemplateSet): Catalogue => ({
  entries: templates.ofType('AWS::Logs::MetricFilter').flatMap((filter) => {
    const transformations = ifKnown(() => filter.property('MetricTransformations'));
    return [transformations ?? []].flat().map((each) => published(each, filter.logicalId));
  }),
});

function published(transformation: unknown, logicalId: string): MetricEntry {
  const { MetricNamespace, MetricName, Unit, MetricValue, DefaultValue, Dimensions } =
    membersOf(transformation);
  // A constant value is the only sample, besides the default for events that do not match.
  const samples = [MetricValue, DefaultValue ?? MetricValue].map((value) =>
    Number(value ?? 'none'),
  );
  const isConstant = !samples.some(Number.isNaN);
  return {
    namespace: String(MetricNamespace),
    metric: String(MetricName),
    unit: String(Unit ?? 'None'),
    dimensionSets: [[Dimensions ?? []].flat().map((each) => String(membersOf(each)['Key']))],
    ...(isConstant && { sampleMin: Math.min(...samples), sampleMax: Math.max(...samples) }),
    idle: 'silent',
    sources: [`metric filter ${logicalId}`],
  };
}
