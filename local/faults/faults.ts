/** Faults that `POST /api/faults` puts into the running system: the registry that the DynamoDB proxy and Lambda ask. */
import { randomUUID } from 'node:crypto';

export const faultKinds = [
  'table-throttling',
  'table-latency',
  'table-errors',
  'function-crash',
  'function-slowness',
  'function-timeout',
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface FaultRequest {
  readonly kind: FaultKind;
  /** Share of calls that are hit, 0–1; default 1. */
  readonly rate?: number;
  /** `GET /items/{id}`: only calls made for this route; default all. */
  readonly route?: string;
  /** Real seconds until it ends by itself; default until deleted. */
  readonly durationSeconds?: number;
  /** Milliseconds, for the kinds that delay. */
  readonly delayMs?: number;
}

export interface Fault extends FaultRequest {
  readonly id: string;
  readonly startedAt: number;
}

export interface Faults {
  add(request: FaultRequest): Fault;
  /** False where no such fault is active. */
  remove(id: string): boolean;
  list(): readonly Fault[];
  /** The active fault of this kind that hits this one call of the named function (draws the rate), if any. */
  hit(kind: FaultKind, functionName: string): Fault | undefined;
}

/** `routesOf` names the routes that a function serves, from the gateway's model. */
export function createFaults(
  routesOf: (functionName: string) => readonly string[],
  random: () => number = Math.random,
  now: () => number = Date.now,
): Faults {
  const active = new Map<string, Fault>();
  const list = () => {
    for (const fault of active.values()) {
      const { durationSeconds, startedAt, id } = fault;
      if (durationSeconds !== undefined && now() >= startedAt + durationSeconds * 1000) {
        active.delete(id);
      }
    }
    return [...active.values()];
  };
  return {
    add(request) {
      const fault = { ...request, id: randomUUID(), startedAt: now() };
      active.set(fault.id, fault);
      return fault;
    },
    remove: (id) => active.delete(id),
    list,
    hit: (kind, functionName) =>
      active.size === 0
        ? undefined
        : list().find(
            (fault) =>
              fault.kind === kind &&
              (fault.route === undefined || routesOf(functionName).includes(fault.route)) &&
              random() < (fault.rate ?? 1),
          ),
  };
}
