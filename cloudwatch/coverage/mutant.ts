/** A small change to an alarm that some scenario ought to notice. */
import type { CompositeAlarm, MetricAlarm } from '../alarms/alarm.ts';

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
