/** Where the flight of steps ended. */
import type { ObjectiveRow } from './objective-rows.ts';

/** Requests a second: the highest step that held, and the one that broke, if one did. */
export interface BreakingPoint {
  readonly held: number;
  readonly broke?: number;
  readonly because?: string;
}

/** @returns undefined where the run has no steps */
export function breakingPoint(rows: readonly ObjectiveRow[]): BreakingPoint | undefined {
  const steps = Map.groupBy(rows, ({ phase }) => Number(/^at_(\d+)$/.exec(phase)?.[1]));
  if (steps.has(Number.NaN)) return undefined;
  let held = 0;
  for (const [rate, ofStep] of [...steps].sort(([a], [b]) => a - b)) {
    const broken = ofStep.find(({ verdict }) => verdict === 'broken');
    if (broken) return { held, broke: rate, because: `${broken.name} ${broken.measured}` };
    if (ofStep.some(({ verdict }) => verdict === 'not measured')) break;
    held = rate;
  }
  return { held };
}
