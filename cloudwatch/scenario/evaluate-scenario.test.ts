import { describe, expect, test } from '@jest/globals';
import { alarm, composite, mathAlarm, scenario, testSystem, topic } from '../test-system.ts';
import { jsonReport } from './json-report.ts';

const paged = testSystem({
  Page: topic('team-page'),
  A: alarm(
    { AlarmName: 'shop-sum', AlarmActions: [{ Ref: 'Page' }], OKActions: [{ Ref: 'Page' }] },
    { AlarmId: 'sum', 'aws:cdk:path': 'Stack/Sum/Resource' },
  ),
  B: alarm({ MetricName: 'K' }, { AlarmId: 'sum' }),
});
/** Breaches in minutes 11–13. */
const run = (expectation: string) =>
  paged.evaluate(scenario({ M: '0*10 9*3 0*5' }, { expect: `[{ alarm: sum, ${expectation} }]` }));

describe('expectations', () => {
  test.each([
    'becomes: ALARM',
    'becomes: ALARM, between: [11m, 11m]',
    'becomes: OK, between: [14m, 20m]',
    'at: 11m, state: ALARM',
    'at: 13m, state: ALARM',
    'at: 14m, state: OK',
    'never: INSUFFICIENT_DATA',
    'notifies: page',
    'notifies: team-page, times: 1',
    'notifies: page, times: 2, on: OK',
    'notifies: ticket, times: 0',
    'notifies: none, between: [0m, 10m]',
    'notifies: page, times: 0, between: [12m, 18m]',
  ])('holds: %s', (expectation) => {
    expect(run(expectation).failures).toEqual([]);
  });

  test.each([
    ['becomes: ALARM, between: [12m, 20m]', 'shop-sum became ALARM'],
    ['becomes: ALARM, between: [0m, 10m]', 'at 11m'],
    ['at: 10m, state: ALARM', 'shop-sum was OK, B was INSUFFICIENT_DATA'],
    ['never: ALARM', '9 at 00:10 against > 5, 1 of 1 to alarm'],
    ['notifies: ticket', 'notified team-page at 11m'],
    ['notifies: page, times: 2', '1 times, not 2'],
    ['notifies: none', 'shop-sum notified team-page at 11m'],
    ['notifies: page, between: [12m, 18m]', 'it notified nobody'],
  ])('fails: %s', (expectation, message) => {
    const { ok, failures } = run(expectation);
    expect(ok).toBe(false);
    expect(failures).toMatchObject([{ file: 'test.yaml', line: 5, message: expect.anything() }]);
    expect(failures[0]!.message).toContain(message);
  });

  test.each(['shop-sum', 'A', 'Stack/Sum/Resource', 'Stack/Sum'])(
    'an alarm may be named %s',
    (name) => {
      const expect_ = `[{ alarm: ${name}, becomes: ALARM }]`;
      expect(paged.evaluate(scenario({ M: '9' }, { expect: expect_ })).ok).toBe(true);
      expect(paged.evaluate(scenario({ K: '9' }, { expect: expect_ })).ok).toBe(false);
    },
  );

  test('an alarm that cannot be evaluated fails what names it, and only that', () => {
    const system = testSystem({ A: alarm({ WarmUpConfiguration: {} }), B: alarm() });
    const verdict = (name: string) =>
      system.evaluate(scenario({ M: '0' }, { expect: `[{ alarm: ${name}, never: ALARM }]` }));
    expect(verdict('A').failures[0]!.message).toContain('WarmUpConfiguration is not modelled');
    expect(verdict("'*'").ok).toBe(true);
    const all = "[{ alarm: '*', never: ALARM }]";
    expect(system.evaluate(scenario({ M: '9' }, { expect: all })).ok).toBe(false);
    expect(jsonReport([verdict("'*'")]).notEvaluated).toMatchObject([{ alarm: 'A' }]);
  });
});

describe('a failure', () => {
  test.each([
    ['notifies: ticket, times: 1', 'sum notifies ticket 1 time'],
    ['notifies: page, times: 3', 'sum notifies page 3 times'],
    ['notifies: none, on: OK', 'sum notifies none of OK'],
    ['becomes: ALARM, between: [0, 90s]', 'sum becomes ALARM between 0s and 1m30s'],
    ['never: OK', 'sum never becomes OK'],
    ['at: 1m, state: ALARM', 'sum is ALARM at 1m'],
  ])('repeats the expectation in words: %s', (expectation, words) => {
    expect(run(expectation).failures[0]!.expectation).toBe(words);
  });

  test('says when the scenario gives none of the metrics that the alarm reads', () => {
    const dimensions = [{ Name: 'Stage', Value: 'prod' }];
    const system = testSystem({ A: alarm({ Dimensions: dimensions }) });
    const fails = (text: string) => system.evaluate(text).failures[0]!.message;
    const text = scenario({ M: '9' }, { expect: '[{ alarm: A, becomes: ALARM }]' });
    expect(fails(text)).toContain('no series of this scenario gives N M { Stage: prod }');
    const given = text.replace('name: M', 'name: M, dimensions: { Stage: prod }');
    expect(fails(given.replace('"9"', '"0"'))).not.toContain('no series');
  });
});

describe('what AWS does not document', () => {
  const gap = scenario({ M: '9 _*9' }, { expect: '[{ alarm: A, at: 5m, state: ALARM }]' });
  const system = testSystem({ A: alarm() });

  test('a verdict that hangs on the evaluation range is flagged, and fails when asked to', () => {
    const result = system.evaluate(gap);
    expect(result).toMatchObject({ ok: true, failures: [] });
    expect(result.sensitive[0]).toMatchObject({
      reading: 'evaluationRange',
      message: expect.stringContaining('under the doc range: it was INSUFFICIENT_DATA'),
    });
    expect(system.evaluate(gap, { strict: true }).ok).toBe(false);
    expect(system.evaluate(gap, { ranges: ['doc'] }).failures).toHaveLength(1);
    expect(system.evaluate(gap, { ranges: ['measured'] })).toMatchObject({
      ok: true,
      sensitive: [],
    });
  });

  test('a final state that differs is flagged even where no expectation does', () => {
    const text = scenario({ M: '9 _*4' }, { expect: '[{ alarm: A, at: 1m, state: ALARM }]' });
    expect(system.evaluate(text).sensitive).toMatchObject([
      {
        expectation: 'final state of A',
        message: expect.stringContaining('ALARM under the measured'),
      },
    ]);
  });

  test('so is a verdict that hangs on FILL of an empty series', () => {
    const filled = testSystem({
      A: mathAlarm(
        { e: 'FILL(m, 9)', m: { name: 'M', stat: 'Sum' } },
        { TreatMissingData: 'notBreaching' },
      ),
    });
    const text = scenario({ K: '0*5' }, { expect: '[{ alarm: A, becomes: ALARM }]' });
    expect(filled.evaluate(text).sensitive[0]).toMatchObject({
      reading: 'fillEmptySeries',
      message: 'under the fillEmptySeries=no: it never became ALARM',
    });
  });

  test('a composite is flagged with any of its children', () => {
    const quiet = scenario(
      { M: '9 _*9', K: '0' },
      { expect: '[{ alarm: C, at: 6m, state: ALARM }]' },
    );
    const or = testSystem({
      A: alarm(),
      B: alarm({ MetricName: 'K', Period: 300 }),
      C: composite('ALARM(A) OR ALARM(B)'),
    });
    expect(or.evaluate(quiet)).toMatchObject({
      ok: true,
      sensitive: [{ reading: 'evaluationRange' }],
    });
  });

  test('a failure under every range stays a failure', () => {
    const text = scenario({ M: '0*5' }, { expect: '[{ alarm: A, becomes: ALARM }]' });
    expect(system.evaluate(text)).toMatchObject({ ok: false, sensitive: [] });
  });
});

describe('the JSON result', () => {
  test('has transitions and notifications in seconds from the start', () => {
    const system = testSystem({
      Page: topic('team-page'),
      A: alarm(),
      S: alarm({ MetricName: 'K' }),
      C: composite('ALARM(A)', {
        AlarmActions: [{ Ref: 'Page' }],
        ActionsSuppressor: 'S',
        ActionsSuppressorWaitPeriod: 60,
        ActionsSuppressorExtensionPeriod: 60,
      }),
    });
    const text = scenario(
      { M: '0 9*9', K: '0 9 0*8' },
      { expect: '[{ alarm: C, notifies: page, times: 1, between: [4m, 4m] }]' },
    );
    const result = system.evaluate(text, { ranges: ['doc'] });
    expect(result.failures).toEqual([]);
    const { alarms } = jsonReport([result]).scenarios[0]!;
    expect(alarms.at(-1)).toEqual({
      alarm: 'C',
      range: 'doc',
      transitions: [
        { at: 60, from: 'INSUFFICIENT_DATA', to: 'OK', reason: expect.any(String) },
        { at: 120, from: 'OK', to: 'ALARM', reason: expect.stringContaining('A is ALARM') },
      ],
      notifications: [
        { at: 120, topic: 'team-page', state: 'ALARM', suppressedBy: 'Alarm' },
        { at: 180, topic: 'team-page', state: 'ALARM', suppressedBy: 'ExtensionPeriod' },
        { at: 240, topic: 'team-page', state: 'ALARM', suppressedBy: null },
      ],
    });
  });
});
