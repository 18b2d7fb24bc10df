/** Upper limits of metrics that the templates set: time-outs, reserved concurrency, retention. */
import { ifKnown } from '../template/intrinsics.ts';
import type { TemplateResource, TemplateSet } from '../template/template-set.ts';
import type { Confidence } from './metric-range.ts';
import type { MetricUse } from './metric-use.ts';

interface TemplateLimit {
  readonly metric: string;
  readonly dimension: string;
  readonly types: readonly string[];
  readonly property: string;
  /** Where the resource does not give the property; undefined where it then sets no limit. */
  readonly byDefault?: number;
  /** What one of the property is in the metric's unit. */
  readonly scale?: number;
  /** How far a sample may lie above the limit; undefined where the limit is not certain at all. */
  readonly slack?: number;
  /** In messages: the limit's name. */
  readonly named: string;
}

const lambda = ['AWS::Lambda::Function', 'AWS::Serverless::Function'];

/** Source: CloudFormation template reference, the defaults of each type. */
const templateLimits: readonly TemplateLimit[] = [
  {
    ...{ metric: 'AWS/Lambda Duration', dimension: 'FunctionName', types: lambda },
    ...{ property: 'Timeout', byDefault: 3, scale: 1000, named: "the function's time-out" },
    // A function that times out is stopped a little later.
    slack: 1.1,
  },
  {
    ...{ metric: 'AWS/Lambda ConcurrentExecutions', dimension: 'FunctionName', types: lambda },
    ...{ property: 'ReservedConcurrentExecutions', named: "the function's reserved concurrency" },
    slack: 1,
  },
  {
    ...{ metric: 'LambdaInsights used_memory_max', dimension: 'function_name', types: lambda },
    ...{ property: 'MemorySize', byDefault: 128, named: "the function's memory" },
  },
  {
    ...{ metric: 'AWS/SQS ApproximateAgeOfOldestMessage', dimension: 'QueueName' },
    ...{ types: ['AWS::SQS::Queue'], property: 'MessageRetentionPeriod', byDefault: 345_600 },
    named: "the queue's retention",
  },
  {
    ...{ metric: 'AWS/Kinesis GetRecords.IteratorAgeMilliseconds', dimension: 'StreamName' },
    ...{ types: ['AWS::Kinesis::Stream'], property: 'RetentionPeriodHours', byDefault: 24 },
    ...{ scale: 3_600_000, named: "the stream's retention" },
  },
];

/** The limit on one sample of the metric; undefined where the templates set none. */
export function templateLimit(use: MetricUse, templates: TemplateSet, confidence: Confidence) {
  const row = templateLimits.find(({ metric }) => metric === use.title);
  const value = use.dimensions.find(({ name }) => name === row?.dimension)?.value;
  const resource = value === undefined ? undefined : templates.byPhysicalId(value);
  if (!row || !resource || !row.types.includes(resource.type)) return undefined;
  const isCertain = confidence === 'certain';
  const most = ifKnown(() => resource.property(row.property) ?? defaultOf(resource, row));
  if (most === undefined || (isCertain && row.slack === undefined)) return undefined;
  const max = Number(most) * (row.scale ?? 1) * (isCertain ? (row.slack ?? 1) : 1);
  return Number.isNaN(max) ? undefined : { max, named: row.named };
}

/** SAM has defaults also from Globals, which are not read here. */
const defaultOf = ({ type }: TemplateResource, { byDefault }: TemplateLimit) =>
  type.startsWith('AWS::Serverless') ? undefined : byDefault;
