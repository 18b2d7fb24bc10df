import { describe, expect, test } from '@jest/globals';
import { InputError } from '../input-error.ts';
import { alarm, composite, mathAlarm, testSystem, topic } from '../test-system.ts';
import type { Alarm } from './alarm.ts';

type Resources = Parameters<typeof testSystem>[0];

const read = (resources: Resources): readonly Alarm[] => [...testSystem(resources).alarms.values()];
const only = (properties: Record<string, unknown>, metadata = {}) =>
  read({ A: alarm(properties, metadata) })[0]!;
const sum = { name: 'M', stat: 'Sum' };

describe('reading alarms', () => {
  test('takes defaults as CloudWatch does', () => {
    expect(only({ EvaluationPeriods: 3 })).toMatchObject({
      kind: 'metric',
      name: 'A',
      family: undefined,
      datapointsToAlarm: 3,
      treatMissingData: 'missing',
      ignoreLowSamples: false,
    });
  });

  test('takes numbers written as text, names and the alarm id', () => {
    const properties = { Threshold: '5.5', Period: '300', AlarmName: 'named' };
    expect(only(properties, { AlarmId: 'family' })).toMatchObject({
      name: 'named',
      family: 'family',
      period: 300,
      threshold: { value: 5.5 },
    });
  });

  test.each<[string, Record<string, unknown>]>([
    ['WarmUpConfiguration', { WarmUpConfiguration: { Minutes: 5 } }],
    ['EvaluationWindow', { EvaluationWindow: 'WallClockWindow' }],
    ['EvaluationCriteria', { EvaluationCriteria: { PromQL: 'up' } }],
  ])('refuses %s by name instead of ignoring it', (name, properties) => {
    expect(only(properties)).toMatchObject({
      kind: 'unmodelled',
      reason: expect.stringContaining(name),
    });
  });

  test.each([
    ['SEARCH', 'SUM(SEARCH("x", "Sum"))'],
    ['SERVICE_QUOTA', 'SERVICE_QUOTA(m)'],
  ])('refuses %s by name', (name, expression) => {
    expect(read({ A: mathAlarm({ e: expression, m: sum }) })[0]).toMatchObject({
      kind: 'unmodelled',
      reason: expect.stringContaining(name),
    });
  });

  test('refuses Metrics Insights by name, and reads the other alarms', () => {
    const query = (more = {}) => ({
      ...alarm(),
      Properties: {
        ...mathAlarm({ q: 'SELECT MAX(Errors) FROM "AWS/Lambda"' }).Properties,
        ...more,
      },
    });
    expect(read({ Query: query(), A: alarm() })).toMatchObject([
      { kind: 'unmodelled', reason: 'Metrics Insights (SELECT) is not modelled' },
      { kind: 'metric', name: 'A' },
    ]);
  });

  test('lists what would change alarms and is not modelled', () => {
    const mute = { ...topic('mute'), Type: 'AWS::CloudWatch::AlarmMuteRule' };
    expect(read({ mute })[0]).toMatchObject({
      kind: 'unmodelled',
      reason: expect.stringContaining('AlarmMuteRule'),
    });
  });

  test('refuses another account’s metric, and what the templates do not tell', () => {
    const foreign = mathAlarm({ m: sum });
    Object.assign(foreign.Properties.Metrics[0]!, { AccountId: '999999999999' });
    const secret = alarm({ Threshold: '{{resolve:ssm:threshold}}' });
    expect(read({ foreign, secret })).toMatchObject([
      { kind: 'unmodelled', reason: expect.stringContaining('another account') },
      { kind: 'unmodelled', reason: expect.stringContaining('secret.Threshold') },
    ]);
  });

  test('what an alarm does not need may stay unresolved', () => {
    const unresolved = '{{resolve:ssm:x}}';
    expect(only({ AlarmDescription: unresolved, AlarmActions: [unresolved] })).toMatchObject({
      kind: 'metric',
      actions: { ALARM: [{ name: 'unresolved AlarmActions' }] },
    });
  });

  test.each<[string, Record<string, unknown>]>([
    ['no property Dimension; did you mean Dimensions?', { Dimension: [] }],
    ['no property Nonsense; remove it', { Nonsense: 1 }],
    ['AlarmActions must be a list; write [ ]', { AlarmActions: 'arn:aws:sns:eu-west-1:1:t' }],
    ['no resource or parameter named Nope', { AlarmActions: [{ Ref: 'Nope' }] }],
    ['no resource or parameter named Nope', { Threshold: { Ref: 'Nope' } }],
    ['OKActions must be a list', { OKActions: 'topic' }],
    ['Metrics must be a list of metrics and expressions; name', { Metrics: [] }],
    ['Period 90', { Period: 90 }],
    ['Period × EvaluationPeriods', { Period: 300, EvaluationPeriods: 300 }],
    ['691200 s, above 604800', { Period: 86_400, EvaluationPeriods: 8 }],
    ['DatapointsToAlarm 3', { EvaluationPeriods: 2, DatapointsToAlarm: 3 }],
    ['EvaluationPeriods must be', { EvaluationPeriods: 0 }],
    ['the alarm has no statistic', { Statistic: undefined }],
    ["'average'", { Statistic: 'average' }],
    ['Threshold must be a number', { Threshold: undefined }],
    ['ComparisonOperator cannot be left out; choose G', { ComparisonOperator: undefined }],
    ['ComparisonOperator cannot be', { ComparisonOperator: 'Above' }],
    ['needs ThresholdMetricId', { ComparisonOperator: 'GreaterThanUpperThreshold' }],
    ['TreatMissingData cannot be', { TreatMissingData: 'breach' }],
    ['the alarm needs Namespace and MetricName', { Namespace: undefined }],
    ['Dimensions of the alarm must be a list', { Dimensions: { FunctionName: 'f' } }],
    ['Dimensions of the alarm must be a list', { Dimensions: null }],
    ['Dimensions[0] of the alarm must have', { Dimensions: ['FunctionName'] }],
    ['Dimensions[0] of the alarm must have', { Dimensions: [{ Name: 'FunctionName' }] }],
    [
      'Dimensions[1] of the alarm must have a Name and a Value; write [{ Name: ',
      {
        Dimensions: [
          { Name: 'Resource', Value: 'f' },
          { Name: 'FunctionName', Value: null },
        ],
      },
    ],
    ['Dimensions[0] of the alarm must have', { Dimensions: [null] }],
    ['Statistic cannot be p99', { Statistic: 'p99' }],
    ['ExtendedStatistic cannot be Sum', { Statistic: undefined, ExtendedStatistic: 'Sum' }],
    ['exclude each other', { ExtendedStatistic: 'p99' }],
    ['EvaluateLowSampleCountPercentile cannot be', { EvaluateLowSampleCountPercentile: 'never' }],
  ])('says that CloudWatch would refuse: %s', (message, properties) => {
    expect(() => only(properties)).toThrow(InputError);
    expect(() => only(properties)).toThrow(message);
  });

  test('accepts a total window of seven days from one hour on', () => {
    expect(only({ Period: 86_400, EvaluationPeriods: 7 }).kind).toBe('metric');
  });

  test.each<[string, Record<string, string | typeof sum>]>([
    ["')' is expected at column 6", { e: 'SUM(m', m: sum }],
    ['must be one time series', { e: '[m, m]', m: sum }],
    ['must be one time series', { e: 'SUM(m)', m: sum }],
    ['no metric or expression with the id n', { e: 'n + 1', m: sum }],
  ])('shows where math is wrong: %s', (message, metrics) => {
    expect(() => read({ A: mathAlarm(metrics) })).toThrow(message);
  });

  test('ids begin with a small letter and stand once, and a band is one of them', () => {
    expect(() => read({ A: mathAlarm({ E1: 'm', m: sum }) })).toThrow("'E1' is no id");
    const twice = mathAlarm({ e: 'm', m: sum, n: sum });
    twice.Properties.Metrics[2]!.Id = 'm';
    expect(() => read({ twice })).toThrow('the id m stands twice');
    const band = {
      ThresholdMetricId: 'band',
      ComparisonOperator: 'GreaterThanUpperThreshold',
    };
    expect(() => read({ A: mathAlarm({ m: sum }, band) })).toThrow('there is no id band');
  });

  test('each of Metrics is a metric or an expression', () => {
    const broken = (query: unknown) => {
      const made = mathAlarm({ e: 'm', m: sum });
      Object.assign(made.Properties.Metrics[1]!, query);
      return () => read({ A: made });
    };
    const either = 'Metrics[1] (m) must have either a MetricStat or an Expression';
    for (const query of [{ MetricStat: null }, { MetricStat: undefined }, { Expression: 'e' }]) {
      expect(broken(query)).toThrow(either);
    }
    const dimensioned = { Metric: { Namespace: 'N', MetricName: 'M', Dimensions: [null] } };
    expect(broken({ MetricStat: { ...dimensioned, Period: 60, Stat: 'Sum' } })).toThrow(
      'Dimensions[0] of m must have',
    );
  });

  test('an alarm returns exactly one series, of one period', () => {
    const two = mathAlarm({ e: 'm + 1', m: sum });
    two.Properties.Metrics[1]!.ReturnData = true;
    expect(() => read({ two })).toThrow('exactly one');
    const mixed = mathAlarm({ e: 'm + n', m: sum, n: sum });
    mixed.Properties.Metrics[2] = {
      ...mathAlarm({ n: sum }, { period: 300 }).Properties.Metrics[0]!,
      Id: 'n',
      ReturnData: false,
    };
    expect(() => read({ mixed })).toThrow('the same period');
  });

  test('a topic goes by its name, and by the severity it declares or is named after', () => {
    const system = testSystem({
      Named: topic('manara-prod-ticket'),
      Declared: topic('wake-me-up', { Severity: 'page' }),
      A: alarm({ AlarmActions: [{ Ref: 'Named' }, { Ref: 'Declared' }, 'arn:aws:lambda:x:y:f'] }),
    });
    expect([...system.alarms.values()][0]).toMatchObject({
      actions: {
        ALARM: [
          { name: 'manara-prod-ticket', severity: 'ticket' },
          { name: 'wake-me-up', severity: 'page' },
          { name: 'f', severity: undefined },
        ],
      },
    });
  });

  test('disabled actions notify nobody', () => {
    const actions = { AlarmActions: ['arn:x:page'], ActionsEnabled: false };
    expect(only(actions)).toMatchObject({ actions: { ALARM: [] } });
  });

  test('children come before the composites that need them', () => {
    const system = read({
      Outer: composite('ALARM(Inner)'),
      Inner: composite('ALARM(A) OR ALARM(B)', {
        ActionsSuppressor: 'S',
        ActionsSuppressorWaitPeriod: 60,
        ActionsSuppressorExtensionPeriod: 120,
      }),
      ...{ A: alarm(), B: alarm(), S: alarm() },
    });
    expect(system.map(({ logicalId }) => logicalId)).toEqual(['A', 'B', 'S', 'Inner', 'Outer']);
    expect(system[3]).toMatchObject({ suppressor: { waitPeriod: 60, extensionPeriod: 120 } });
  });

  test('a composite over what cannot be evaluated cannot be either', () => {
    const system = read({
      A: alarm({ WarmUpConfiguration: {} }),
      C: composite('ALARM(A)'),
      D: composite('ALARM(elsewhere)'),
    });
    expect(system.slice(1)).toMatchObject([
      { kind: 'unmodelled', reason: expect.stringContaining('needs A') },
      { kind: 'unmodelled', reason: expect.stringContaining('elsewhere') },
    ]);
  });

  test('composites in a circle are refused, naming the circle', () => {
    const circle = { C: composite('ALARM(D)'), D: composite('OK(C)') };
    expect(() => read(circle)).toThrow('C → D → C');
  });
});
