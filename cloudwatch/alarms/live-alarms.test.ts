import { describe, expect, test } from '@jest/globals';
import { createMetricStore } from '../metrics/metric-store.ts';
import { alarm, composite, mathAlarm, scenario, testSystem, topic } from '../test-system.ts';
import { createLiveAlarms } from './live-alarms.ts';

const start = Date.parse('2026-01-05T00:00:00Z');
const minute = 60_000;
const m = { name: 'M', stat: 'Sum' };

const system = testSystem({
  Page: topic('team-page'),
  A: alarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2, AlarmActions: [{ Ref: 'Page' }] }),
  Long: alarm({ Period: 300, TreatMissingData: 'breaching' }),
  Filled: mathAlarm({ e: 'FILL(m, REPEAT)', m }),
  C: composite('ALARM(A) OR ALARM(Long)', {
    AlarmActions: [{ Ref: 'Page' }],
    ActionsSuppressor: 'Quiet',
    ActionsSuppressorWaitPeriod: 120,
    ActionsSuppressorExtensionPeriod: 60,
  }),
  Quiet: alarm({ MetricName: 'K' }),
  Refused: alarm({ WarmUpConfiguration: {} }),
});
const values = [0, 0, 9, 0, 9, 9, 0, 0, 0, 0, 0, 9, 9, 9, 0, 0, 0, 0, 0, 0];

function runLive(steps: readonly number[]) {
  const store = createMetricStore();
  const live = createLiveAlarms(system.alarms, store, { start });
  const events = { transitions: [] as unknown[], notifications: [] as unknown[] };
  let published = 0;
  for (const now of steps) {
    for (; published < values.length && (published + 1) * minute <= now; published++) {
      const metric = { namespace: 'N', name: 'M', dimensions: {} };
      store.put(metric, {
        timestamp: start + published * minute + 30_000,
        value: values[published]!,
      });
    }
    const { transitions, notifications } = live.advance(start + now);
    events.transitions.push(...transitions.map(({ alarm: of, time, to }) => [of.name, time, to]));
    events.notifications.push(
      ...notifications.map(({ alarm: of, time, state, suppressedBy }) => [
        of.name,
        time,
        state,
        suppressedBy,
      ]),
    );
  }
  return { live, ...events };
}

const everyMinute = values.map((_, index) => (index + 1) * minute + 7_000);
const key = (row: unknown) => JSON.stringify(row);
const sorted = (rows: readonly unknown[]) => rows.map(key).sort();

describe('live alarms', () => {
  test('do minute by minute what a scenario with the same data does', () => {
    const { transitions, notifications } = runLive(everyMinute);
    const { runs } = system.evaluate(scenario({ M: values.join(' ') }), { ranges: ['doc'] });
    const outcomes = [...runs[0]!.outcomes.values()];
    expect(sorted(transitions)).toEqual(
      sorted(
        outcomes.flatMap(({ alarm: { name }, history }) =>
          (history?.transitions ?? []).map(({ time, to }) => [name, time, to]),
        ),
      ),
    );
    expect(sorted(notifications)).toEqual(
      sorted(
        outcomes.flatMap(({ alarm: { name }, notifications: sent }) =>
          sent.map(({ time, state, suppressedBy }) => [name, time, state, suppressedBy]),
        ),
      ),
    );
    expect(transitions.length).toBeGreaterThan(8);
    expect(notifications.length).toBeGreaterThan(4);
  });

  test('calling more often than once a minute changes nothing', () => {
    const often = everyMinute.flatMap((now) => [now - 5000, now, now, now + 20_000]);
    expect(runLive(often).transitions).toEqual(runLive(everyMinute).transitions);
  });

  test('of ten seconds are evaluated every ten seconds', () => {
    const store = createMetricStore();
    const fast = testSystem({ A: alarm({ Period: 10 }) });
    const live = createLiveAlarms(fast.alarms, store, { start });
    const metric = { namespace: 'N', name: 'M', dimensions: {} };
    store.put(metric, { timestamp: start + 20_000, value: 9, storageResolution: 1 });
    expect(live.advance(start + 20_000).transitions).toEqual([]);
    expect(live.advance(start + 31_000).transitions).toMatchObject([
      { time: start + 30_000, to: 'ALARM' },
    ]);
  });

  test('list every alarm, those that cannot be evaluated with the reason', () => {
    const alarms = runLive(everyMinute).live.list();
    expect(alarms.map(({ alarm: of, state }) => [of.name, state])).toEqual([
      ['A', 'OK'],
      ['Long', 'OK'],
      ['Filled', 'OK'],
      ['Quiet', 'INSUFFICIENT_DATA'],
      ['C', 'OK'],
      ['Refused', undefined],
    ]);
    expect(alarms.at(-1)!.notEvaluated).toContain('WarmUpConfiguration');
  });
});
