import { describe, expect, test } from '@jest/globals';
import { formatDuration, parseDuration } from './duration.ts';
import { parseValues } from './values.ts';

const shape = (text: string) =>
  parseValues(text).map(({ datapoint, repeat }) => [
    datapoint && { sum: datapoint.sum, count: datapoint.count, values: datapoint.values },
    repeat,
  ]);

describe('values of a series', () => {
  test.each<[string, unknown]>([
    ['7', [[{ sum: 7, count: 1, values: [7] }, 1]]],
    ['-1.5e3', [[{ sum: -1500, count: 1, values: [-1500] }, 1]]],
    ['3/100', [[{ sum: 3, count: 100, values: undefined }, 1]]],
    ['{1:3, 0:97}*2', [[{ sum: 3, count: 100, values: [0, 1] }, 2]]],
    [
      '0*70  _*2\n1',
      [
        [{ sum: 0, count: 1, values: [0] }, 70],
        [undefined, 2],
        [{ sum: 1, count: 1, values: [1] }, 1],
      ],
    ],
  ])('reads %j', (text, expected) => {
    expect(shape(text)).toEqual(expected);
  });

  test('refuses a long senseless text at once', () => {
    const senseless = `${'1'.repeat(500_000)}x`;
    expect(() => parseValues(senseless)).toThrow('is no datapoint');
  });

  test.each([
    ['', 'there are no values'],
    ['x', "'x' is no datapoint"],
    ['1*0', 'repeats 0 times'],
    ['1*-2', 'is no datapoint'],
    ['1*2.5', 'is no datapoint'],
    ['1 * 3', "'*' is no datapoint"],
    ['0/0', 'the count 0'],
    ['1/2.5', 'the count 2.5'],
    ['{1:x}', "'1:x'"],
    ['{1}', "'1'"],
    ['{}', "''"],
    ['{1:2', "'{1:2' is no datapoint"],
    ['1e400/1', '1e400 is too large'],
  ])('refuses %j', (text, message) => {
    expect(() => parseValues(text)).toThrow(message);
  });
});

describe('durations', () => {
  test.each([
    ['0', 0],
    ['90s', 90],
    ['70m', 4200],
    ['1h30m', 5400],
    ['3d', 259_200],
    ['0.5h', 1800],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each(['', '70', 'm', '1w', '-5m', '5 m', '1h30'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test.each([
    [0, '0s'],
    [90, '1m30s'],
    [5400, '1h30m'],
    [259_260, '3d1m'],
  ])('%d seconds are written %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
