/** Mutants of a metric alarm: threshold, operator, M, N, period, statistic, missing data, dimensions; then its math. */
import {
  type ComparisonOperator,
  comparisonOperators,
  type MetricAlarm,
  type MetricInput,
  type MissingData,
} from '../alarms/alarm.ts';
import { checkWindow } from '../alarms/read-metric-alarm.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { parseStatistic } from '../metrics/statistics.ts';
import { isIndistinguishable, isNeverMissing } from './domain.ts';
import { mathMutants } from './math-mutants.ts';
import { type Mutant, mutant, scaled, show } from './mutant.ts';

type Change = Omit<Mutant, 'alarm'> & { readonly to: Partial<MetricAlarm> };

const opposite: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  GreaterThanThreshold: 'LessThanThreshold',
  GreaterThanOrEqualToThreshold: 'LessThanOrEqualToThreshold',
  LessThanThreshold: 'GreaterThanThreshold',
  LessThanOrEqualToThreshold: 'GreaterThanOrEqualToThreshold',
};

export function metricMutants(alarm: MetricAlarm, catalogue: Catalogue): readonly Mutant[] {
  const unlessSame = (change: Change): Change =>
    isIndistinguishable(alarm, { ...alarm, ...change.to }, catalogue)
      ? { notCounted: 'no possible value tells them apart', ...change }
      : change;
  const changes = [
    ...thresholdChanges(alarm).map(unlessSame),
    ...alarm.inputs.map((input) => unlessSame(statisticChange(alarm, input))),
    ...countChanges(alarm),
    ...periodChanges(alarm),
    missingDataChange(alarm, catalogue),
    ...alarm.inputs.flatMap((input) => dimensionChanges(alarm, input)),
  ];
  const mutants = changes.map(({ to, ...texts }) =>
    mutant(texts, () => {
      const changed = { ...alarm, ...to };
      checkWindow(changed);
      return changed;
    }),
  );
  return [...mutants, ...mathMutants(alarm)];
}

function thresholdChanges({ threshold }: MetricAlarm): readonly Change[] {
  if (!('value' in threshold)) return [];
  const { operator, value } = threshold;
  const { symbol } = comparisonOperators[operator];
  const flipped = opposite[operator];
  return [
    ...scaled(value).map((to): Change => {
      const [low, high] = [Math.min(value, to), Math.max(value, to)].map(show);
      const must = symbol.startsWith('>') === to > value ? 'fire' : 'stay silent';
      return {
        change: `threshold ${show(value)} → ${show(to)}`,
        killedBy: `datapoints between ${low} and ${high} must ${must}`,
        ...(value === 0 && { notCounted: 'a threshold of 0 scaled is 0' }),
        to: { threshold: { operator, value: to } },
      };
    }),
    {
      change: `operator ${symbol} → ${comparisonOperators[flipped].symbol}`,
      killedBy: 'ordinary traffic must stay silent',
      to: { threshold: { operator: flipped, value } },
    },
  ];
}

function countChanges(alarm: MetricAlarm): readonly Change[] {
  const { datapointsToAlarm: m, evaluationPeriods: n } = alarm;
  const names = {
    datapointsToAlarm: 'datapoints to alarm',
    evaluationPeriods: 'evaluation periods',
  };
  const change = (count: keyof typeof names, by: 1 | -1, killedBy: string): Change => ({
    change: `${names[count]} ${alarm[count]} → ${alarm[count] + by}`,
    killedBy,
    to: { [count]: alarm[count] + by },
  });
  const others = m === n ? 'with an ordinary one among them' : `spread over ${n + 1} periods`;
  const longer =
    m === 1
      ? 'it must clear in time: becomes OK with a narrow between'
      : `${m} breaching datapoints ${others} must stay silent`;
  const shorter = `${m} breaching datapoints, the first and the last ${n} periods apart, must fire`;
  return [
    change('datapointsToAlarm', 1, `exactly ${m} breaching of ${n} datapoints must fire`),
    change('datapointsToAlarm', -1, `${m - 1} breaching of ${n} datapoints must stay silent`),
    change('evaluationPeriods', 1, longer),
    change('evaluationPeriods', -1, shorter),
  ];
}

const belowMinute = 'below a minute only high-resolution metrics have datapoints';

const periodChanges = ({ period }: MetricAlarm) =>
  [period * 2, period / 2].map(
    (to): Change => ({
      change: `period ${period} s → ${to} s`,
      killedBy: 'give the time at which it fires or clears: becomes with a narrow between',
      notCounted: to < 60 && period >= 60 ? belowMinute : undefined,
      to: { period: to },
    }),
  );

function missingDataChange(alarm: MetricAlarm, catalogue: Catalogue): Change {
  const { treatMissingData: from, evaluationPeriods } = alarm;
  const to: MissingData = from === 'breaching' ? 'notBreaching' : 'breaching';
  const must = to === 'breaching' ? 'stay silent' : 'fire';
  return {
    change: `missing data ${from} → ${to}`,
    killedBy: `without any data for ${evaluationPeriods + 3} periods it must ${must}`,
    ...(isNeverMissing(alarm, catalogue) && {
      notCounted: 'its expression has a value at all times',
    }),
    to: { treatMissingData: to },
  };
}

function statisticChange(alarm: MetricAlarm, input: MetricInput): Change {
  const { statisticName: from } = input;
  const to = from === 'Average' ? 'Sum' : 'Average';
  return {
    change: `statistic${of(alarm, input)} ${from} → ${to}`,
    killedBy: `datapoints whose ${from} and ${to} lie on different sides of the threshold`,
    to: replaceInput(alarm, input, { statisticName: to, statistic: parseStatistic(to) }),
  };
}

function dimensionChanges(alarm: MetricAlarm, input: MetricInput): readonly Change[] {
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
