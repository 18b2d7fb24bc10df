/** Results for programs. Times are seconds from the scenario's start. */
import type { ScenarioResult } from './evaluate-scenario.ts';
import { refusedAlarms } from './text-report.ts';

export const jsonReport = (results: readonly ScenarioResult[]) => ({
  scenarios: results.map(({ scenario, ok, failures, sensitive, runs }) => {
    const at = (time: number) => (time - scenario.start) / 1000;
    return {
      name: scenario.name,
      ok,
      failures,
      sensitive,
      alarms: runs.flatMap(({ range, outcomes }) =>
        [...outcomes.values()]
          .filter(({ history }) => history)
          .map(({ alarm, history, notifications }) => ({
            alarm: alarm.name,
            range,
            transitions: history!.transitions.map(({ time, from, to, reason }) => ({
              at: at(time),
              from,
              to,
              reason,
            })),
            notifications: notifications.map(({ time, topic, state, suppressedBy = null }) => ({
              at: at(time),
              topic: topic.name,
              state,
              suppressedBy,
            })),
          })),
      ),
    };
  }),
  notEvaluated: refusedAlarms(results),
});
