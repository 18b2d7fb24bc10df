/**
 * Sets alarms to ALARM and back, and reads from their history whether each action was carried out. A metric alarm returns to
 * its real state by itself within minutes; a composite does when one of its children changes ("SetAlarmState").
 */
import {
  type CloudWatchClient,
  DescribeAlarmHistoryCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';

export interface Rehearsal {
  readonly alarm: string;
  /** What CloudWatch carried out: one of ALARM, one of OK. */
  readonly delivered: number;
  /** What it could not, in its own words. */
  readonly failed: readonly string[];
}

export interface Pace {
  readonly wait: (milliseconds: number) => Promise<unknown>;
  /** How often the history is asked, and for how long: a suppressed composite waits two minutes before it acts. */
  readonly pollMs: number;
  readonly patienceMs: number;
  /** Ends the rehearsal before its time; what was set to ALARM is set back. */
  readonly stop?: AbortSignal;
}

export const unhurried = { pollMs: 5_000, patienceMs: 240_000 } as const;

/** SetAlarmState is limited to three calls a second. */
const betweenCallsMs = 350;

/** @param alarms names of alarms that have actions and are not in ALARM now */
export async function rehearse(
  client: CloudWatchClient,
  alarms: readonly string[],
  { wait, pollMs, patienceMs, stop }: Pace,
): Promise<readonly Rehearsal[]> {
  const since = new Date(Date.now() - 1_000);
  const set: string[] = [];
  const setState = async (AlarmName: string, StateValue: 'ALARM' | 'OK', StateReason: string) => {
    await client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason }));
    await wait(betweenCallsMs);
  };
  const heard = async (count: number): Promise<readonly Rehearsal[]> => {
    for (let waited = 0; ; waited += pollMs) {
      const found = await Promise.all(alarms.map((alarm) => actionsOf(client, alarm, since)));
      const done = found.every(({ delivered, failed }) => delivered + failed.length >= count);
      if (done || stop?.aborted || waited >= patienceMs) return found;
      await wait(pollMs);
    }
  };
  try {
    for (const alarm of alarms) {
      if (stop?.aborted) break;
      set.push(alarm);
      await setState(alarm, 'ALARM', 'Rehearsal: nothing is wrong (npm run alarms:live)');
    }
    await heard(1);
  } finally {
    for (const alarm of set) {
      await setState(alarm, 'OK', 'Rehearsal: over');
    }
  }
  return heard(2);
}

async function actionsOf(
  client: CloudWatchClient,
  alarm: string,
  StartDate: Date,
): Promise<Rehearsal> {
  const { AlarmHistoryItems = [] } = await client.send(
    new DescribeAlarmHistoryCommand({
      AlarmName: alarm,
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      HistoryItemType: 'Action',
      StartDate,
    }),
  );
  const summaries = AlarmHistoryItems.map(({ HistorySummary = '' }) => HistorySummary);
  const failed = summaries.filter((summary) => /^failed/i.test(summary));
  return { alarm, delivered: summaries.length - failed.length, failed };
}
