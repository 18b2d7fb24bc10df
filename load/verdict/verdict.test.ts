import { describe, expect, test } from '@jest/globals';
import { answerCounter } from '../journey/answer-counter.ts';
import { type LoadObjective, loadObjectives } from '../objectives/load-objectives.ts';
import { expressionOf } from '../objectives/thresholds.ts';
import { loadPlan } from '../profiles/load-plan.ts';
import type { K6Metric, K6Summary } from './k6-summary.ts';
import { loadRecord } from './load-record.ts';
import { readMessages } from './read-messages.ts';
import { type RunOutcome, verdictOf } from './verdict.ts';

const held: Readonly<Record<LoadObjective['kind'], K6Metric['values']>> = {
  availability: { rate: 0, passes: 0, fails: 9000 },
  latency: { 'p(99)': 42.4, med: 5, count: 9000 },
  answers: { rate: 1, passes: 9000, fails: 0 },
  throttling: { rate: 0, passes: 0, fails: 9000 },
  arrivals: { count: 0 },
};

/** Metrics as k6 hands them on; what stands in `broken` (by metric) has broken its threshold with these values. */
function outcome(
  broken: Readonly<Record<string, K6Metric['values']>> = {},
  other: Partial<RunOutcome> & { readonly counts?: Readonly<Record<string, number>> } = {},
): RunOutcome {
  const plan = other.plan ?? loadPlan('average');
  const objectives = loadObjectives(plan);
  const metrics = Object.fromEntries([
    ...objectives.map((objective): [string, K6Metric] => [
      objective.metric,
      {
        values: broken[objective.metric] ?? held[objective.kind],
        thresholds: { [expressionOf(objective)]: { ok: !(objective.metric in broken) } },
      },
    ]),
    ['vus_max', { values: { max: 120 } }],
    ...Object.entries(other.counts ?? {}).map(([name, count]) => [name, { values: { count } }]),
  ]);
  const summary: K6Summary = { metrics, state: { testRunDurationMs: 1 } };
  const failed = Object.keys(broken).length > 0;
  return {
    plan,
    objectives,
    ending: { exitCode: failed ? 99 : 0, cutShort: false },
    summary,
    messages: { failures: [] },
    ...other,
  };
}
const row = (name: string, ...of: Parameters<typeof outcome>) =>
  verdictOf(outcome(...of)).objectives.find((each) => each.name === name);

const unavailable = { 'unavailable{scenario:load}': { rate: 0.01, passes: 90, fails: 8910 } };
const dropped = { 'dropped_iterations{scenario:load}': { count: 171 } };
const slow = (p99: number) => ({
  'http_req_duration{scenario:load}': { 'p(99)': p99, med: 5, count: 9000 },
});

describe('verdictOf', () => {
  test('a run that holds', () => {
    const { headline, exitCode, objectives } = verdictOf(outcome());
    expect(headline).toBe('HELD: every objective');
    expect(exitCode).toBe(0);
    expect(
      objectives.map(({ name, goal, measured, verdict }) => [name, goal, measured, verdict]),
    ).toEqual([
      ['availability', '≥ 99.9 %', '100 % (0 of 9000 failed)', 'held'],
      ['latency', 'p99 ≤ 300 ms', '42 ms (9000 requests)', 'held'],
      ['latency POST /items', 'p99 ≤ 300 ms', '42 ms (9000 requests)', 'held'],
      ['latency GET /items', 'p99 ≤ 300 ms', '42 ms (9000 requests)', 'held'],
      ['latency GET /items/{id}', 'p99 ≤ 300 ms', '42 ms (9000 requests)', 'held'],
      ['latency PUT /items/{id}', 'p99 ≤ 300 ms', '42 ms (9000 requests)', 'held'],
      ['latency DELETE /items/{id}', 'p99 ≤ 300 ms', '42 ms (9000 requests)', 'held'],
      ['answers are right', 'every one', '9000 right', 'held'],
      ['nothing is throttled', 'no 429', '0 of 9000', 'held'],
      ['no dropped iterations', 'none', '0 dropped', 'held'],
    ]);
  });

  test('a broken objective is named, with what to read', () => {
    const { headline, exitCode } = verdictOf(outcome(unavailable));
    expect(headline).toBe('BROKEN: availability');
    expect(exitCode).toBe(99);
    expect(row('availability', unavailable)).toMatchObject({
      measured: '99 % (90 of 9000 failed)',
      verdict: 'broken',
      runbook: 'runbooks/api-availability-burn.md',
    });
    expect(row('latency', slow(900))).toMatchObject({ runbook: 'runbooks/api-latency-burn.md' });
  });

  test('a target that went away is told from one that fails', () => {
    const counts = (fate: 'lost' | 'failed') => ({
      counts: { [answerCounter('get-item', fate)]: 90 },
    });
    expect(row('availability', unavailable, counts('lost'))).toMatchObject({
      runbook: 'runbooks/api-unreachable.md',
      note: '90 requests got no answer: the target went away, or the way to it',
    });
    expect(row('availability', unavailable, counts('failed'))?.note).toBeUndefined();
  });

  test.each([
    ['this machine cannot start 100 requests a second', 40, undefined, undefined],
    ['answers are slow (p99 2000 ms)', 2000, undefined, 'runbooks/api-latency-burn.md'],
    ['answers are slow (p99 2000 ms)', 2000, 1500, 'runbooks/api-latency-burn.md'],
    ['callers waited 2000 ms (p99) for what took the service 20 ms', 2000, 20, undefined],
  ])('dropped iterations: %s', (note, callerMs, serviceMs, runbook) => {
    const comparison =
      serviceMs === undefined
        ? undefined
        : { rows: [], service: { latencies: [serviceMs] } as never };
    const drops = row('no dropped iterations', { ...dropped, ...slow(callerMs) }, { comparison });
    expect(drops?.note).toContain(note);
    expect(drops?.runbook).toBe(runbook);
  });

  test('both sides that disagree spoil a run that k6 is content with', () => {
    const service = { latencies: [] } as never;
    const rows = [{ what: 'requests', k6: '100', service: '99', agree: false, note: 'misses 1' }];
    const verdict = verdictOf(outcome({}, { comparison: { rows, service } }));
    expect(verdict).toMatchObject({
      exitCode: 1,
      headline: expect.stringMatching(/both sides disagree/),
    });
    expect(verdictOf(outcome(unavailable, { comparison: { rows, service } })).exitCode).toBe(99);
  });

  test.each([
    [{ exitCode: 105, cutShort: true }, {}, 'STOPPED before the end'],
    [
      { exitCode: 105, cutShort: true },
      unavailable,
      'STOPPED before the end; availability is broken already',
    ],
    [
      { exitCode: 107, cutShort: true, error: 'TypeError' },
      {},
      'NOT FINISHED: k6 ended with 107: TypeError',
    ],
  ])('%j', (ending, broken, headline) => {
    expect(verdictOf(outcome(broken, { ending }))).toMatchObject({
      headline,
      exitCode: ending.exitCode,
    });
  });

  test('nothing was measured: says why', () => {
    const ending = { exitCode: 108, cutShort: true };
    const messages = { failures: [], refused: 'no token' };
    expect(verdictOf(outcome({}, { ending, messages }))).toMatchObject({
      headline: 'NOTHING MEASURED: no token',
      objectives: [],
      exitCode: 108,
    });
    const gone = { ending: { ...ending, error: 'bad flag' }, summary: undefined };
    expect(verdictOf(outcome({}, gone)).headline).toBe(
      'NOTHING MEASURED: k6 ended with 108: bad flag',
    );
  });

  describe('the breaking point', () => {
    const plan = loadPlan('breakpoint', { rate: 100, seconds: 100 });
    const unreached = Object.fromEntries(
      [40, 50, 60, 70, 80, 90, 100].map((rate) => [
        `http_req_duration{scenario:at_${rate}}`,
        { 'p(99)': 0, med: 0, count: 0 },
      ]),
    );

    test('is the last step that held, and the first that broke', () => {
      const broken = {
        'http_req_duration{scenario:at_30}': { 'p(99)': 812, med: 5, count: 300 },
        ...unreached,
      };
      const verdict = verdictOf(outcome(broken, { plan }));
      expect(verdict.breakingPoint).toEqual({
        held: 20,
        broke: 30,
        because: 'latency 812 ms (300 requests)',
      });
      expect(verdict.headline).toBe(
        'LIMIT FOUND: 20 requests/s hold, 30 break (latency 812 ms (300 requests))',
      );
      expect(new Set(verdict.objectives.map(({ phase }) => phase))).toEqual(
        new Set(['at_10', 'at_20', 'at_30']),
      );
    });

    test('may lie above what was tried', () => {
      expect(verdictOf(outcome({}, { plan })).headline).toBe(
        'NO LIMIT up to 100 requests/s: raise --rate',
      );
    });
  });
});

describe('loadRecord', () => {
  const { summary, plan } = outcome({}, { counts: { [answerCounter('put-item', 'handled')]: 7 } });

  test('is what k6 counted', () => {
    const record = loadRecord(summary as K6Summary, plan, false);
    expect(record.answers['put-item']).toEqual({
      handled: 7,
      refused: 0,
      unlogged: 0,
      failed: 0,
      lost: 0,
    });
    expect(record.interrupted).toBe(0);
    expect(record.latency).toMatchObject({ p50: 5, p99: 42.4 });
  });

  test('of a run that was cut short each virtual user may have had a request under way', () => {
    expect(loadRecord(summary as K6Summary, plan, true)).toMatchObject({
      interrupted: 120,
      latency: {},
    });
  });
});

test('readMessages finds what the script said among other lines', () => {
  const line = (message: object) => JSON.stringify({ level: 'info', msg: JSON.stringify(message) });
  const failure = { event: 'failure', route: 'GET /items', status: 503 };
  const text = [
    line(failure),
    'not JSON',
    JSON.stringify({ msg: 'hello' }),
    line({ event: 'cleaned', deleted: 3, left: false }),
    line({ event: 'refused', reason: 'no token' }),
  ].join('\n');
  expect(readMessages(text)).toEqual({
    failures: [failure],
    refused: 'no token',
    cleaned: { deleted: 3, left: false },
  });
});
