/** How many invocations run, and who may not run one more. Source: AWS Lambda Developer Guide, "Configuring reserved concurrency". */

import type { ConcurrentExecutions } from './function-metrics.ts';
import type { FunctionModel } from './function-model.ts';

export interface Concurrency {
  /** Lambda's reason for refusing, or undefined. */
  refusal(fn: FunctionModel): string | undefined;
  /** `resource` is the function, alias or version as it was called. */
  enter(fn: FunctionModel, resource: string): void;
  leave(fn: FunctionModel, resource: string): void;
  of(fn: FunctionModel, resource: string): ConcurrentExecutions;
  total(): number;
}

export function createConcurrency(
  functions: readonly FunctionModel[],
  accountLimit: number,
): Concurrency {
  const running = new Map<FunctionModel | string, number>();
  const count = (key: FunctionModel | string) => running.get(key) ?? 0;
  const sum = (some: readonly FunctionModel[]) => some.reduce((total, fn) => total + count(fn), 0);
  const sharing = functions.filter((fn) => fn.reservedConcurrency === undefined);
  const reserved = functions.reduce((total, fn) => total + (fn.reservedConcurrency ?? 0), 0);

  const change = (by: 1 | -1) => (fn: FunctionModel, resource: string) => {
    running.set(fn, count(fn) + by);
    running.set(resource, count(resource) + by);
  };

  return {
    refusal(fn) {
      const { reservedConcurrency } = fn;
      if (reservedConcurrency === undefined) {
        const isFull = sum(sharing) >= accountLimit - reserved;
        return isFull ? 'ConcurrentInvocationLimitExceeded' : undefined;
      }
      const isFull = count(fn) >= reservedConcurrency;
      return isFull ? 'ReservedFunctionConcurrentInvocationLimitExceeded' : undefined;
    },
    enter: change(1),
    leave: change(-1),
    of: (fn, resource) => ({
      account: sum(functions),
      unreserved: sum(sharing),
      claimed: sum(sharing) + reserved,
      function: count(fn),
      resource: count(resource),
    }),
    total: () => sum(functions),
  };
}
