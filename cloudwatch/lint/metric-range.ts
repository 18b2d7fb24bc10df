/** What a metric's statistic can be: from the catalogue, and from what the templates say of the resource behind it. */
import type { MetricEntry } from '../catalogue/catalogue.ts';
import { parseStatistic, type Statistic, StatisticError } from '../metrics/statistics.ts';
import type { TemplateSet } from '../template/template-set.ts';
import { anything, hull, type Interval } from './interval.ts';
import type { MetricUse } from './metric-use.ts';
import type { MathInput } from './quantity.ts';
import { attempt } from './tell.ts';
import { type Confidence, templateLimit } from './template-limit.ts';

export interface MetricRange extends MathInput {
  readonly use: MetricUse;
  readonly sample: Interval;
  /** What bounds it besides the catalogue. */
  readonly limitedBy: string | undefined;
}

export function metricRange(
  use: MetricUse,
  templates: TemplateSet,
  confidence: Confidence,
): MetricRange {
  const entries = 'entries' in use.verdict ? use.verdict.entries : [];
  const isCertain = confidence === 'certain';
  const known = samplesOf(entries.map((entry) => (entry.assumed && isCertain ? {} : entry)));
  const limit = templateLimit(use, templates, confidence);
  const sample = { min: known.min, max: Math.min(known.max, limit?.max ?? anything.max) };
  const statistic = attempt(() => parseStatistic(use.statistic ?? ''), StatisticError);
  return {
    use,
    sample,
    range: statistic instanceof Error ? anything : statisticRange(statistic, sample),
    limitedBy: limit && limit.max < known.max ? limit.named : undefined,
    ratioTo: (whole) => ratioOf({ use, sample }, whole as MetricRange),
  };
}

/** The samples that a metric can have by any of its entries. */
export const samplesOf = (
  entries: readonly Pick<MetricEntry, 'sampleMin' | 'sampleMax'>[],
): Interval =>
  entries.length
    ? hull(
        ...entries.map(({ sampleMin: min = anything.min, sampleMax: max = anything.max }) => ({
          min,
          max,
        })),
      )
    : anything;

/** What a statistic can be. A datapoint stands for at least one sample. */
export function statisticRange({ kind }: Statistic, { min, max }: Interval): Interval {
  const ranges: Partial<Record<typeof kind, Interval>> = {
    SampleCount: { min: 1, max: anything.max },
    TC: { min: 0, max: anything.max },
    PR: { min: 0, max: 100 },
    Sum: { min: min >= 0 ? min : anything.min, max: max <= 0 ? max : anything.max },
    TS: { min: min >= 0 ? 0 : anything.min, max: max <= 0 ? 0 : anything.max },
  };
  return ranges[kind] ?? { min, max };
}

/** Parts that are counted at most once per whole. */
const parts: readonly (readonly [namespace: string, whole: string, ...parts: string[]])[] = [
  ['AWS/ApiGateway', 'Count', '4XXError', '5XXError', '4xx', '5xx'],
  ['AWS/Lambda', 'Invocations', 'Errors'],
  ['AWS/S3', 'AllRequests', '4xxErrors', '5xxErrors'],
];

type Ranged = Pick<MetricRange, 'use' | 'sample'>;

/** The range of one metric over another, where it is narrower than the two ranges tell. */
function ratioOf({ use: part, sample }: Ranged, { use: whole }: Ranged): Interval | undefined {
  if (part.namespace !== whole.namespace || identity(part) !== identity(whole)) return undefined;
  if (part.statistic !== 'Sum') return undefined;
  // The sum of a metric over the number of its samples is its average.
  if (part.name === whole.name) return whole.statistic === 'SampleCount' ? sample : undefined;
  const isPart = parts.some(
    ([namespace, name, ...names]) =>
      namespace === part.namespace && name === whole.name && names.includes(part.name),
  );
  const isCount = whole.statistic === 'SampleCount' || whole.statistic === 'Sum';
  return isPart && isCount ? { min: 0, max: 1 } : undefined;
}

const identity = ({ dimensions }: MetricUse) =>
  JSON.stringify(dimensions.map(({ name, value, raw }) => [name, value ?? raw]).sort());
