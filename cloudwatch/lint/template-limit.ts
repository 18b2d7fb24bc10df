/** Upper limits of metrics that the templates set: time-outs, reserved concurrency, retention. */
import { readFileSync } from 'node:fs';
import { ifKnown } from '../template/intrinsics.ts';
import type { TemplateResource, TemplateSet } from '../template/template-set.ts';
import type { MetricUse } from './metric-use.ts';

/** `certain`: only what is documented, with slack where services overshoot. `likely`: everything that is known. */
export type Confidence = 'certain' | 'likely';

interface TemplateLimit {
  readonly metric: string;
  readonly dimension: string;
  readonly types: readonly string[];
  readonly property: string;
  /** Where the resource does not give the property; undefined where it then sets no limit. */
  readonly byDefault?: number;
  /** What one of the property is in the metric's unit. */
  readonly scale?: number;
  /**
   * How far a sample may lie above the limit: a function that times out is stopped a little later. Undefined where the
   * limit is not certain at all.
   */
  readonly slack?: number;
  /** In messages: the limit's name. */
  readonly named: string;
}

/** Source: CloudFormation template reference, the defaults of each type. */
const templateLimits: readonly TemplateLimit[] = JSON.parse(
  readFileSync(new URL('./template-limits.data.json', import.meta.url), 'utf8'),
);

/** The limit on one sample of the metric; undefined where the templates set none. */
export function templateLimit(use: MetricUse, templates: TemplateSet, confidence: Confidence) {
  const row = templateLimits.find(({ metric }) => metric === use.title);
  const value = use.dimensions.find(({ name }) => name === row?.dimension)?.value;
  if (!row || value === undefined) return undefined;
  const resource = templates.byPhysicalId(value, ...row.types);
  if (!resource) return undefined;
  const isCertain = confidence === 'certain';
  const most = ifKnown(() => resource.property(row.property) ?? defaultOf(resource, row));
  if (most === undefined || (isCertain && row.slack === undefined)) return undefined;
  const max = Number(most) * (row.scale ?? 1) * (isCertain ? (row.slack ?? 1) : 1);
  return Number.isNaN(max) ? undefined : { max, named: row.named };
}

/** SAM has defaults also from Globals, which are not read here. */
const defaultOf = ({ type }: TemplateResource, { byDefault }: TemplateLimit) =>
  type.startsWith('AWS::Serverless') ? undefined : byDefault;
