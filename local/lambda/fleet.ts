/** All environments of this machine: who runs an invocation, when one more is started, when one is let go. */
import type { Environment } from './environment.ts';
import { type Invocation, stopped } from './invocation.ts';

/** The environments of one version of one function. */
export interface FunctionPool {
  /** Runs it in a free environment, in the one that becomes free first, or in a new one. */
  run(invocation: Invocation): void;
}

export interface Fleet {
  createPool(createEnvironment: (onAvailable: () => void) => Environment): FunctionPool;
  environments(): readonly Environment[];
  /** Lets go of environments that have been idle since before `time` (real ms). */
  reap(time: number): void;
  close(): Promise<void>;
}

interface Pool {
  readonly waiting: Invocation[];
  environments: readonly Environment[];
  readonly create: () => Environment;
}

const isIdle = ({ state }: Environment) => state === 'ready' || state === 'stopped';
const isComing = ({ state }: Environment) => state === 'starting' || state === 'finishing';

/** `maxEnvironments`: beyond that, invocations wait for each other instead of filling the machine. */
export function createFleet(maxEnvironments: number): Fleet {
  const pools: Pool[] = [];
  const environments = () => pools.flatMap((pool) => pool.environments);

  function letGo(environment: Environment): Promise<void> {
    for (const pool of pools) {
      pool.environments = pool.environments.filter((each) => each !== environment);
    }
    return environment.close();
  }

  /** At the limit, the environment that has been idle longest gives way. */
  function hasRoom(): boolean {
    const all = environments();
    if (all.length < maxEnvironments) return true;
    const [longestIdle] = all.filter(isIdle).sort((a, b) => a.idleSince - b.idleSince);
    if (!longestIdle) return false;
    void letGo(longestIdle);
    return true;
  }

  function dispatch(pool: Pool) {
    while (pool.waiting.length > 0) {
      // The oldest first, so that what a burst has left over stays idle and is reaped.
      const free =
        pool.environments.find(({ state }) => state === 'ready') ??
        pool.environments.find(({ state }) => state === 'stopped');
      if (!free) break;
      free.invoke(pool.waiting.shift()!);
    }
    const missing = pool.waiting.length - pool.environments.filter(isComing).length;
    for (let n = 0; n < missing && hasRoom(); n++) {
      const environment = pool.create();
      pool.environments = [...pool.environments, environment];
      environment.start();
    }
  }

  return {
    createPool(createEnvironment) {
      const onAvailable = () => {
        dispatch(pool);
        for (const other of pools) if (other.waiting.length > 0) dispatch(other);
      };
      const create = () => createEnvironment(onAvailable);
      const pool: Pool = { waiting: [], environments: [], create };
      pools.push(pool);
      return {
        run(invocation) {
          pool.waiting.push(invocation);
          dispatch(pool);
        },
      };
    },
    environments,
    reap(time) {
      for (const environment of environments()) {
        if (isIdle(environment) && environment.idleSince < time) void letGo(environment);
      }
    },
    async close() {
      for (const invocation of pools.flatMap(({ waiting }) => waiting.splice(0))) {
        invocation.settle(stopped);
      }
      await Promise.all(environments().map(letGo));
    },
  };
}
