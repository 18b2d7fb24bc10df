/** Alarms as the evaluator sees them: everything resolved, everything else refused. */
import type { Rule } from '../composites/rule.ts';
import type { MetricMath } from '../math/metric-math.ts';
import type { MetricIdentity } from '../metrics/metric.ts';
import type { Statistic } from '../metrics/statistics.ts';
import type { State } from './history.ts';

export type { History, State, Transition } from './history.ts';

/** Where an action goes: an SNS topic of the templates, or whatever else the ARN names. */
export interface Topic {
  readonly arn: string;
  /** TopicName, else the ARN's last part. */
  readonly name: string;
  /** The topic's `Metadata.Severity`, else what follows the last dash of its name. */
  readonly severity: string | undefined;
}

interface AlarmBase {
  readonly file: string;
  readonly logicalId: string;
  readonly path: string | undefined;
  /** AlarmName, or the logical id where it has none. */
  readonly name: string;
  /** `Metadata.AlarmId`: the family that the alarm belongs to. */
  readonly family: string | undefined;
}

interface Notifying extends AlarmBase {
  /** What a transition to each state notifies; empty where ActionsEnabled is false. */
  readonly actions: Readonly<Record<State, readonly Topic[]>>;
}

export interface MetricInput {
  readonly id: string;
  readonly metric: MetricIdentity;
  readonly statistic: Statistic;
  /** As written, e.g. `p99`. */
  readonly statisticName: string;
  /** Only samples of this unit count; undefined for all. */
  readonly unit: string | undefined;
}

type Breaches = (value: number, bound: number) => boolean;

export const comparisonOperators = {
  GreaterThanThreshold: { symbol: '>', breaches: (value, bound) => value > bound },
  GreaterThanOrEqualToThreshold: { symbol: '>=', breaches: (value, bound) => value >= bound },
  LessThanThreshold: { symbol: '<', breaches: (value, bound) => value < bound },
  LessThanOrEqualToThreshold: { symbol: '<=', breaches: (value, bound) => value <= bound },
} as const satisfies Record<string, { readonly symbol: string; readonly breaches: Breaches }>;

export type ComparisonOperator = keyof typeof comparisonOperators;

export const bandOperators = {
  LessThanLowerOrGreaterThanUpperThreshold: { below: true, above: true },
  LessThanLowerThreshold: { below: true, above: false },
  GreaterThanUpperThreshold: { below: false, above: true },
} as const;

export type BandOperator = keyof typeof bandOperators;

/** What a datapoint is compared with: a number, or the anomaly band that a scenario supplies. */
export type Threshold =
  | { readonly operator: ComparisonOperator; readonly value: number }
  | { readonly operator: BandOperator };

export const missingDataModes = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
export type MissingData = (typeof missingDataModes)[number];

export interface MetricAlarm extends Notifying {
  readonly kind: 'metric';
  readonly inputs: readonly MetricInput[];
  /** Undefined for an alarm on one metric. */
  readonly math: MetricMath | undefined;
  /** Seconds. */
  readonly period: number;
  /** N. */
  readonly evaluationPeriods: number;
  /** M. */
  readonly datapointsToAlarm: number;
  readonly threshold: Threshold;
  readonly treatMissingData: MissingData;
  /** EvaluateLowSampleCountPercentile: too few samples for the percentile keep the state. */
  readonly ignoreLowSamples: boolean;
}

export interface Suppressor {
  readonly alarm: string;
  /** Seconds. */
  readonly waitPeriod: number;
  readonly extensionPeriod: number;
}

export interface CompositeAlarm extends Notifying {
  readonly kind: 'composite';
  readonly rule: Rule;
  /** The keys of the alarms that the rule's references mean. */
  readonly children: ReadonlyMap<string, string>;
  readonly suppressor: Suppressor | undefined;
}

/** An alarm that is refused by name: it is never evaluated as OK. */
export interface UnmodelledAlarm extends AlarmBase {
  readonly kind: 'unmodelled';
  readonly reason: string;
}

export type EvaluatedAlarm = MetricAlarm | CompositeAlarm;
export type Alarm = EvaluatedAlarm | UnmodelledAlarm;

/** Which of several templates' alarms is meant: logical ids may repeat, files do not. */
export const alarmKey = ({ file, logicalId }: Pick<AlarmBase, 'file' | 'logicalId'>) =>
  `${file}#${logicalId}`;

/** Seconds from one evaluation to the next. */
export const stepOf = ({ period }: Pick<MetricAlarm, 'period'>) => (period < 60 ? 10 : 60);
