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
  /** Each with its place among all that ever came. */
  readonly waiting: { readonly invocation: Invocation; readonly place: number }[];
  environments: readonly Environment[];
  readonly create: () => Environment;
}

const isIdle = ({ state }: Environment) => state === 'ready' || state === 'stopped';
const isComing = ({ state }: Environment) => state === 'starting' || state === 'finishing';

/** `maxEnvironments`: beyond that, invocations wait for each other instead of filling the machine. */
export function createFleet(maxEnvironments: number): Fleet {
  const pools: Pool[] = [];
  let arrivals = 0;
  const environments = () => pools.flatMap((pool) => pool.environments);

  function letGo(environment: Environment): Promise<void> {
    for (const pool of pools) {
      pool.environments = pool.environments.filter((each) => each !== environment);
    }
    return environment.close();
  }

  /**
   * At the limit, the environment that has been idle longest gives way, if its function has more of them to spare: two
   * busy functions would otherwise take them from each other, and start nothing but processes.
   */
  function hasRoom(pool: Pool): boolean {
    const all = environments();
    if (all.length < maxEnvironments) return true;
    const own = pool.environments.length;
    const [longestIdle] = pools
      .filter((other) => other.environments.length > (own === 0 ? 0 : own + 1))
      .flatMap((other) => other.environments.filter(isIdle))
      .sort((a, b) => a.idleSince - b.idleSince);
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
      free.invoke(pool.waiting.shift()!.invocation);
    }
    const missing = pool.waiting.length - pool.environments.filter(isComing).length;
    for (let n = 0; n < missing && hasRoom(pool); n++) {
      const environment = pool.create();
      pool.environments = [...pool.environments, environment];
      environment.start();
    }
  }

  return {
    createPool(createEnvironment) {
      const onAvailable = () => {
        // Who came first, of this function and of those without an environment: a busy function would keep what becomes
        // free for itself for ever.
        const [first = pool] = pools
          .filter((each) => each.waiting.length > 0)
          .filter((each) => each === pool || each.environments.length === 0)
          .sort((a, b) => a.waiting[0]!.place - b.waiting[0]!.place);
        for (const each of [first, pool, ...pools]) if (each.waiting.length > 0) dispatch(each);
      };
      const create = () => createEnvironment(onAvailable);
      const pool: Pool = { waiting: [], environments: [], create };
      pools.push(pool);
      return {
        run(invocation) {
          pool.waiting.push({ invocation, place: arrivals++ });
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
      for (const { invocation } of pools.flatMap(({ waiting }) => waiting.splice(0))) {
        invocation.settle(stopped);
      }
      await Promise.all(environments().map(letGo));
    },
  };
}
