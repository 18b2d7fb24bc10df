/** Every ARN that can be invoked: functions, versions and aliases, each with the environments that run it. */
import type { MetricSink } from '../../cloudwatch/metrics/metric.ts';
import type { FunctionPool } from './fleet.ts';
import { createFunctionMetrics, type FunctionMetrics } from './function-metrics.ts';
import type { FunctionModel } from './function-model.ts';

export interface Invocable {
  readonly arn: string;
  readonly fn: FunctionModel;
  readonly version: string;
  /** Shared by all ARNs of one version. */
  readonly pool: FunctionPool;
  readonly metrics: FunctionMetrics;
}

type CreatePool = (fn: FunctionModel, version: string) => FunctionPool;

/** Throws where an alias points at a version that does not exist. */
export const functionsByArn = (
  functions: readonly FunctionModel[],
  sink: MetricSink,
  createPool: CreatePool,
): ReadonlyMap<string, Invocable> =>
  new Map(
    functions.flatMap((fn) => invocables(fn, sink, createPool)).map((each) => [each.arn, each]),
  );

function invocables(fn: FunctionModel, sink: MetricSink, createPool: CreatePool) {
  const numbers = ['$LATEST', ...fn.versions];
  const pools = new Map(numbers.map((version) => [version, createPool(fn, version)]));
  const invocable = (version: string, qualifier?: string, isAlias = false): Invocable => {
    const pool = pools.get(version);
    if (!pool) {
      throw new Error(
        `The alias ${qualifier} of ${fn.name} points at version ${version}, which is not published`,
      );
    }
    const qualified = (name: string) => (qualifier ? `${name}:${qualifier}` : name);
    const metrics = createFunctionMetrics(sink, {
      FunctionName: fn.name,
      Resource: qualified(fn.name),
      ...(isAlias && { ExecutedVersion: version }),
    });
    return { arn: qualified(fn.arn), fn, version, pool, metrics };
  };
  return [
    invocable('$LATEST'),
    ...numbers.map((version) => invocable(version, version)),
    ...fn.aliases.map(({ name, version }) => invocable(version, name, true)),
  ];
}
