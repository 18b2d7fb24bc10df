/** A command as a list of steps. A dry run prints the same list and runs those that need no account. */
export interface Step {
  readonly title: string;
  readonly run: () => Promise<void>;
  /** Needs no credentials and changes nothing: a dry run runs it too. */
  readonly offline?: true;
}

export interface RunOptions {
  readonly dryRun: boolean;
  readonly say: (line: string) => void;
}

/**
 * A real run ends at the first step that fails; a dry run goes on, to show the whole list, and fails at its end.
 * @throws Error of one line for each step that failed, which names it
 */
export async function runSteps(steps: readonly Step[], { dryRun, say }: RunOptions): Promise<void> {
  const failures: string[] = [];
  for (const [index, { title, run, offline }] of steps.entries()) {
    const skipped = dryRun && !offline;
    say(`${index + 1}/${steps.length} ${title}${skipped ? ' (not in a dry run)' : ''}`);
    try {
      if (!skipped) await run();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      failures.push(`step ${index + 1}, ${title}, failed: ${reason}`);
      if (!dryRun) break;
    }
  }
  if (failures.length > 0) {
    throw new Error(failures.join('\n'));
  }
}
