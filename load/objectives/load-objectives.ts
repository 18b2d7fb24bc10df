/**
 * What a run must hold, computed from the service's objectives: for k6 as thresholds, for people as rows of the verdict.
 * A longer run is asked for what a shorter one cannot show; none is asked for anything but the objectives.
 */
import type { AlarmId } from '../../services/contract/alarms.ts';
import { type FunctionName, routeKey, routes } from '../../services/contract/routes.ts';
import { burnWindows, objectives as contractObjectives } from '../../services/contract/slo.ts';
import { mix } from '../journey/mix.ts';
import type { LoadPlan, Phase } from '../profiles/load-plan.ts';

export type ObjectiveKind = 'availability' | 'latency' | 'answers' | 'throttling' | 'arrivals';

export interface LoadObjective {
  readonly kind: ObjectiveKind;
  readonly name: string;
  readonly phase: string;
  /** k6's metric with its tags, and the aggregate of it that counts. */
  readonly metric: string;
  readonly aggregate: string;
  /** The aggregate must not be above (availability: share of failures) or, for answers, not below. */
  readonly limit: number;
  /** Undefined where only measured: too few requests to judge by. */
  readonly comparison: '<=' | '>=' | undefined;
  /** What ends the run at once: the same metric, by another aggregate or another limit. */
  readonly abort?: {
    readonly aggregate: string;
    readonly limit: number;
    readonly afterSeconds: number;
  };
  readonly runbook: AlarmId;
}

export interface SloSource {
  readonly availability: { readonly target: number };
  readonly latency: { readonly target: number; readonly thresholdMs: number };
}

/** Custom metrics of the journey: shares of requests. */
export const unavailable = 'unavailable';
export const throttled = 'throttled';

/** With fewer slow requests than this in the budget, one cold start would break a percentile. */
const fewestSlow = 5;
/** The burn that wakes somebody: worse is not worth paying for. */
const pageBurn = Math.max(...burnWindows.map(({ burnRate }) => burnRate));
const abortAfterSeconds = 10;

export function loadObjectives(
  plan: LoadPlan,
  slo: SloSource = contractObjectives,
): readonly LoadObjective[] {
  const judged = plan.phases.filter((phase) => phase.judged);
  return judged.flatMap((phase) =>
    judged.length > 1 ? ofStep(phase, slo) : ofRun(plan, phase, slo),
  );
}

function ofRun({ strict }: LoadPlan, phase: Phase, slo: SloSource): readonly LoadObjective[] {
  const budget = share(1 - slo.availability.target);
  const slow = share(1 - slo.latency.target);
  const afterSeconds = phase.startSeconds + abortAfterSeconds;
  const failing = { aggregate: 'rate', limit: share(budget * pageBurn), afterSeconds };
  const { thresholdMs } = slo.latency;
  const slowing = { aggregate: percentileOf(slow * pageBurn), limit: thresholdMs, afterSeconds };
  const names = Object.keys(routes) as FunctionName[];
  const all = judged(latency(phase, slo), phase.requests * slow);
  return [
    { ...availability(phase, strict ? 0 : budget), abort: failing },
    { ...all, ...(all.comparison && { abort: slowing }) },
    ...names.map((name) =>
      judged(latency(phase, slo, routeKey(routes[name])), phase.requests * mix[name] * slow),
    ),
    {
      kind: 'answers',
      name: 'answers are right',
      ...on('checks', phase, 'rate'),
      limit: 1,
      comparison: '>=',
      runbook: 'api-client-errors',
    },
    {
      kind: 'throttling',
      name: 'nothing is throttled',
      ...on(throttled, phase, 'rate'),
      limit: 0,
      comparison: '<=',
      runbook: 'api-throttled',
    },
    arrivals(phase),
  ];
}

/** A step of the flight to the breaking point: whatever breaks there ends the run, once the step is half over. */
function ofStep(phase: Phase, slo: SloSource): readonly LoadObjective[] {
  const afterSeconds = phase.startSeconds + phase.seconds / 2;
  return [
    availability(phase, share(1 - slo.availability.target)),
    latency(phase, slo),
    arrivals(phase),
  ].map((objective) => ({
    ...objective,
    abort: { aggregate: objective.aggregate, limit: objective.limit, afterSeconds },
  }));
}

const availability = (phase: Phase, limit: number): LoadObjective => ({
  kind: 'availability',
  name: 'availability',
  ...on(unavailable, phase, 'rate'),
  limit,
  comparison: '<=',
  runbook: 'api-availability-burn',
});

const latency = (phase: Phase, { latency: slo }: SloSource, route?: string): LoadObjective => ({
  kind: 'latency',
  name: `latency${route ? ` ${route}` : ''}`,
  ...on('http_req_duration', phase, percentileOf(1 - slo.target), route),
  limit: slo.thresholdMs,
  comparison: '<=',
  runbook: 'api-latency-burn',
});

const arrivals = (phase: Phase): LoadObjective => ({
  kind: 'arrivals',
  name: 'no dropped iterations',
  ...on('dropped_iterations', phase, 'count'),
  limit: 0,
  comparison: '<=',
  runbook: 'api-latency-burn',
});

const judged = (objective: LoadObjective, slowAllowed: number): LoadObjective =>
  slowAllowed >= fewestSlow ? objective : { ...objective, comparison: undefined };

const on = (metric: string, { name }: Phase, aggregate: string, route?: string) => ({
  phase: name,
  metric: `${metric}{scenario:${name}${route ? `,name:${route}` : ''}}`,
  aggregate,
});

/** `p(99)`: the one that a hundredth is above. */
const percentileOf = (above: number) => `p(${Number(((1 - above) * 100).toFixed(6))})`;

/** Without the tail that binary fractions leave: 0.001 instead of 0.0010000000000000009. */
const share = (value: number) => Number(value.toPrecision(12));
