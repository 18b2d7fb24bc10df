import { describe, expect, test } from '@jest/globals';
import { parseOptions, UsageError } from './options.ts';

describe('parseOptions', () => {
  test('defaults to dev on 4000', () => {
    expect(parseOptions([])).toEqual({
      stage: 'dev',
      ports: { web: 4000, api: 4001, control: 4002, dynamodb: 4003, signIn: 4004 },
      speed: 1,
      fresh: false,
      dynamodb: undefined,
    });
  });

  test('moves all five ports together', () => {
    expect(parseOptions(['--port', '5000'])).toMatchObject({
      ports: { web: 5000, signIn: 5004 },
    });
  });

  test.each([
    [['--port', 'x'], /^--port x: give a whole number from 1024 to 65531$/],
    [['--port', '65532'], /--port 65532/],
    [['--speed', '0'], /--speed 0/],
    [['--stage', '../x'], /--stage \.\.\/x: a stage is named like/],
    [['--dynamodb', 'here'], /--dynamodb here: give a URL/],
    [['--nonsense'], /--nonsense.*see npm start -- --help$/],
  ])('refuses %j in one line', (argv, message) => {
    expect(() => parseOptions(argv)).toThrow(UsageError);
    expect(() => parseOptions(argv)).toThrow(message);
  });
});
