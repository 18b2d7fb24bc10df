import { describe, expect, test } from '@jest/globals';
import { leadIn, loadPlan, scenarioOf, virtualUsers } from './load-plan.ts';
import { type ProfileName, profiles } from './profiles.ts';

const names = Object.keys(profiles) as ProfileName[];
const judgedOf = (name: ProfileName, wish = {}) =>
  loadPlan(name, wish).phases.filter(({ judged }) => judged);

describe('loadPlan', () => {
  test.each(names)('%s lasts as long as it says, and reaches its rate but never more', (name) => {
    const judged = judgedOf(name);
    const end = Math.max(...judged.map(({ startSeconds, seconds }) => startSeconds + seconds));
    const plan = loadPlan(name);
    expect(end).toBeCloseTo(plan.seconds);
    expect(plan.judgedSeconds).toBe(profiles[name].seconds);
    expect(Math.max(...judged.map(({ rate }) => rate))).toBe(profiles[name].rate);
  });

  test('a steady profile makes rate × duration requests', () => {
    expect(judgedOf('average', { rate: 50, seconds: 60 })[0]?.requests).toBe(3000);
  });

  test('a ramp makes as many as its mean rate', () => {
    // 0.1 → 1 in a quarter, 1 for a half, 1 → 0.1 in a quarter: 0.775 of the peak.
    expect(judgedOf('stress', { rate: 100, seconds: 100 })[0]?.requests).toBe(7750);
  });

  test('a steady profile is led in, and the lead-in is not judged', () => {
    const [first, second] = loadPlan('average').phases;
    expect(first).toMatchObject({ name: leadIn, judged: false, startSeconds: 0, from: 10 });
    expect(second).toMatchObject({ name: 'load', judged: true, startSeconds: first?.seconds });
  });

  test('the breaking point is looked for in equal steps, one after the other', () => {
    const steps = judgedOf('breakpoint', { rate: 200, seconds: 100 });
    expect(steps).toHaveLength(10);
    expect(steps.map(({ name }) => name).slice(0, 2)).toEqual(['at_20', 'at_40']);
    expect(steps.every(({ seconds, from, rate }) => seconds === 10 && from === rate)).toBe(true);
    expect(steps.map(({ startSeconds }) => startSeconds).slice(0, 3)).toEqual([10, 20, 30]);
  });
});

describe('scenarioOf', () => {
  test('is an open model: requests start when they are due', () => {
    const [, load] = loadPlan('average').phases;
    expect(load && scenarioOf(load)).toEqual({
      executor: 'ramping-arrival-rate',
      startTime: '10000ms',
      timeUnit: '1m',
      startRate: 6000,
      stages: [{ duration: '120000ms', target: 6000 }],
      preAllocatedVUs: virtualUsers(100),
      gracefulStop: '30s',
    });
  });

  test('keeps virtual users for answers that take twice as long as the objective allows', () => {
    expect(virtualUsers(100)).toBe(60);
    expect(virtualUsers(1)).toBe(10);
    expect(virtualUsers(50_000)).toBe(2000);
  });
});
