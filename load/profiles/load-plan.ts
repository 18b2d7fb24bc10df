/** A profile with its rate and duration settled: what k6 executes, what thresholds are set on, what a run will cost. */
import type { RampingArrivalRateScenario } from 'k6/options';
import { objectives } from '../../services/contract/slo.ts';
import { type Profile, type ProfileName, profiles } from './profiles.ts';

/** One k6 scenario: a stretch of load that is judged as a whole. */
export interface Phase {
  /** The scenario's name: a tag on everything that it measures. */
  readonly name: string;
  /** Whether objectives are set on it; the lead-in only warms up. */
  readonly judged: boolean;
  readonly startSeconds: number;
  readonly seconds: number;
  /** Requests a second at its peak. */
  readonly rate: number;
  readonly from: number;
  readonly stages: readonly { readonly seconds: number; readonly rate: number }[];
  /** How many requests it makes when nothing holds it up. */
  readonly requests: number;
}

export interface LoadPlan {
  readonly profile: ProfileName;
  readonly strict: boolean;
  readonly phases: readonly Phase[];
  readonly seconds: number;
  /** Without the lead-in: what `--duration` sets. */
  readonly judgedSeconds: number;
  readonly rate: number;
  readonly requests: number;
}

/** The phase that is not judged. */
export const leadIn = 'lead_in';

/** @param wish rate (requests a second) and seconds in place of the profile's own */
export function loadPlan(
  name: ProfileName,
  wish: { readonly rate?: number | undefined; readonly seconds?: number | undefined } = {},
): LoadPlan {
  const profile: Profile = profiles[name];
  const { rate = profile.rate, seconds = profile.seconds } = wish;
  const { from, steps, leadInSeconds = 0 } = profile;
  const judged: readonly Phase[] = steps
    ? stairs(steps, rate, leadInSeconds, seconds)
    : [phase('load', leadInSeconds, rate * from, legsOf(profile, rate, seconds))];
  const first = judged[0]?.from ?? 0;
  const ramp = phase(leadIn, 0, first / 10, [{ seconds: leadInSeconds, rate: first }]);
  const phases = leadInSeconds ? [{ ...ramp, judged: false }, ...judged] : judged;
  const requests = phases.reduce((sum, each) => sum + each.requests, 0);
  const strict = profile.strict === true;
  return {
    ...{ profile: name, strict, phases, rate, requests, judgedSeconds: seconds },
    seconds: leadInSeconds + seconds,
  };
}

const legsOf = ({ legs }: Profile, rate: number, seconds: number): Phase['stages'] =>
  legs.map((leg) => ({ seconds: leg.lasts * seconds, rate: leg.reaches * rate }));

const stairs = (steps: number, rate: number, start: number, seconds: number): readonly Phase[] =>
  Array.from({ length: steps }, (_, index) => {
    const height = Math.round((rate * (index + 1)) / steps);
    const length = seconds / steps;
    return phase(`at_${height}`, start + index * length, height, [
      { seconds: length, rate: height },
    ]);
  });

function phase(name: string, startSeconds: number, from: number, stages: Phase['stages']): Phase {
  const rates = [from, ...stages.map(({ rate }) => rate)];
  const requests = stages.map(
    ({ seconds, rate }, index) => (seconds * ((rates[index] ?? 0) + rate)) / 2,
  );
  return {
    name,
    judged: true,
    startSeconds,
    seconds: total(stages.map(({ seconds }) => seconds)),
    rate: Math.max(...rates),
    from,
    stages,
    requests: Math.round(total(requests)),
  };
}

const total = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0);

/** Rates are given to k6 per minute, so that a low one need not be a whole number of requests a second. */
const minute = 60;

/** The phase in k6's open model: requests start when they are due, however slow the answers are. */
export function scenarioOf(each: Phase): RampingArrivalRateScenario {
  return {
    executor: 'ramping-arrival-rate',
    startTime: duration(each.startSeconds),
    timeUnit: '1m',
    startRate: Math.round(each.from * minute),
    stages: each.stages.map(({ seconds, rate }) => ({
      duration: duration(seconds),
      target: Math.round(rate * minute),
    })),
    preAllocatedVUs: virtualUsers(each.rate),
    // Longer than API Gateway lets any request take: none is cut off, so both sides count the same.
    gracefulStop: '30s',
  };
}

const duration = (seconds: number) => `${Math.round(seconds * 1000)}ms`;

/** Beyond that a machine is busy with virtual users instead of requests. */
const mostVirtualUsers = 2000;

/**
 * Little's law: so many are under way when the average answer takes twice as long as the objective allows the slowest.
 * Where they do not suffice, the service is far from its objective, or this machine cannot keep up.
 */
export const virtualUsers = (rate: number): number => {
  const needed = Math.ceil((2 * rate * objectives.latency.thresholdMs) / 1000);
  return Math.min(mostVirtualUsers, Math.max(10, needed));
};
