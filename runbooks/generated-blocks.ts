/**
 * The parts of Markdown that stand between `<!-- generated: name -->` and `<!-- /generated -->`: whatever the contract or
 * a runbook's front matter says already, so that no number and no query is written twice.
 */
import { type AlarmId, alarms } from '../services/contract/alarms.ts';
import {
  type BurnWindow,
  burnThreshold,
  burnWindows,
  objectives,
  sloWindowSeconds,
  windowName,
} from '../services/contract/slo.ts';
import type { Runbook, RunbookQuery } from './front-matter.ts';

type Objective = keyof typeof objectives;
type Severity = BurnWindow['severity'];

const percent = (share: number) => `${Number((share * 100).toPrecision(6))} %`;
const days = sloWindowSeconds / 86_400;
const { availability, latency } = objectives;

const promises: Readonly<Record<Objective, string>> = {
  availability: `${percent(availability.target)} of the requests within ${days} days are not answered with a 5xx`,
  latency: `${percent(latency.target)} of the requests within ${days} days are answered within ${latency.thresholdMs} ms`,
};

const table = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...body] = rows.map((cells) => `| ${cells.join(' | ')} |`);
  return [head, `|${'---|'.repeat(rows[0]?.length ?? 0)}`, ...body].join('\n');
};

const shorter = ({ shortSeconds }: BurnWindow) => shortSeconds.map(windowName).join(' and ');

const windowsOf = (severity: Severity): readonly BurnWindow[] =>
  burnWindows.filter((window) => window.severity === severity);

/** The windows of one burn alarm. */
function burnTable(objective: Objective, severity: Severity): string {
  const { target, minimumBadEvents } = objectives[objective];
  return [
    `The objective: ${promises[objective]}. The alarm is on while, of the last …`,
    '',
    table([
      ['long window', 'and still of the last', 'more than', 'which is', 'and spends'],
      ...windowsOf(severity).map((window) => [
        windowName(window.longSeconds),
        shorter(window),
        `${percent(burnThreshold(window.burnRate, target))} are bad`,
        `${window.burnRate} times what is allowed`,
        `${percent(window.budget)} of the budget in ${windowName(window.longSeconds)}`,
      ]),
    ]),
    '',
    `Fewer than ${minimumBadEvents[severity]} bad requests in a window are never enough.`,
  ].join('\n');
}

function objectivesTable(): string {
  const burning = (objective: Objective, severity: Severity) =>
    windowsOf(severity)
      .map(
        (window) =>
          `${percent(burnThreshold(window.burnRate, objectives[objective].target))} over ${windowName(window.longSeconds)} and ${shorter(window)}`,
      )
      .join(', or ');
  return table([
    ['objective', 'promise', 'pages when more are bad than', 'writes a ticket at'],
    ...(Object.keys(objectives) as Objective[]).map((objective) => [
      objective,
      promises[objective],
      burning(objective, 'page'),
      burning(objective, 'ticket'),
    ]),
  ]);
}

/** A query as one pastes it, under the name under which it is saved. */
const queryBlock = (alarm: AlarmId, { id, logGroups, query }: RunbookQuery) =>
  `\`${id}\` (saved as \`manara-<stage>/${alarm}/${id}\`; logs: ${logGroups.join(', ')})\n\n\`\`\`\n${query.trim()}\n\`\`\``;

function queries({ alarm, queries: all }: Runbook): string {
  if (all.length === 0) return 'No log holds the answer: there are no queries.';
  return all.map((query) => queryBlock(alarm, query)).join('\n\n');
}

function slo({ alarm, file }: Runbook): string {
  const [, objective, kind] = /^api-(availability|latency)-(burn|erosion)$/.exec(alarm) ?? [];
  if (!objective) throw new Error(`${file}: ${alarm} watches no objective: it has no block slo`);
  return burnTable(objective as Objective, kind === 'burn' ? 'page' : 'ticket');
}

function index(runbooks: readonly Runbook[]): string {
  const rank = ['page', 'ticket', 'none'];
  const sorted = [...runbooks].sort(
    (a, b) => rank.indexOf(a.severity) - rank.indexOf(b.severity) || (a.alarm < b.alarm ? -1 : 1),
  );
  const meaning = ({ text }: Runbook) =>
    /^# .*\n\n(.+(?:\n.+)*)/m.exec(text)?.[1]?.replace(/\n/g, ' ') ?? '';
  return table([
    ['alarm', 'severity', 'what it says'],
    ...sorted.map((runbook) => [
      `[${runbook.alarm}](${runbook.alarm}.md)`,
      alarms[runbook.alarm].severity,
      meaning(runbook),
    ]),
  ]);
}

export interface BlockContext {
  readonly runbooks: readonly Runbook[];
  /** The runbook that the text is of, where it is one. */
  readonly runbook: Runbook | undefined;
}

const ofRunbook = { slo, queries };
const ofAll = { objectives: objectivesTable, index };

const block = /(<!-- generated: ([\w-]+) -->\n).*?(<!-- \/generated -->)/gs;

/** The text with every block as it ought to be. @throws Error of one line for a block that nobody can generate */
export const regenerate = (text: string, { runbooks, runbook }: BlockContext): string =>
  text.replace(block, (_, opening: string, name: string, closing: string) => {
    if (Object.hasOwn(ofAll, name)) {
      return `${opening}\n${ofAll[name as keyof typeof ofAll](runbooks)}\n\n${closing}`;
    }
    if (runbook && Object.hasOwn(ofRunbook, name)) {
      return `${opening}\n${ofRunbook[name as keyof typeof ofRunbook](runbook)}\n\n${closing}`;
    }
    throw new Error(`${runbook?.file ?? 'Markdown'}: there is no block ${name} to generate here`);
  });
