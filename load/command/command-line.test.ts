import { describe, expect, test } from '@jest/globals';
import { parseCommandLine, UnusableError, usage } from './command-line.ts';

describe('parseCommandLine', () => {
  test('runs against the local runtime by default', () => {
    expect(parseCommandLine(['smoke'])).toEqual({
      profile: 'smoke',
      target: 'local',
      rate: undefined,
      seconds: undefined,
      port: 4000,
      region: undefined,
      signIn: undefined,
      yes: false,
    });
  });

  test.each([
    ['90s', 90],
    ['2m', 120],
    ['1h30m', 5400],
  ])('--duration %s', (text, seconds) => {
    expect(parseCommandLine(['average', '--duration', text])).toMatchObject({ seconds });
  });

  test.each([
    [['--target', 'staging'], { target: 'staging' }],
    [['--target', 'https://api.example.com/dev/'], { target: 'https://api.example.com/dev' }],
    [['--rate', '250', '--yes'], { rate: 250, yes: true }],
  ])('%j', (argv, expected) => {
    expect(parseCommandLine(['average', ...argv])).toMatchObject(expected);
  });

  test.each([
    [[], /^name a profile: smoke, average, stress, spike, soak, breakpoint$/],
    [['toString'], /^there is no profile toString: smoke/],
    [['smoke', 'stress'], /^one profile at a time, not also stress$/],
    [['smoke', '--rate', '0'], /^--rate 0: give a whole number from 1 to 100000$/],
    [['smoke', '--rate', '1.5'], /^--rate 1.5/],
    [['smoke', '--duration', '2'], /^--duration 2: give 5s to 24h/],
    [['smoke', '--duration', '1d'], /^--duration 1d/],
    [['smoke', '--duration', '2m x'], /^--duration 2m x/],
    [['smoke', '--duration', '4s'], /^--duration 4s/],
    [['smoke', '--duration', '25h'], /^--duration 25h/],
    [['smoke', '--target', 'Prod!'], /^--target Prod!: give local, a stage or a URL/],
    [['smoke', '--target', 'https://x/?a=b'], /^--target https/],
    [['smoke', '--nonsense'], /--nonsense.*see npm run load -- --help$/],
  ])('refuses %j in one line', (argv, message) => {
    expect(() => parseCommandLine(argv)).toThrow(UnusableError);
    expect(() => parseCommandLine(argv)).toThrow(message);
  });

  test('help names every profile', () => {
    expect(parseCommandLine(['--help'])).toBe('help');
    expect(usage).toMatch(/smoke.*\n.*average.*\n.*stress.*\n.*spike.*\n.*soak.*\n.*breakpoint/);
  });
});
