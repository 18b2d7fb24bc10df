import { describe, expect, test } from '@jest/globals';
import { choose, readArguments, readPairs, readRegion } from './command.ts';

const kinds = { scenario: 'many', range: 'one', timeline: 'flag' } as const;

describe('arguments', () => {
  test('an option that takes many values takes all up to the next option', () => {
    const args = ['a.json', '--scenario', 'x', 'y', '--timeline', 'b.json', '--scenario=z'];
    expect(readArguments(args, kinds)).toEqual({
      values: { scenario: ['x', 'y', 'z'], range: undefined, timeline: true },
      positionals: ['a.json', 'b.json'],
    });
  });

  test.each([
    [['--scenari', 'x'], '--scenario?'],
    [['--range'], '--range'],
    [['--timeline=1'], '--timeline'],
  ])('refuses %j in one line', (args, named) => {
    expect(() => readArguments(args, kinds)).toThrow(named);
    expect(() => readArguments(args, kinds)).not.toThrow('\n');
  });

  test('a choice defaults to the first and refuses others', () => {
    expect(choose('--format', undefined, ['text', 'json'])).toBe('text');
    expect(() => choose('--format', 'xml', ['text', 'json'])).toThrow('choose text, json');
  });

  test.each(['eu-west-1', 'us-gov-east-1', 'ap-southeast-3'])('%s is a region', (region) => {
    expect(readRegion(region)).toEqual({ region });
  });

  test.each(['mars', 'eu-west', 'eu-west-1a', 'EU-WEST-1', ''])('%p is no region', (region) => {
    expect(() => readRegion(region)).toThrow('write it as in eu-west-1');
  });

  test('no region is needed', () => {
    expect(readRegion(undefined)).toEqual({});
  });

  test('a pair needs its equals sign', () => {
    expect(readPairs('--parameter', ['A=b=c'])).toEqual({ A: 'b=c' });
    expect(() => readPairs('--parameter', ['A'])).toThrow('Name=value');
  });
});
