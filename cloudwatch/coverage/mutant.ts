/** A small change to an alarm that some scenario ought to notice. */
import type { CompositeAlarm, MetricAlarm } from '../alarms/alarm.ts';
import { InvalidAlarmError } from '../alarms/invalid-alarm-error.ts';

export interface Mutant {
  /** What was changed: `threshold 5 → 7.5`. */
  readonly change: string;
  /** A scenario that would notice it, in words. */
  readonly killedBy: string;
  /** Undefined where CloudWatch would refuse the changed alarm. */
  readonly alarm: MetricAlarm | CompositeAlarm | undefined;
  /** Why it does not count: refused by CloudWatch, or proven to behave the same. */
  readonly notCounted?: string | undefined;
}

/** The mutant, or why CloudWatch refuses it. @param make throws InvalidAlarmError where it does */
export function mutant(texts: Omit<Mutant, 'alarm'>, make: () => Mutant['alarm']): Mutant {
  try {
    return { ...texts, alarm: make() };
  } catch (error) {
    if (!(error instanceof InvalidAlarmError)) throw error;
    const [reason] = error.message.split('\n');
    return { ...texts, alarm: undefined, notCounted: `CloudWatch refuses it: ${reason}` };
  }
}

/** A number scaled up and down, as a mutant of a threshold or a constant. */
export const scaled = (value: number) => [value * 1.5, value / 1.5];

export const show = (value: number) => String(Number(value.toPrecision(4)));
