import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { documentedVectors } from '../documented-vectors.ts';
import { missingDataModes, type State } from './alarm.ts';
import { decideState, evaluationRange, minimumSamples, type Slot } from './decide-state.ts';

const symbols: Readonly<Record<string, Slot>> = { '0': 0, X: 1, '-': -1 };
const states = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
const readings = { fewBreaching: 'ok' } as const;

type Policy = Parameters<typeof decideState>[2];

/** `data` as AWS's tables write it: the newest on the right. */
const decide = (data: string, policy: Policy, current: State = 'OK', few = readings) =>
  decideState((k) => symbols[data[data.length - k]!]!, data.length, policy, current, few);

describe('state decision', () => {
  const cases = documentedVectors.alarmVectors.flatMap(({ expect = {}, expectNot = {}, ...row }) =>
    missingDataModes.flatMap((mode) => [
      ...(expect[mode] ? [{ ...row, mode, wanted: expect[mode], is: true }] : []),
      ...(expectNot[mode] ? [{ ...row, mode, wanted: expectNot[mode], is: false }] : []),
    ]),
  );

  test.each(cases)('documented $id: $data is $wanted ($is) under $mode', (row) => {
    const policy = {
      evaluationPeriods: row.N,
      datapointsToAlarm: row.M,
      treatMissingData: row.mode,
    };
    for (const current of states) {
      const { state } = decide(row.data, policy, current);
      if (!row.is) expect(state).not.toBe(row.wanted);
      else expect(state).toBe(row.wanted === 'KEEP' ? current : row.wanted);
    }
    expect(evaluationRange({ evaluationPeriods: row.N, period: 300 }, 'doc')).toBe(row.range);
  });

  test('every documented cell is a case', () => {
    expect(cases).toHaveLength(24);
  });

  const threeOfThree = (treatMissingData: Policy['treatMissingData']) =>
    ({ evaluationPeriods: 3, datapointsToAlarm: 3, treatMissingData }) as const;

  test('documented C6: one step after A2 nothing is left in the range and breaching alarms', () => {
    expect(decide('-----', threeOfThree('breaching')).state).toBe('ALARM');
  });

  test('an OK datapoint in the range forbids a premature alarm, as in the tables and unlike the prose', () => {
    const twoOfThree = { ...threeOfThree('missing'), datapointsToAlarm: 2 };
    expect(decide('0-X--', twoOfThree).state).toBe('OK');
    expect(decide('--X--', twoOfThree).state).toBe('ALARM');
  });

  test('what AWS leaves open is marked and follows its reading', () => {
    const policy = threeOfThree('missing');
    expect(decide('----X', policy, 'ALARM')).toEqual({ state: 'OK', rule: 'unspecified' });
    expect(
      decideState((k) => symbols['----X'[5 - k]!]!, 5, policy, 'ALARM', { fewBreaching: 'keep' }),
    ).toEqual({ state: 'ALARM', rule: 'unspecified' });
  });

  test('more breaching datapoints never end an alarm', () => {
    const slots = fc.array(fc.constantFrom<Slot>(-1, 0, 1), { minLength: 3, maxLength: 9 });
    fc.assert(
      fc.property(
        slots,
        fc.nat(8),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(...missingDataModes),
        fc.constantFrom(...states),
        (range, changed, n, m, treatMissingData, current) => {
          const policy = {
            evaluationPeriods: Math.max(n, m),
            datapointsToAlarm: Math.min(n, m),
            treatMissingData,
          };
          const index = changed % range.length;
          fc.pre(range[index] === 0);
          const worse = range.with(index, 1);
          const state = (of: readonly Slot[]) =>
            decideState((k) => of[k - 1]!, of.length, policy, current, readings).state;
          if (state(range) === 'ALARM') expect(state(worse)).toBe('ALARM');
        },
      ),
    );
  });
});

describe('evaluation range', () => {
  test.each([
    [1, 60, 3, 7],
    [2, 60, 4, 7],
    [10, 60, 12, 12],
    [1, 540, 3, 3],
  ])('%d periods of %d s: %d documented, %d measured', (n, period, documented, measured) => {
    const policy = { evaluationPeriods: n, period };
    expect(evaluationRange(policy, 'doc')).toBe(documented);
    expect(evaluationRange(policy, 'measured')).toBe(measured);
  });
});

describe('samples that a percentile needs', () => {
  test.each(Object.entries(documentedVectors.lowSampleMinimums))('%s needs %d', (name, minimum) => {
    expect(minimumSamples(Number(name.slice(1)))).toBe(minimum);
  });

  test('p100 is never trusted', () => {
    expect(minimumSamples(100)).toBe(Number.POSITIVE_INFINITY);
  });
});
