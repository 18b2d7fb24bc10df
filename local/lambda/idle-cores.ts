import { cpus } from 'node:os';

const timesOfCores = () => {
  const times = cpus().map(({ times }) => times);
  const sum = (all: readonly number[]) => all.reduce((total, each) => total + each, 0);
  return {
    idle: sum(times.map(({ idle }) => idle)),
    all: sum(times.flatMap((each) => Object.values(each))),
  };
};

/** @returns asks for the share of the time since the call in which the machine's cores had nothing to do, 0 to 1 */
export function watchCores(): () => number {
  const before = timesOfCores();
  return () => {
    const { idle, all } = timesOfCores();
    return (idle - before.idle) / Math.max(1, all - before.all);
  };
}
