import { describe, expect, test } from '@jest/globals';
import { alarm, composite, mathAlarm, testSystem } from '../test-system.ts';
import { evaluateCoverage } from './evaluate-coverage.ts';

type System = ReturnType<typeof testSystem>;

const cover = (system: System, ...documents: readonly string[]) =>
  evaluateCoverage(system.alarms, system.scenarios(documents.join('---\n')));

const document = (metrics: Readonly<Record<string, string>>, ...expectations: readonly string[]) =>
  [
    `name: ${Object.values(metrics).join(' and ').replace(/[{}]/g, '')}`,
    'series:',
    ...Object.entries(metrics).map(
      ([name, values]) =>
        `  - { metric: { namespace: N, name: ${name}, dimensions: { D: x } }, values: "${values}" }`,
    ),
    'expect:',
    ...expectations.map((each) => `  - { alarm: ${each} }`),
    '',
  ].join('\n');

const twoOfThree = {
  EvaluationPeriods: 3,
  DatapointsToAlarm: 2,
  TreatMissingData: 'notBreaching',
  Dimensions: [{ Name: 'D', Value: 'x' }],
};
const system = testSystem({ A: alarm(twoOfThree) });

/** Kills every mutant of "Sum above 5 in 2 of 3 minutes". */
const fires = document(
  { M: '4/2*5 6/2 4/2 6/2 4/2*5' },
  'A, becomes: ALARM, between: [8m, 8m]',
  'A, becomes: OK, between: [9m, 9m]',
);
const silent = document({ M: '4/2*5 9/2 4/2*2 9/2 4/2*5 _*9' }, 'A, never: ALARM');

describe('coverage', () => {
  test('is full where a scenario fires the alarm, one does not, and every mutant is noticed', () => {
    const { alarms, failures } = cover(system, fires, silent);
    expect(failures).toEqual([]);
    expect(alarms[0]!.survivors.map(({ change }) => change)).toEqual([]);
    expect(alarms[0]).toMatchObject({ killed: 11, fires: [expect.any(String)] });
    expect(alarms[0]!.silent).toHaveLength(1);
    expect(alarms[0]!.notCounted.map(({ change }) => change)).toEqual(['period 60 s → 30 s']);
  });

  const firesAnytime = (values: string) => document({ M: values }, 'A, becomes: ALARM');

  test.each<[string, string, string]>([
    ['threshold 5 → 7.5', fires.replaceAll('6/2', '9/2'), silent],
    ['threshold 5 → 3.333', fires.replaceAll('4/2', '3/2'), silent.replaceAll('4/2', '3/2')],
    ['statistic Sum → Average', fires.replaceAll('/2', '/1'), silent.replaceAll('/2', '/1')],
    ['datapoints to alarm 2 → 3', firesAnytime('4/2*5 6/2*3 4/2*5'), silent],
    ['evaluation periods 3 → 2', firesAnytime('4/2*5 6/2*2 4/2*5'), silent],
    [
      'period 60 s → 120 s',
      firesAnytime('4/2*5 6/2*9'),
      document({ M: '1/2*5 9/2 1/2*5' }, 'A, never: ALARM'),
    ],
  ])('a mutant survives when nothing speaks against it: %s', (mutant, firing, quiet) => {
    const { alarms, failures } = cover(system, firing, quiet);
    expect(failures).toEqual([]);
    expect(alarms[0]!.survivors.map(({ change }) => change)).toContain(mutant);
  });

  test('an alarm that no scenario names proves nothing, nor does one without data', () => {
    const two = testSystem({ A: alarm(twoOfThree), B: alarm() });
    const { alarms } = cover(two, fires, document({ M: '0' }, 'B, never: ALARM'));
    expect(alarms[0]!.silent).toEqual([]);
    expect(alarms[1]).toMatchObject({ fires: [], silent: [] });
  });

  test('a scenario that fails without any change is reported and proves nothing', () => {
    const { failures, alarms } = cover(system, document({ M: '0' }, 'A, becomes: ALARM'));
    expect(failures).toMatchObject([{ message: expect.stringContaining('A becomes ALARM') }]);
    expect(alarms[0]).toMatchObject({ fires: [], silent: [], killed: 0 });
    const half = document({ M: '9/2*9' }, 'A, becomes: ALARM', 'A, becomes: OK, between: [9m, 9m]');
    expect(cover(system, half)).toMatchObject({ failures: { length: 1 }, alarms: [{ fires: [] }] });
  });

  test('a mutant of a child is noticed through the composite above it', () => {
    const nested = testSystem({
      A: alarm({ Dimensions: twoOfThree.Dimensions }),
      B: alarm({ MetricName: 'K', Dimensions: twoOfThree.Dimensions }),
      C: composite('ALARM(A) AND ALARM(B)'),
    });
    const { alarms } = cover(
      nested,
      document({ M: '6 6 0', K: '6 6 0' }, 'C, becomes: ALARM', 'C, at: 3m, state: OK'),
      document({ M: '6 6 0', K: '4 4 0' }, 'C, never: ALARM'),
      document({ M: '4 4 0', K: '6 6 0' }, 'C, never: ALARM'),
    );
    const survivors = alarms.map(({ survivors: left }) => left.map(({ change }) => change));
    expect(survivors[2]).toEqual([]);
    expect(survivors[0]).not.toContain('threshold 5 → 3.333');
    expect(alarms[0]!.killed).toBeGreaterThan(3);
  });
});

describe('mutants that do not count', () => {
  const reasons = (resource: Parameters<typeof testSystem>[0][string]) =>
    Object.fromEntries(
      cover(testSystem({ A: resource }), document({ M: '1' }, 'A, becomes: ALARM'))
        .alarms.at(-1)!
        .notCounted.map(({ change, notCounted }) => [change, notCounted]),
    );

  test('what CloudWatch refuses', () => {
    expect(reasons(alarm())).toMatchObject({
      'datapoints to alarm 1 → 2': expect.stringContaining('CloudWatch refuses it'),
      'evaluation periods 1 → 0': expect.stringContaining('CloudWatch refuses it'),
    });
  });

  test('a scaled threshold of 0', () => {
    expect(reasons(alarm({ Threshold: 0 }))).toHaveProperty(['threshold 0 → 0']);
  });

  test('thresholds that no whole number tells apart, where values are whole', () => {
    const count = {
      Statistic: 'SampleCount',
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
    };
    const change = 'threshold 1 → 0.6667';
    expect(reasons(alarm(count))).toHaveProperty([change]);
    expect(reasons(alarm({ ...count, Statistic: 'Average' }))).not.toHaveProperty([change]);
    expect(reasons(alarm(count))).not.toHaveProperty(['threshold 1 → 1.5']);
  });

  test('another statistic of a metric whose samples are all 1', () => {
    const requests = {
      ...{ Namespace: 'AWS/ApiGateway', MetricName: 'Count', Statistic: 'SampleCount' },
      ...{ Threshold: 1, ComparisonOperator: 'LessThanThreshold' },
      Dimensions: [
        { Name: 'ApiName', Value: 'a' },
        { Name: 'Stage', Value: 'b' },
      ],
    };
    const change = 'statistic SampleCount → Average';
    expect(reasons(alarm(requests))).toHaveProperty([change]);
    expect(reasons(alarm({ ...requests, Threshold: 2 }))).not.toHaveProperty([change]);
  });

  const errors = {
    ...{ Namespace: 'AWS/Lambda', MetricName: 'Errors', Statistic: 'Sum', Threshold: 0 },
    Dimensions: [{ Name: 'FunctionName', Value: 'f' }],
  };

  test('statistics that leave the lowest possible sample together', () => {
    const change = 'statistic Sum → Average';
    expect(reasons(alarm(errors))).toHaveProperty([change]);
    expect(reasons(alarm({ ...errors, Threshold: 1 }))).not.toHaveProperty([change]);
    expect(reasons(alarm({ Threshold: 0, Statistic: 'Sum' }))).not.toHaveProperty([change]);
  });

  test('statistics that leave the highest possible sample together', () => {
    const status = {
      ...{ Namespace: 'AWS/Route53', MetricName: 'HealthCheckStatus', Statistic: 'Minimum' },
      ...{ Threshold: 1, ComparisonOperator: 'LessThanThreshold' },
      Dimensions: [{ Name: 'HealthCheckId', Value: 'h' }],
    };
    const change = 'statistic Minimum → Average';
    expect(reasons(alarm(status))).toHaveProperty([change]);
    expect(reasons(alarm(status))).toHaveProperty(['threshold 1 → 0.6667']);
    expect(reasons(alarm({ ...status, Threshold: 0.5 }))).not.toHaveProperty([change]);
  });

  const guarded = (expression: string) =>
    reasons(
      mathAlarm({
        e: expression,
        bad: { name: 'M', stat: 'Sum' },
        total: { name: 'M', stat: 'SampleCount' },
        other: { name: 'K', stat: 'SampleCount' },
        p: { name: 'M', stat: 'p99' },
      }),
    );
  const mode = 'missing data missing → breaching';

  test.each([
    ['IF(FILL(bad, 0) < 5, 0, bad / total)', true],
    ['FILL(bad / total, 0)', true],
    ['FILL(bad, 0) / 60', true],
    ['IF(FILL(100 - bad, 0) < 5, 0, bad / total)', true],
    ['IF(FILL(100 - bad, 0) < 5, 0, 1 + bad)', true],
    ['IF(FILL(bad - other, 0) < 5, 0, bad / total)', true],
    ['IF(FILL(other - bad, 0) < 5, 0, bad / total)', false],
    ['IF(FILL(bad * other, 0) < 5, 0, bad / other)', true],
    ['bad / total', false],
    ['IF(FILL(bad, 0) < 5, 0, bad / other)', false],
    ['IF(FILL(bad, 9) < 5, 0, bad / total)', false],
    ['IF(FILL(bad, 0) < 5, 0, total / bad)', false],
    ['IF(FILL(bad, 0) < 5, 0, p)', false],
    ['IF(bad < 5, 0, 1)', false],
    ['FILL(bad, other)', false],
  ])('the missing-data mode of %s: %s', (expression, never) => {
    expect(mode in guarded(expression)).toBe(never);
  });

  test('what fills a gap on the same side of a comparison', () => {
    expect(guarded('IF(FILL(bad, 0) < 5, 0, bad / total)')).toHaveProperty(['e: 0 → 1']);
    const change = guarded('IF(FILL(bad, 0) < 1, 0, bad / total)');
    expect(Object.values(change)).not.toContain(
      'what fills the gap falls on the same side of the comparison',
    );
  });

  test('what fills a gap on the same side of the threshold', () => {
    const reason = 'what fills the gap falls on the same side of the threshold';
    expect(guarded('FILL(bad, 0)')).toHaveProperty(['e: 0 → 1'], reason);
    expect(guarded('FILL(bad, 4)')).toHaveProperty(['e: 4 → 2.667'], reason);
    expect(guarded('FILL(bad, 4)')).not.toHaveProperty(['e: 4 → 6']);
  });

  test('math that would no longer be one time series', () => {
    expect(guarded('bad * 0 + SUM([bad, total])')).toEqual(expect.any(Object));
    expect(guarded('bad > 5')).toMatchObject({
      'e: bad > 5 → 5': expect.stringContaining('must be one time series'),
    });
  });

  test('a rule with the same truth table', () => {
    const of = (rule: string) =>
      cover(
        testSystem({ A: alarm(), B: alarm(), C: composite(rule) }),
        document({ M: '1' }, 'C, never: ALARM'),
      ).alarms.at(-1)!;
    expect(of('ALARM(A) AND ALARM(A)').notCounted).toHaveLength(1);
    expect(of('ALARM(A) AND ALARM(B)').notCounted).toHaveLength(0);
    expect(of('ALARM(A) AND ALARM(B)').survivors[0]!.killedBy).toContain('A ALARM, B OK');
    expect(
      of('AT_LEAST(1, ALARM, (A, B)) OR NOT OK(A)').survivors.map((each) => each.change),
    ).toEqual([
      expect.stringContaining('OR → AND'),
      'AT_LEAST 1 → 2',
      expect.stringContaining('NOT left out'),
    ]);
  });
});
