/** The environments of one version of one function: who runs an invocation, when one more is started, when one is let go. */
import type { Environment } from './environment.ts';
import { type Invocation, stopped } from './invocation.ts';

export interface FunctionPool {
  readonly environments: readonly Environment[];
  /** Runs it in a free environment, in one that becomes free, or in a new one. */
  run(invocation: Invocation): void;
  /** Lets go of environments that have been idle since before `time` (real ms). */
  reap(time: number): void;
  close(): Promise<void>;
}

const isComing = ({ state }: Environment) => state === 'starting' || state === 'finishing';

export function createFunctionPool(
  createEnvironment: (onAvailable: () => void) => Environment,
): FunctionPool {
  const waiting: Invocation[] = [];
  let environments: readonly Environment[] = [];

  /** The oldest first, so that what a burst has left over stays idle and is reaped. */
  const free = () =>
    environments.find(({ state }) => state === 'ready') ??
    environments.find(({ state }) => state === 'stopped');

  function dispatch() {
    while (waiting.length > 0) {
      const environment = free();
      if (!environment) break;
      environment.invoke(waiting.shift()!);
    }
    for (let coming = environments.filter(isComing).length; coming < waiting.length; coming++) {
      const environment = createEnvironment(dispatch);
      environments = [...environments, environment];
      void environment.start();
    }
  }

  return {
    get environments() {
      return environments;
    },
    run(invocation) {
      waiting.push(invocation);
      dispatch();
    },
    reap(time) {
      const idle = environments.filter(
        ({ state, idleSince }) => (state === 'ready' || state === 'stopped') && idleSince < time,
      );
      environments = environments.filter((environment) => !idle.includes(environment));
      for (const environment of idle) void environment.close();
    },
    async close() {
      for (const invocation of waiting.splice(0)) invocation.settle(stopped);
      await Promise.all(environments.map((environment) => environment.close()));
      environments = [];
    },
  };
}
