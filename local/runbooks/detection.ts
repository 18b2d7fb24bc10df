/**
 * How soon an alarm tells, and how soon it is over. A scenario that ends in `from <time> to <time>` says when its fault
 * begins and ends; one that begins with `<n> %` says what share of the requests it hits.
 */
import type { State } from '../../cloudwatch/alarms/alarm.ts';
import type { Outcome } from '../../cloudwatch/alarms/evaluate-alarms.ts';
import { parseDuration } from '../../cloudwatch/scenario/duration.ts';
import type { ScenarioResult } from '../../cloudwatch/scenario/evaluate-scenario.ts';
import { type AlarmId, alarms } from '../../services/contract/alarms.ts';

export interface Detection {
  readonly scenario: string;
  /** Percent of the requests; undefined for a fault that has no share. */
  readonly share: number | undefined;
  /** Seconds after the fault began, and after it ended; undefined where it did not happen. */
  readonly detected: number | undefined;
  readonly cleared: number | undefined;
}

const timed = /^(?:([\d.]+) %.*|.*) from (\w+) to (\w+)$/;

/** Undefined for a scenario that names no times. */
export function detection(
  { scenario, runs }: Pick<ScenarioResult, 'scenario' | 'runs'>,
  id: AlarmId,
): Detection | undefined {
  const [, share, from = '', to = ''] = timed.exec(scenario.name) ?? [];
  const [begins, ends] = [parseDuration(from), parseDuration(to)];
  if (begins === undefined || ends === undefined) return undefined;
  const members = [...(runs[0]?.outcomes.values() ?? [])].filter(
    ({ alarm }) => alarm.family === id,
  );
  const after = (state: State, begin: number) => {
    const seconds = members
      .flatMap((outcome) => tellings(outcome, id, state))
      .map(({ time }) => (time - scenario.start) / 1000 - begin)
      .filter((each) => each >= 0);
    return seconds.length > 0 ? Math.min(...seconds) : undefined;
  };
  return {
    scenario: scenario.name,
    share: share === undefined ? undefined : Number(share),
    detected: after('ALARM', begins),
    cleared: after('OK', ends),
  };
}

/** When an alarm told somebody of a state; of a family that tells nobody, when it had that state. */
function tellings({ notifications, history }: Outcome, id: AlarmId, state: State) {
  const told: readonly { readonly time: number }[] =
    alarms[id].severity === 'none'
      ? (history?.transitions ?? []).filter(({ to }) => to === state)
      : notifications.filter((each) => each.state === state && !each.suppressedBy);
  return told;
}
