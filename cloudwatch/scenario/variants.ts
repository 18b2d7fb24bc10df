/** The ways to read what AWS does not document, and what the alarms do under each. */
import type { Alarm, MetricAlarm } from '../alarms/alarm.ts';
import { evaluationRange } from '../alarms/decide-state.ts';
import { type Evaluation, evaluateAlarm, type Outcome } from '../alarms/evaluate-alarms.ts';
import type { Readings } from '../readings.ts';

export type Range = Readings['evaluationRange'];
export type Outcomes = ReadonlyMap<string, Outcome>;

/** One way to read what is not documented. */
export interface Variant {
  readonly label: string;
  readonly readings: Readings;
  readonly reading: 'evaluationRange' | 'fillEmptySeries';
  /** Whether the alarm can behave differently from the first variant. */
  readonly matters: (alarm: MetricAlarm) => boolean;
}

/** What every alarm (by key) did under one variant. */
export interface Run {
  readonly variant: Variant;
  readonly outcomes: Outcomes;
}

/** The first is the one that leads. */
export function variantsOf(
  ranges: readonly Range[],
  readings: Readings,
  alarms: Iterable<Alarm>,
): readonly Variant[] {
  const [first] = ranges;
  const byRange = ranges.map(
    (range): Variant => ({
      label: `${range} range`,
      reading: 'evaluationRange',
      readings: { ...readings, evaluationRange: range },
      matters: (alarm) => evaluationRange(alarm, first!) !== evaluationRange(alarm, range),
    }),
  );
  const fills = ({ math }: MetricAlarm) => math?.functions.has('FILL') === true;
  if (![...alarms].some((alarm) => alarm.kind === 'metric' && fills(alarm))) return byRange;
  const other = readings.fillEmptySeries === 'yes' ? 'no' : 'yes';
  return [
    ...byRange,
    {
      label: `fillEmptySeries=${other}`,
      reading: 'fillEmptySeries',
      readings: { ...byRange[0]!.readings, fillEmptySeries: other },
      matters: fills,
    },
  ];
}

/** Alarm by alarm under every variant; where a variant cannot matter the first one's outcome stands. */
export function evaluateVariants(
  alarms: ReadonlyMap<string, Alarm>,
  inputs: Omit<Evaluation, 'readings'>,
  variants: readonly Variant[],
): readonly Run[] {
  const runs = variants.map((variant) => ({ variant, outcomes: new Map<string, Outcome>() }));
  const first = runs[0]!.outcomes;
  for (const [key, alarm] of alarms) {
    for (const { variant, outcomes } of runs) {
      const differs =
        alarm.kind === 'composite'
          ? [...alarm.children.values()].some((child) => outcomes.get(child) !== first.get(child))
          : alarm.kind === 'metric' && variant.matters(alarm);
      const evaluation = { ...inputs, readings: variant.readings };
      outcomes.set(
        key,
        outcomes === first || differs
          ? evaluateAlarm(alarm, evaluation, (child) => outcomes.get(child))
          : first.get(key)!,
      );
    }
  }
  return runs;
}
