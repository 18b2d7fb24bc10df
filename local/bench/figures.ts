/** Figures beside their goals: one table, so that a regression is seen where it happens. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: number;
  /** Default: the value must not be above the goal. */
  readonly atLeast?: true;
}

const text = (value: number) => Number(value.toPrecision(3)).toLocaleString('en');

/** Prints the table. A figure that misses its goal is marked, never a failure: machines are noisy. */
export function printFigures(title: string, figures: readonly Figure[]): void {
  const rows = figures.map(({ what, value, unit, goal, atLeast }) => ({
    what,
    value: `${text(value)} ${unit}`,
    goal: `${atLeast ? '≥' : '≤'} ${text(goal)} ${unit}`,
    mark: (atLeast ? value >= goal : value <= goal) ? 'ok' : 'MISSED',
  }));
  const width = (key: 'what' | 'value' | 'goal') => Math.max(...rows.map((row) => row[key].length));
  console.log(`\n${title}`);
  for (const row of rows) {
    const { what, value, goal, mark } = row;
    console.log(
      `  ${what.padEnd(width('what'))}  ${value.padStart(width('value'))}  ${goal.padStart(width('goal'))}  ${mark}`,
    );
  }
}
