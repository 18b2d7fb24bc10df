/** What a metric's statistic can be: from the catalogue, and from what the templates say of the resource behind it. */
import { type Catalogue, lookUp, type MetricEntry, type Verdict } from '../catalogue/catalogue.ts';
import { parseStatistic, type Statistic, StatisticError } from '../metrics/statistics.ts';
import type { TemplateSet } from '../template/template-set.ts';
import { anything, hull, type Interval } from './interval.ts';
import type { MathInput } from './math-range.ts';
import type { MetricUse } from './subject.ts';
import { type Confidence, templateLimit } from './template-limit.ts';

export interface MetricRange extends MathInput {
  readonly range: Interval;
  /** What bounds it besides the catalogue. */
  readonly limitedBy: string | undefined;
}

/** The catalogue's answer for a metric that an alarm reads. */
export const verdictOf = (
  catalogue: Catalogue,
  { namespace, name, dimensions }: MetricUse,
): Verdict =>
  lookUp(
    catalogue,
    namespace,
    name,
    dimensions.map((dimension) => dimension.name),
  );

export function metricRange(
  use: MetricUse,
  catalogue: Catalogue,
  templates: TemplateSet,
  confidence: Confidence,
): MetricRange {
  const verdict = verdictOf(catalogue, use);
  const entries = 'entries' in verdict ? verdict.entries : [];
  const limit = templateLimit(use, templates, confidence);
  const known = sampleRange(entries, confidence);
  const sample = limit ? { min: known.min, max: Math.min(known.max, limit.max) } : known;
  const statistic = statisticOf(use);
  const self: MetricRange & { readonly use: MetricUse; readonly sample: Interval } = {
    use,
    sample,
    range: statistic ? statisticRange(statistic, sample) : anything,
    limitedBy: limit && limit.max < known.max ? limit.named : undefined,
    ratioTo: (whole) => ('use' in whole ? ratioOf(self, whole as typeof self) : undefined),
  };
  return self;
}

function sampleRange(entries: readonly MetricEntry[], confidence: Confidence): Interval {
  const ranges = entries.map(({ sampleMin, sampleMax, assumed }) =>
    assumed && confidence === 'certain'
      ? anything
      : { min: sampleMin ?? anything.min, max: sampleMax ?? anything.max },
  );
  return ranges.length ? hull(...ranges) : anything;
}

function statisticOf({ statistic }: MetricUse): Statistic | undefined {
  try {
    return statistic === undefined ? undefined : parseStatistic(statistic);
  } catch (error) {
    if (error instanceof StatisticError) return undefined;
    throw error;
  }
}

/** A datapoint stands for at least one sample. */
function statisticRange({ kind }: Statistic, { min, max }: Interval): Interval {
  switch (kind) {
    case 'SampleCount':
      return { min: 1, max: anything.max };
    case 'TC':
      return { min: 0, max: anything.max };
    case 'PR':
      return { min: 0, max: 100 };
    case 'Sum':
      return { min: min >= 0 ? min : anything.min, max: max <= 0 ? max : anything.max };
    case 'TS':
      return { min: min >= 0 ? 0 : anything.min, max: max <= 0 ? 0 : anything.max };
    default:
      return { min, max };
  }
}

/** Parts that are counted at most once per whole. */
const parts: readonly (readonly [namespace: string, part: string, whole: string])[] = [
  ['AWS/ApiGateway', '4XXError', 'Count'],
  ['AWS/ApiGateway', '5XXError', 'Count'],
  ['AWS/ApiGateway', '4xx', 'Count'],
  ['AWS/ApiGateway', '5xx', 'Count'],
  ['AWS/Lambda', 'Errors', 'Invocations'],
  ['AWS/S3', '4xxErrors', 'AllRequests'],
  ['AWS/S3', '5xxErrors', 'AllRequests'],
];

interface Ranged {
  readonly use: MetricUse;
  readonly sample: Interval;
}

function ratioOf(part: Ranged, whole: Ranged): Interval | undefined {
  if (part.use.namespace !== whole.use.namespace || !sameDimensions(part.use, whole.use))
    return undefined;
  const { namespace, name, statistic } = part.use;
  // The sum of a metric over the number of its samples is its average.
  if (name === whole.use.name) {
    return statistic === 'Sum' && whole.use.statistic === 'SampleCount' ? part.sample : undefined;
  }
  const isPart = parts.some(
    ([service, small, large]) =>
      service === namespace && small === name && large === whole.use.name,
  );
  const isCount = whole.use.statistic === 'SampleCount' || whole.use.statistic === 'Sum';
  return isPart && isCount && statistic === 'Sum' ? { min: 0, max: 1 } : undefined;
}

const sameDimensions = (left: MetricUse, right: MetricUse) => {
  const text = ({ dimensions }: MetricUse) =>
    JSON.stringify(dimensions.map(({ name, value, raw }) => [name, value ?? raw]).sort());
  return text(left) === text(right);
};
