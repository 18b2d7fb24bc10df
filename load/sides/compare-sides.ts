/** Both sides' books side by side: what k6 saw, what the service counted, and whether the difference is explained. */
import { type FunctionName, routes } from '../../services/contract/routes.ts';
import type { Fate } from '../journey/items-client.ts';
import type { ServiceRecord } from './service-record.ts';
import type { PerFunction } from './telemetry.ts';

export interface LoadRecord {
  readonly answers: PerFunction<Readonly<Record<Fate, number>>>;
  /** Requests that were under way when the run was cut short: k6 counts them nowhere. */
  readonly interrupted: number;
  /** Latency of the load in ms, by percentile; empty where the run has no single one. */
  readonly latency: Readonly<Record<string, number>>;
}

export interface ComparedRow {
  readonly what: string;
  readonly k6: string;
  readonly service: string;
  readonly agree: boolean;
  /** What is known not to be counted, or what the difference means. */
  readonly note: string;
}

const names = Object.keys(routes) as FunctionName[];
/** The access log has whole milliseconds, and k6 starts its clock a little later than it sends. */
const latencyToleranceMs = 2;

export function compareSides(load: LoadRecord, service: ServiceRecord): readonly ComparedRow[] {
  const of = (fate: Fate, name?: FunctionName) =>
    (name ? [name] : names).reduce((sum, each) => sum + load.answers[each][fate], 0);
  const unsure = (name?: FunctionName) => of('lost', name) + load.interrupted;
  const answered = of('handled') + of('refused') + of('failed');
  const rows = [
    counted('requests', answered, of('unlogged'), unsure(), service.requests),
    counted('5xx', of('failed'), 0, unsure(), service.failed),
    ...names.map((name) => {
      const expected = of('handled', name) + of('failed', name) - service.throttles[name];
      const { invocations, atEdges } = service;
      const across = atEdges[name];
      return counted(`${name} invocations`, expected, 0, unsure(name), invocations[name], across);
    }),
  ];
  const logged =
    service.logged === undefined
      ? []
      : [counted('access log', answered, of('unlogged'), unsure(), service.logged)];
  return [...rows, ...logged, ...latencyRows(load, service)];
}

/**
 * @param sure what the service must have counted
 * @param perhaps what AWS says may be missing from its books although it was answered
 * @param unsure what may have reached the service although k6 has no answer
 * @param across what others sent at the edges of the time that is compared
 */
function counted(
  what: string,
  sure: number,
  perhaps: number,
  unsure: number,
  service: number,
  across = 0,
): ComparedRow {
  const agree = service >= sure - across && service <= sure + perhaps + unsure + across;
  const reasons = [
    ...(perhaps > 0 ? [`${perhaps} answered 413, 429 or 431, which may not be counted`] : []),
    ...(unsure > 0 ? [`up to ${unsure} without an answer`] : []),
    ...(across > 0 ? [`${across} of others at the edge of a minute`] : []),
    ...(agree ? [] : [differenceText(service - sure, sure)]),
  ];
  const k6 = String(sure + perhaps);
  return { what, k6, service: String(service), agree, note: reasons.join('; ') };
}

function differenceText(difference: number, of: number): string {
  const share = of > 0 ? ` (${((Math.abs(difference) / of) * 100).toFixed(2)} %)` : '';
  return difference < 0
    ? `the service misses ${-difference}${share}`
    : `the service has ${difference}${share} too many`;
}

/** A caller waits at least as long as the service takes; what it waits longer is the network's and this machine's. */
function latencyRows(
  { latency }: LoadRecord,
  { latencies }: ServiceRecord,
): readonly ComparedRow[] {
  if (latencies.length === 0) return [];
  return Object.entries(latency).map(([name, k6]) => {
    const service = percentile(latencies, Number(/\d+(\.\d+)?/.exec(name)?.[0]));
    const agree = service <= k6 + latencyToleranceMs;
    return {
      what: `${name} latency`,
      k6: `${k6.toFixed(0)} ms`,
      service: `${service.toFixed(0)} ms`,
      agree,
      note: agree
        ? `${Math.max(0, k6 - service).toFixed(0)} ms outside the service`
        : 'the service says that it took longer than its callers waited',
    };
  });
}

/** Interpolated between ranks, as k6 does it. */
function percentile(sorted: readonly number[], percent: number): number {
  const place = (percent / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? 0;
  return below + (above - below) * (place - Math.floor(place));
}
