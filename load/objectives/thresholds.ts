/** The objectives as k6 takes them. */
import type { Threshold } from 'k6/options';
import type { LoadObjective } from './load-objectives.ts';

/** An objective that is not judged keeps a threshold that always holds: k6 reports a tagged metric only where it has one. */
export function thresholds(objectives: readonly LoadObjective[]): Record<string, Threshold[]> {
  return Object.fromEntries(objectives.map((objective) => [objective.metric, of(objective)]));
}

export const expressionOf = ({ aggregate, comparison, limit }: LoadObjective): string =>
  comparison ? `${aggregate}${comparison}${limit}` : `${aggregate}>=0`;

function of(objective: LoadObjective): Threshold[] {
  const { abort, comparison } = objective;
  const threshold = expressionOf(objective);
  if (!abort) return [threshold];
  const aborting = {
    threshold: `${abort.aggregate}${comparison}${abort.limit}`,
    abortOnFail: true,
    delayAbortEval: `${abort.afterSeconds}s`,
  };
  return aborting.threshold === threshold ? [aborting] : [threshold, aborting];
}
