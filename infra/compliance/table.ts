/** The gate's result for a reader: what fails first, then what is allowed and why, folded over configurations. */
import type { GateResult } from './gate.ts';

export function table({ configurations, findings, suppressed }: GateResult): string {
  const failures = fold(
    configurations,
    findings.map((finding) => ({ ...finding, why: finding.message })),
  );
  const allowed = fold(
    configurations,
    suppressed.map(({ finding, by }) => ({
      ...finding,
      why: `${by.reason} Review by ${by.review}.`,
    })),
  );
  return [
    ...(failures.length > 0 ? ['FAILED', ...failures, ''] : []),
    'ALLOWED by infra/compliance/suppressions.ts',
    ...allowed,
    '',
    `${configurations.length} configurations, ${suppressed.length} allowed findings, ${findings.length} failures`,
  ].join('\n');
}

interface Row {
  readonly configuration: string;
  readonly rule: string;
  readonly path: string;
  readonly why: string;
}

/** One block per rule and reason, with the paths and the configurations that it stands for. */
function fold(all: readonly string[], rows: readonly Row[]): readonly string[] {
  const groups = Map.groupBy(rows, ({ rule, why }) => `${rule}  ${why}`);
  return [...groups].map(([title, members]) => {
    const paths = unique(members.map(({ path }) => path)).join('\n      ');
    const names = unique(members.map(({ configuration }) => configuration));
    const where = names.length === all.length ? 'every configuration' : names.join(', ');
    return `  ${title}\n      ${paths}\n      in ${where}`;
  });
}

const unique = (names: readonly string[]) => [...new Set(names)];
