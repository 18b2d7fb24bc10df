/** Mutants of a metric alarm: threshold, operator, M, N, period, statistic, missing data, dimensions; then its math. */
import {
  type ComparisonOperator,
  comparisonOperators,
  type MetricAlarm,
  type MetricInput,
  type MissingData,
} from '../alarms/alarm.ts';
import { InvalidAlarmError } from '../alarms/invalid-alarm-error.ts';
import { checkWindow } from '../alarms/read-metric-alarm.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { parseStatistic } from '../metrics/statistics.ts';
import { isIndistinguishable } from './domain.ts';
import { mathMutants } from './math-mutants.ts';
import type { Mutant } from './mutant.ts';
import { isNeverMissing } from './never-missing.ts';

type Change = Omit<Mutant, 'alarm'> & { readonly to: Partial<MetricAlarm> };

const opposite: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  GreaterThanThreshold: 'LessThanThreshold',
  GreaterThanOrEqualToThreshold: 'LessThanOrEqualToThreshold',
  LessThanThreshold: 'GreaterThanThreshold',
  LessThanOrEqualToThreshold: 'GreaterThanOrEqualToThreshold',
};

/** Scaling is by this factor, up and down. */
export const factor = 1.5;

export const metricMutants = (alarm: MetricAlarm, catalogue: Catalogue): readonly Mutant[] => [
  ...[
    ...thresholdChanges(alarm),
    ...alarm.inputs.map((input) => statisticChange(alarm, input)),
  ].map(({ to, ...change }) => {
    const same = isIndistinguishable(alarm, { ...alarm, ...to }, catalogue);
    const notCounted = same ? 'no possible value tells them apart' : undefined;
    return apply(alarm, to, { notCounted, ...change });
  }),
  ...[
    ...countChanges(alarm),
    ...periodChanges(alarm),
    ...missingDataChanges(alarm, catalogue),
    ...alarm.inputs.flatMap((input) => dimensionChanges(alarm, input)),
  ].map(({ to, ...change }) => apply(alarm, to, change)),
  ...mathMutants(alarm),
];

function apply(
  alarm: MetricAlarm,
  to: Partial<MetricAlarm>,
  change: Omit<Mutant, 'alarm'>,
): Mutant {
  const mutated = { ...alarm, ...to };
  try {
    checkWindow(mutated);
  } catch (error) {
    if (!(error instanceof InvalidAlarmError)) throw error;
    return { ...change, alarm: undefined, notCounted: `CloudWatch refuses it: ${error.message}` };
  }
  return { ...change, alarm: mutated };
}

function thresholdChanges({ threshold }: MetricAlarm): Change[] {
  if (!('value' in threshold)) return [];
  const { operator, value } = threshold;
  const { symbol } = comparisonOperators[operator];
  const upward = symbol.startsWith('>');
  const scaled = [value * factor, value / factor].map((to): Change => {
    const fires = upward === to > value;
    return {
      change: `threshold ${show(value)} → ${show(to)}`,
      killedBy: `datapoints between ${show(Math.min(value, to))} and ${show(Math.max(value, to))} must ${fires ? 'fire' : 'stay silent'}`,
      ...(value === 0 && { notCounted: 'a threshold of 0 scaled is 0' }),
      to: { threshold: { operator, value: to } },
    };
  });
  const flipped = opposite[operator];
  return [
    ...scaled,
    {
      change: `operator ${symbol} → ${comparisonOperators[flipped].symbol}`,
      killedBy: 'ordinary traffic must stay silent',
      to: { threshold: { operator: flipped, value } },
    },
  ];
}

function countChanges({ datapointsToAlarm: m, evaluationPeriods: n }: MetricAlarm): Change[] {
  return [
    {
      change: `datapoints to alarm ${m} → ${m + 1}`,
      killedBy: `exactly ${m} breaching of ${n} datapoints must fire`,
      to: { datapointsToAlarm: m + 1 },
    },
    {
      change: `datapoints to alarm ${m} → ${m - 1}`,
      killedBy: `${m - 1} breaching of ${n} datapoints must stay silent`,
      to: { datapointsToAlarm: m - 1 },
    },
    {
      change: `evaluation periods ${n} → ${n + 1}`,
      killedBy: longerRange(m, n),
      to: { evaluationPeriods: n + 1 },
    },
    {
      change: `evaluation periods ${n} → ${n - 1}`,
      killedBy: `${m} breaching datapoints, the first and the last ${n} periods apart, must fire`,
      to: { evaluationPeriods: n - 1 },
    },
  ];
}

function longerRange(m: number, n: number): string {
  if (m === 1) return 'it must clear in time: becomes OK with a narrow between';
  return m === n
    ? `${m} breaching datapoints with an ordinary one among them must stay silent`
    : `${m} breaching datapoints spread over ${n + 1} periods must stay silent`;
}

function periodChanges({ period }: MetricAlarm): Change[] {
  return [period * 2, period / 2].map((to) => ({
    change: `period ${period} s → ${to} s`,
    killedBy: 'give the time at which it fires or clears: becomes with a narrow between',
    notCounted:
      to < 60 && period >= 60
        ? 'below a minute only high-resolution metrics have datapoints'
        : undefined,
    to: { period: to },
  }));
}

function missingDataChanges(alarm: MetricAlarm, catalogue: Catalogue): Change[] {
  const from = alarm.treatMissingData;
  const to: MissingData = from === 'breaching' ? 'notBreaching' : 'breaching';
  return [
    {
      change: `missing data ${from} → ${to}`,
      killedBy: `without any data for ${alarm.evaluationPeriods + 3} periods it must ${to === 'breaching' ? 'stay silent' : 'fire'}`,
      notCounted: isNeverMissing(alarm, catalogue)
        ? 'its expression has a value at all times'
        : undefined,
      to: { treatMissingData: to },
    },
  ];
}

function statisticChange(alarm: MetricAlarm, input: MetricInput): Change {
  const statisticName = otherStatistics[input.statisticName] ?? 'Average';
  const statistic = parseStatistic(statisticName);
  return {
    change: `statistic${of(alarm, input)} ${input.statisticName} → ${statisticName}`,
    killedBy: `datapoints whose ${input.statisticName} and ${statisticName} lie on different sides of the threshold`,
    to: replaceInput(alarm, input, { statisticName, statistic }),
  };
}

function dimensionChanges(alarm: MetricAlarm, input: MetricInput): Change[] {
  const { metric } = input;
  return Object.entries(metric.dimensions).map(([name, value]) => ({
    change: `dimension${of(alarm, input)} ${name}=${value} → another`,
    killedBy: 'a scenario in which it fires on its own data',
    to: replaceInput(alarm, input, {
      metric: { ...metric, dimensions: { ...metric.dimensions, [name]: `not ${value}` } },
    }),
  }));
}

const of = ({ math }: MetricAlarm, { id }: MetricInput) => (math ? ` of ${id}` : '');

const replaceInput = ({ inputs }: MetricAlarm, input: MetricInput, to: Partial<MetricInput>) => ({
  inputs: inputs.map((each) => (each === input ? { ...each, ...to } : each)),
});

const otherStatistics: Readonly<Record<string, string>> = {
  Sum: 'Average',
  Average: 'Sum',
  Minimum: 'Average',
  Maximum: 'Average',
  SampleCount: 'Average',
};

export const show = (value: number) => String(Number(value.toPrecision(4)));
