/** What the command ends with on the terminal. */
import type { Failure } from '../journey/run-settings.ts';
import type { ObjectiveRow } from '../verdict/objective-rows.ts';
import type { Verdict } from '../verdict/verdict.ts';

const failuresShown = 8;

/** Why the comparison has more requests than the objectives. */
export const everyRequest =
  'Both sides count every request: besides the load, the first of each route, the lead-in and the clean-up, which no objective judges.';

export function textReport(verdict: Verdict): string {
  const { objectives, sides = [], notCompared, messages, headline } = verdict;
  const blocks = [
    columns([
      ['objective', 'goal', 'measured', 'verdict'],
      ...objectives.map((row) => [nameOf(row), row.goal, row.measured, verdictText(row)]),
    ]),
    sides.length > 0
      ? [
          everyRequest,
          ...columns([
            ['both sides', 'k6', 'service', ''],
            ...sides.map((row) => [
              row.what,
              row.k6,
              row.service,
              [row.agree ? 'agree' : 'DISAGREE', row.note].filter(Boolean).join(': '),
            ]),
            ...(sides.some(({ agree }) => !agree)
              ? [['', '', '', 'read runbooks/telemetry-broken.md']]
              : []),
          ]),
        ]
      : [],
    notCompared ? [`Both sides were not compared: ${notCompared}`] : [],
    failureLines(messages.failures),
    messages.cleaned ? [cleanUpLine(messages.cleaned)] : [],
    [headline],
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

export const nameOf = ({ name, phase }: ObjectiveRow): string =>
  phase.startsWith('at_') ? `${phase.slice(3)}/s: ${name}` : name;

export const verdictText = ({ verdict, runbook, note }: ObjectiveRow): string =>
  [
    verdict === 'broken' ? 'BROKEN' : verdict,
    ...(note ? [note] : []),
    ...(runbook ? [`read ${runbook}`] : []),
  ].join(': ');

/**
 * One line for each route and status, wrong answers before failures of the service, and those before none at all. A
 * sampled trace is worth more than one that is not kept.
 */
function failureLines(failures: readonly Failure[]): readonly string[] {
  const weight = ({ status }: Failure) => (status === 0 ? 2 : Number(status >= 500));
  const sorted = failures.toSorted((a, b) => weight(a) - weight(b));
  const kinds = [...Map.groupBy(sorted, ({ route, status, what }) => `${route} ${status} ${what}`)];
  const lines = kinds.slice(0, failuresShown).map(([, members]) => {
    const { route, status, what, requestId, traceId, sampled } =
      members.find((one) => one.sampled) ?? (members[0] as Failure);
    const answer = status === 0 ? `no answer (${what})` : `${status}, ${what}`;
    const times = members.length === 1 ? 'once or more' : `${members.length} times or more`;
    const ids = [
      `trace ${traceId}${sampled ? ' (sampled)' : ''}`,
      ...(requestId ? [`request ${requestId}`] : []),
    ];
    return `  ${route}: ${answer}; ${times}; ${ids.join(', ')}`;
  });
  return lines.length > 0 ? ['Unexpected answers, the first of each kind:', ...lines] : [];
}

const cleanUpLine = ({ deleted, left }: { deleted: number; left: boolean }) =>
  left
    ? `Clean-up: ${deleted} items deleted; what is left expires within a day.`
    : `Clean-up: ${deleted} items deleted, none left.`;

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
