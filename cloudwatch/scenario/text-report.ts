/** Results for people: what failed, where, and what happened instead. */
import { styleText } from 'node:util';
import { formatDuration } from './duration.ts';
import type { Failure, ScenarioResult, Sensitivity } from './evaluate-scenario.ts';
import { drawTimelines } from './timeline-chart.ts';

export interface TextOptions {
  readonly color: boolean;
  readonly timeline: boolean;
}

type Style = Parameters<typeof styleText>[0];

export function textReport(
  results: readonly ScenarioResult[],
  { color, timeline }: TextOptions,
): string {
  const paint = (style: Style, text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const lines = results.flatMap((result) => [
    `${result.ok ? paint('green', '✓') : paint('red', '✗')} ${result.scenario.name} ${paint('dim', `(${formatDuration(result.scenario.length)})`)}`,
    ...result.failures.map((failure) => describe(failure, paint('red', '✗'))),
    ...result.sensitive.map((flagged) => describe(flagged, paint('yellow', title(flagged)))),
    ...(timeline ? [drawTimelines(result, paint)] : []),
  ]);
  return [...lines, '', summary(results), ...notEvaluated(results), ''].join('\n');
}

const title = ({ reading }: Sensitivity) =>
  reading === 'evaluationRange' ? 'RANGE-SENSITIVE' : 'READING-SENSITIVE (fillEmptySeries)';

const describe = ({ file, line, expectation, message }: Failure, mark: string) =>
  `    ${mark} ${file}:${line}: ${expectation}: ${message}`;

function summary(results: readonly ScenarioResult[]): string {
  const failed = results.filter(({ ok }) => !ok).length;
  const sensitive = results.filter((result) => result.sensitive.length > 0).length;
  const parts = [
    `${results.length - failed} of ${results.length} scenarios hold`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(sensitive > 0 ? [`${sensitive} depend on what AWS does not document`] : []),
  ];
  return `${parts.join(', ')}. Results are per AWS documentation.`;
}

/** Alarms that no scenario could evaluate; what is refused is never passed over in silence. */
export function refusedAlarms(results: readonly ScenarioResult[]) {
  const refused = new Map<string, { readonly alarm: string; readonly reason: string }>();
  for (const { runs } of results) {
    for (const [key, { alarm, notEvaluated: reason }] of runs[0]?.outcomes ?? []) {
      if (reason) refused.set(`${key} ${reason}`, { alarm: alarm.name, reason });
    }
  }
  return [...refused.values()];
}

const notEvaluated = (results: readonly ScenarioResult[]) =>
  refusedAlarms(results).map(({ alarm, reason }) => `Not evaluated: ${alarm}: ${reason}`);
