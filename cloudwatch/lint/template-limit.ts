/** Upper limits of metrics that the templates set: time-outs, reserved concurrency, retention. */
import { UnresolvedError } from '../template/intrinsics.ts';
import type { TemplateResource, TemplateSet } from '../template/template-set.ts';
import type { MetricUse } from './subject.ts';

/** `certain`: only what is documented, with slack where services overshoot. `likely`: everything that is known. */
export type Confidence = 'certain' | 'likely';

interface TemplateLimit {
  readonly namespace: string;
  readonly metric: string;
  readonly dimension: string;
  readonly types: readonly string[];
  /** The greatest sample, in the metric's unit; undefined where the resource sets no limit. */
  readonly most: (resource: TemplateResource) => number | undefined;
  /** How far a sample may lie above the limit; undefined where the limit is not certain at all. */
  readonly slack?: number;
  /** In messages: the limit's name. */
  readonly named: string;
}

const lambda = ['AWS::Lambda::Function', 'AWS::Serverless::Function'];
const isPlain = ({ type }: TemplateResource) => !type.startsWith('AWS::Serverless');
const given = (resource: TemplateResource, property: string) => {
  const value = resource.property(property);
  return value === undefined ? undefined : Number(value);
};

/** Defaults are CloudFormation's; SAM has them also from Globals, which are not read here. */
const templateLimits: readonly TemplateLimit[] = [
  {
    namespace: 'AWS/Lambda',
    metric: 'Duration',
    dimension: 'FunctionName',
    types: lambda,
    most: (resource) => {
      const seconds = given(resource, 'Timeout') ?? (isPlain(resource) ? 3 : undefined);
      return seconds === undefined ? undefined : seconds * 1000;
    },
    // A function that times out is stopped a little later.
    slack: 1.1,
    named: "the function's time-out",
  },
  {
    namespace: 'AWS/Lambda',
    metric: 'ConcurrentExecutions',
    dimension: 'FunctionName',
    types: lambda,
    most: (resource) => given(resource, 'ReservedConcurrentExecutions'),
    slack: 1,
    named: "the function's reserved concurrency",
  },
  {
    namespace: 'LambdaInsights',
    metric: 'used_memory_max',
    dimension: 'function_name',
    types: lambda,
    most: (resource) => given(resource, 'MemorySize') ?? (isPlain(resource) ? 128 : undefined),
    named: "the function's memory",
  },
  {
    namespace: 'AWS/SQS',
    metric: 'ApproximateAgeOfOldestMessage',
    dimension: 'QueueName',
    types: ['AWS::SQS::Queue'],
    most: (resource) => given(resource, 'MessageRetentionPeriod') ?? 345_600,
    named: "the queue's retention",
  },
  {
    namespace: 'AWS/Kinesis',
    metric: 'GetRecords.IteratorAgeMilliseconds',
    dimension: 'StreamName',
    types: ['AWS::Kinesis::Stream'],
    most: (resource) => (given(resource, 'RetentionPeriodHours') ?? 24) * 3_600_000,
    named: "the stream's retention",
  },
];

/** The limit on one sample of the metric; undefined where the templates set none. */
export function templateLimit(use: MetricUse, templates: TemplateSet, confidence: Confidence) {
  const row = templateLimits.find(
    ({ namespace, metric }) => namespace === use.namespace && metric === use.name,
  );
  const value = use.dimensions.find(({ name }) => name === row?.dimension)?.value;
  const resource = value === undefined ? undefined : templates.byPhysicalId(value);
  if (!row || !resource || !row.types.includes(resource.type)) return undefined;
  try {
    const most = row.most(resource);
    if (most === undefined || (confidence === 'certain' && !row.slack)) return undefined;
    return {
      max: confidence === 'certain' ? most * (row.slack as number) : most,
      named: row.named,
    };
  } catch (error) {
    if (error instanceof UnresolvedError) return undefined;
    throw error;
  }
}
