import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { alarm, composite, mathAlarm, scenario, testSystem } from '../test-system.ts';

const one = (properties = {}, readings = {}) => testSystem({ A: alarm(properties) }, readings);

describe('metric alarms', () => {
  test('windows slide by a minute: minute 6 looks at minutes 2 to 6', () => {
    const sum = one({ Period: 300 });
    expect(sum.timeline('0 10 0*10')).toEqual(['1m OK', '2m ALARM', '7m OK']);
  });

  test("documented figure: three of three periods above 3, one alone doesn't fire", () => {
    const figure = one({ EvaluationPeriods: 3, Threshold: 3 });
    expect(figure.timeline('1 2 4 5 4 2 1 2 4 1')).toEqual(['1m OK', '5m ALARM', '6m OK']);
  });

  test('documented multi-day example: evaluated on the hour, with data up to it', () => {
    const job = one({
      ...{ Period: 3 * 86_400, Statistic: 'Maximum', Threshold: 1 },
      ComparisonOperator: 'LessThanThreshold',
    });
    // The job succeeds at 10:00, three days later it fails at 10:02 and is mended at 11:43.
    const values = `_*600 1 _*${3 * 1440 + 1} 0 _*100 1 _*60`;
    expect(job.timeline(values).slice(-2)).toEqual([
      `${(3 * 24 + 11) * 60}m ALARM`,
      `${(3 * 24 + 12) * 60}m OK`,
    ]);
  });

  test('a window of more than a day in several periods is evaluated hourly too', () => {
    const values = '0*90 9 0*60';
    expect(
      one({ Period: 3600, EvaluationPeriods: 25, DatapointsToAlarm: 1 }).timeline(values),
    ).toEqual(['60m OK', '120m ALARM']);
    expect(
      one({ Period: 3600, EvaluationPeriods: 24, DatapointsToAlarm: 1 }).timeline(values),
    ).toEqual(['1m OK', '91m ALARM']);
  });

  test('M of N counts breaching datapoints wherever they are', () => {
    const twoOfThree = one({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    expect(twoOfThree.timeline('0 9 0 9 0 0 9 0 0 9')).toEqual(['1m OK', '4m ALARM', '5m OK']);
  });

  test('a dead man’s alarm fires when the whole range is empty, not after N periods', () => {
    const deadman = one({
      ...{ Statistic: 'SampleCount', Threshold: 1, ComparisonOperator: 'LessThanThreshold' },
      ...{ EvaluationPeriods: 10, TreatMissingData: 'breaching' },
    });
    expect(deadman.timeline('1*20 _*20')).toEqual(['1m OK', '32m ALARM']);
  });

  test('an old datapoint keeps an alarm alive after the traffic stopped', () => {
    expect(one().timeline('9 _*9')).toEqual(['1m ALARM', '4m INSUFFICIENT_DATA']);
  });

  test('periods of ten seconds are evaluated every ten seconds', () => {
    const fast = one({ Period: 10 });
    expect(fast.timeline('0*6 9 0*5', { every: '10s' })).toEqual([
      `${1 / 6}m OK`,
      `${7 / 6}m ALARM`,
      `${8 / 6}m OK`,
    ]);
  });

  test('a late datapoint is seen when it has arrived', () => {
    const late = { extra: ', delay: 120s' };
    expect(one().timeline('0*5 9 0*9', late)).toEqual(['3m OK', '8m ALARM', '9m OK']);
    expect(one({ Period: 300 }).timeline('0*5 9 0*9', late)).toEqual([
      '3m OK',
      '8m ALARM',
      '11m OK',
    ]);
  });

  test('FILL fills the newest datapoint that has not arrived: the alarm is stuck', () => {
    const stuck = mathAlarm({ e: 'FILL(m, 0)', m: { name: 'M', stat: 'Sum' } });
    const values = '0*5 9*20';
    expect(testSystem({ A: stuck }).timeline(values)).toEqual(['1m OK', '6m ALARM']);
    expect(testSystem({ A: stuck }).timeline(values, { extra: ', delay: 60s' })).toEqual(['1m OK']);
  });

  test('a percentile of too few samples keeps the state, if the alarm says so', () => {
    const p99 = { Statistic: undefined, ExtendedStatistic: 'p99' };
    const ignore = { ...p99, EvaluateLowSampleCountPercentile: 'ignore' };
    expect(one(p99).timeline('{1:900,9:99}')).toEqual(['1m ALARM']);
    expect(one(ignore).timeline('{1:900,9:99}')).toEqual([]);
    expect(one(ignore).timeline('{1:900,9:100}')).toEqual(['1m ALARM']);
    const longer = { ...ignore, EvaluationPeriods: 2, DatapointsToAlarm: 1 };
    expect(one(longer).timeline('{1:450,9:50}*2')).toEqual(['2m ALARM']);
    expect(one(longer, { lowSamples: 'newest' }).timeline('{1:450,9:50}*2')).toEqual([]);
  });

  test('DynamoDB alarms ignore missing data unless they say otherwise', () => {
    const namespace = { Namespace: 'AWS/DynamoDB' };
    const values = scenario({ M: '9 _*9' }).replaceAll('namespace: N', 'namespace: AWS/DynamoDB');
    const last = (properties: object, readings = {}) =>
      [
        ...one({ ...namespace, ...properties }, readings)
          .evaluate(values)
          .runs[0]!.outcomes.values(),
      ][0]!.history!.transitions.at(-1)!.to;
    expect(last({})).toBe('ALARM');
    expect(last({ TreatMissingData: 'notBreaching' })).toBe('OK');
    expect(last({ TreatMissingData: 'notBreaching' }, { dynamodbMissing: 'always-ignore' })).toBe(
      'ALARM',
    );
  });

  test('a function over the range sees what is fetched, a pointwise one does not', () => {
    const rate = mathAlarm({ e: 'RATE(m) * 60', m: { name: 'M', stat: 'Sum' } });
    expect(testSystem({ A: rate }).timeline('0 6 6 _ 20 20')).toEqual([
      '2m ALARM',
      '3m OK',
      '5m ALARM',
      '6m OK',
    ]);
  });

  test.each(['MINUTE(m)', 'MINUTE(m) + SUM(TIME_SERIES(0))'])(
    '%s is the minute in which the datapoint begins',
    (e) => {
      const late = mathAlarm({ e, m: { name: 'M', stat: 'Sum' } }, { period: 120 });
      expect(testSystem({ A: late }).timeline('1*12').at(-1)).toBe('8m ALARM');
    },
  );

  test('the same metric in two units is read as one, when the later has arrived', () => {
    const two = scenario({ M: '_ 3 3 3 3' }, { extra: ', unit: Seconds, delay: 60s' }).replace(
      'expect:',
      '  - { metric: { namespace: N, name: M }, values: "3 3 3 _ 3" }\nexpect:',
    );
    const { runs, scenario: read } = one().evaluate(two, { ranges: ['doc'] });
    const { transitions } = [...runs[0]!.outcomes.values()][0]!.history!;
    expect(transitions.map(({ time, to }) => [(time - read.start) / 60_000, to])).toEqual([
      [2, 'OK'],
      [3, 'ALARM'],
      [5, 'OK'],
    ]);
  });

  test('an anomaly alarm needs a band, and then follows it', () => {
    const anomaly = mathAlarm(
      { m: { name: 'M', stat: 'Sum' }, band: 'ANOMALY_DETECTION_BAND(m, 2)' },
      {
        ThresholdMetricId: 'band',
        Threshold: undefined,
        ComparisonOperator: 'LessThanLowerOrGreaterThanUpperThreshold',
      },
    );
    anomaly.Properties.Metrics[1]!.ReturnData = true;
    const system = testSystem({ A: anomaly });
    expect(() => system.timeline('5*9')).toThrow('give the scenario a band');
    const bands = `bands: [{ alarm: A, lower: "2*9", upper: "6*5 9*4" }]\n`;
    const result = system.evaluate(scenario({ M: '6 7 7 2 1 7 5 5 10' }) + bands);
    const { transitions } = [...result.runs[0]!.outcomes.values()][0]!.history!;
    expect(
      transitions.map(({ time, to }) => [(time - result.scenario.start) / 60_000, to]),
    ).toEqual([
      [1, 'OK'],
      [2, 'ALARM'],
      [4, 'OK'],
      [5, 'ALARM'],
      [6, 'OK'],
      [9, 'ALARM'],
    ]);
  });

  test('a band may be part of the math', () => {
    const outside = mathAlarm({
      e: 'IF(m > LAST(ANOMALY_DETECTION_BAND(m, 2)), 9, 0)',
      m: { name: 'M', stat: 'Sum' },
    });
    const bands = 'bands: [{ alarm: A, lower: "0*4", upper: "6*4" }]\n';
    const text = scenario({ M: '5 7 7 5' }) + bands;
    const states = (readings = {}) =>
      [
        ...testSystem({ A: outside }, readings).evaluate(text).runs[0]!.outcomes.values(),
      ][0]!.history!.transitions.map(({ to }) => to);
    expect(states()).toEqual(['OK', 'ALARM', 'OK']);
    expect(states({ firstOfBand: 'upper' })).toEqual(['ALARM']);
  });

  test('a percentile is not available while a negative value is in the window', () => {
    const p50 = one({ Period: 120, Statistic: undefined, ExtendedStatistic: 'p50', Threshold: 0 });
    expect(p50.timeline('5 -1 5 _*9').slice(0, 4)).toEqual([
      '1m ALARM',
      '2m INSUFFICIENT_DATA',
      '3m ALARM',
      '7m INSUFFICIENT_DATA',
    ]);
  });

  test('a reason shows the newest datapoints, what filled the gaps and what was compared', () => {
    const reasons = (properties: object, values: string) => {
      const { runs } = one(properties).evaluate(scenario({ M: values }), { ranges: ['doc'] });
      return [...runs[0]!.outcomes.values()][0]!.history!.transitions.map(({ reason }) => reason);
    };
    expect(reasons({ EvaluationPeriods: 7 }, '9*7').at(-1)).toBe(
      'newest datapoints 9 at 00:06, 9 at 00:05, 9 at 00:04, 9 at 00:03, 9 at 00:02, … against > 5, 7 of 7 to alarm',
    );
    expect(reasons({ TreatMissingData: 'breaching' }, '0 _*4').at(-1)).toBe(
      'no datapoint in the whole evaluation range; missing data is breaching',
    );
    expect(reasons({ EvaluationPeriods: 2, TreatMissingData: 'breaching' }, '9')).toEqual([
      'missing datapoints counted; newest datapoints 9 at 00:00 against > 5, 2 of 2 to alarm; missing data is breaching',
    ]);
  });

  test('a unit reads only the samples that have it', () => {
    const seconds = one({ Unit: 'Seconds' });
    expect(() => seconds.timeline('9')).toThrow('give the series that unit');
    expect(seconds.timeline('9', { extra: ', unit: Seconds' })).toEqual(['1m ALARM']);
  });

  test('sum and count do not tell a maximum', () => {
    expect(() => one({ Statistic: 'Maximum' }).timeline('9/3')).toThrow('cannot be told');
    expect(one({ Statistic: 'Maximum' }).timeline('9/1')).toEqual(['1m ALARM']);
    expect(one({ Statistic: 'Average' }).timeline('18/3')).toEqual(['1m ALARM']);
  });

  test('finer datapoints within the same minute change nothing', () => {
    const systems = ['Sum', 'Average', 'SampleCount', 'Maximum'].map((Statistic) =>
      one({ Statistic, Period: 120, EvaluationPeriods: 2, Threshold: 20 }),
    );
    const minute = fc.array(fc.nat(12), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(minute, { minLength: 1, maxLength: 12 }), (minutes) => {
        const coarse = minutes
          .map((values) => `{${values.map((value) => `${value}:1`).join(',')}}`)
          .join(' ');
        const fine = minutes.flat().join(' ');
        for (const system of systems) {
          expect(system.timeline(fine, { every: '10s' })).toEqual(system.timeline(coarse));
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('metric math evaluated once for all', () => {
  test.each(['yes', 'no'])(
    'agrees with evaluating every range anew (fillEmptySeries=%s)',
    (reading) => {
      const expression = 'IF(FILL(m, 3) < 4, FILL(m * 2 / k, 9), m - k)';
      const k = { name: 'K', stat: 'Sum' };
      const of = (e: string) =>
        testSystem(
          {
            A: mathAlarm(
              { e, m: { name: 'M', stat: 'Sum' }, k },
              { EvaluationPeriods: 4, DatapointsToAlarm: 3, period: 120 },
            ),
          },
          { fillEmptySeries: reading },
        );
      const once = of(expression);
      const anew = of(`${expression} + SUM(TIME_SERIES(0))`);
      const value = fc.constantFrom('_', '_', '0', '3', '7');
      const values = fc.array(value, { minLength: 1, maxLength: 15 }).map((all) => all.join(' '));
      fc.assert(
        fc.property(values, values, (M, K) => {
          const [a, b] = [once, anew].map((system) => {
            const { runs } = system.evaluate(scenario({ M, K }), { ranges: ['doc'] });
            return [...runs[0]!.outcomes.values()][0]!.history!.transitions;
          });
          expect(a).toEqual(b);
        }),
      );
    },
  );
});

describe('composite alarms', () => {
  test('follow their children within the same minute', () => {
    const system = testSystem({
      A: alarm(),
      B: alarm({ MetricName: 'K' }),
      C: composite('ALARM(A) AND NOT ALARM(B)'),
    });
    const { runs, scenario: read } = system.evaluate(scenario({ M: '0 9*6', K: '0*3 9 0*3' }));
    const { transitions } = [...runs[0]!.outcomes.values()].at(-1)!.history!;
    expect(transitions.map(({ time, to }) => [(time - read.start) / 60_000, to])).toEqual([
      [1, 'OK'],
      [2, 'ALARM'],
      [4, 'OK'],
      [5, 'ALARM'],
    ]);
  });
});
