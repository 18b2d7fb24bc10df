/**
 * All environments of this machine: who runs an invocation, when one more is started, when one is let go.
 *
 * AWS has a core for each environment, a laptop has not: many processes at work at once only take the cores from each other.
 * So only some work at a time, and more when the cores turn out to be idle: what runs then waits for something else.
 */
import type { Environment } from './environment.ts';
import { watchCores } from './idle-cores.ts';
import { type Invocation, stopped } from './invocation.ts';
import type { Limits } from './limits.ts';

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
  environments: readonly Environment[];
  readonly create: () => Environment;
}

const isIdle = ({ state }: Environment) => state === 'ready' || state === 'stopped';
const isComing = ({ state }: Environment) => state === 'starting' || state === 'finishing';

export function createFleet(limits: Limits): Fleet {
  const pools: Pool[] = [];
  /** In order of arrival, of all functions. */
  const waiting: { readonly pool: Pool; readonly invocation: Invocation }[] = [];
  const invokedAt = new WeakMap<Environment, number>();
  let allowed = limits.maxAtWork;
  let timer: NodeJS.Timeout | undefined;
  const environments = () => pools.flatMap((pool) => pool.environments);

  const isAtWork = (environment: Environment) =>
    isComing(environment) ||
    (environment.state === 'busy' &&
      performance.now() - (invokedAt.get(environment) ?? 0) < limits.atWorkMs);
  const atWork = () => environments().filter(isAtWork).length;

  /** Looks again while calls wait or more than usual are at work. */
  function lookAgain() {
    if (timer || (waiting.length === 0 && allowed === limits.maxAtWork)) return;
    const idleShare = watchCores();
    timer = setTimeout(() => {
      timer = undefined;
      const more = waiting.length > 0 ? limits.maxAtWork : 0;
      allowed = idleShare() < limits.idleShare ? 0 : atWork() + more;
      allowed = Math.max(allowed, limits.maxAtWork);
      dispatch();
    }, limits.lookAgainMs);
  }

  function letGo(environment: Environment): Promise<void> {
    for (const pool of pools) {
      pool.environments = pool.environments.filter((each) => each !== environment);
    }
    return environment.close();
  }

  /**
   * When the machine holds no more, the environment that has been idle longest gives way, if its function has more of them to
   * spare: two busy functions would otherwise take them from each other, and start nothing but processes.
   */
  function hasRoom(pool: Pool): boolean {
    if (environments().length < limits.maxEnvironments) return true;
    const own = pool.environments.length;
    const [longestIdle] = pools
      .filter((other) => other.environments.length > (own === 0 ? 0 : own + 1))
      .flatMap((other) => other.environments.filter(isIdle))
      .sort((a, b) => a.idleSince - b.idleSince);
    if (!longestIdle) return false;
    void letGo(longestIdle);
    return true;
  }

  /** The oldest first, so that what a burst has left over stays idle and is reaped. */
  const freeOf = ({ environments }: Pool) =>
    environments.find(({ state }) => state === 'ready') ??
    environments.find(({ state }) => state === 'stopped');

  function dispatch() {
    const served = new Map<Pool, number>();
    let next = 0;
    while (next < waiting.length) {
      if (atWork() >= allowed) break;
      const { pool, invocation } = waiting[next]!;
      const free = freeOf(pool);
      if (free) {
        waiting.splice(next, 1);
        invokedAt.set(free, performance.now());
        free.invoke(invocation);
        continue;
      }
      // Each that waits has one coming, or starts one.
      const before = served.get(pool) ?? 0;
      if (pool.environments.filter(isComing).length <= before && hasRoom(pool)) {
        const environment = pool.create();
        pool.environments = [...pool.environments, environment];
        environment.start();
      }
      served.set(pool, before + 1);
      next++;
    }
    lookAgain();
  }

  return {
    createPool(createEnvironment) {
      const pool: Pool = { environments: [], create: () => createEnvironment(dispatch) };
      pools.push(pool);
      return {
        run(invocation) {
          waiting.push({ pool, invocation });
          dispatch();
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
      clearTimeout(timer);
      for (const { invocation } of waiting.splice(0)) invocation.settle(stopped);
      await Promise.all(environments().map(letGo));
    },
  };
}
