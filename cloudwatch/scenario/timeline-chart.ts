/** Each alarm's state over a scenario, drawn as a row of characters, with the notifications below it. */
import type { styleText } from 'node:util';
import type { State } from '../alarms/alarm.ts';
import type { Outcome } from '../alarms/evaluate-alarms.ts';
import { formatDuration } from './duration.ts';
import type { ScenarioResult } from './evaluate-scenario.ts';

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

const width = 72;
const glyphs = { OK: '─', ALARM: '█', INSUFFICIENT_DATA: '·' } as const;
/** What a column shows that holds several states. */
const rank = { ALARM: 2, INSUFFICIENT_DATA: 1, OK: 0 } as const;
const styles = { OK: 'green', ALARM: 'red', INSUFFICIENT_DATA: 'gray' } as const;

/**
 * Alarms that did nothing but become OK are left out, unless nothing else happened; another evaluation range gets a row
 * of its own only where it changes something.
 */
export function drawTimelines({ scenario, runs }: ScenarioResult, paint: Paint): string {
  const { start, length } = scenario;
  const columns = Math.max(1, Math.min(width, length / 60));
  const column = (time: number) =>
    Math.min(columns - 1, Math.max(0, Math.ceil((time - start) / 1000 / (length / columns)) - 1));
  const rows = runs.flatMap(({ range, outcomes }, index) => {
    const evaluated = [...outcomes].filter(([, { history }]) => history);
    const eventful = evaluated.filter(([, { history }]) => history!.transitions.length > 1);
    return (eventful.length > 0 ? eventful : evaluated)
      .filter(([key, outcome]) => index === 0 || differs(outcome, runs[0]!.outcomes.get(key)!))
      .map(([, outcome]) => ({
        outcome,
        label: outcome.alarm.name + (index > 0 ? ` (${range})` : ''),
      }));
  });
  const margin = Math.max(0, ...rows.map(({ label }) => label.length)) + 2;
  const indent = ' '.repeat(4);
  return [
    indent + ' '.repeat(margin) + scale(length, columns),
    ...rows.flatMap((row) => [
      indent + row.label.padEnd(margin) + ribbon(row.outcome, columns, column, paint),
      ...noteRows(row.outcome, columns, column).map(
        (notes) => indent + ' '.repeat(margin) + paint('dim', notes),
      ),
    ]),
    `${indent}${paint('dim', `█ ALARM  ─ OK  · INSUFFICIENT_DATA  ▲ notified  △ suppressed; one column is ${formatDuration(length / columns)}`)}`,
  ].join('\n');
}

const differs = ({ history }: Outcome, other: Outcome) =>
  JSON.stringify(history!.transitions.map(({ time, to }) => [time, to])) !==
  JSON.stringify(other.history!.transitions.map(({ time, to }) => [time, to]));

function scale(length: number, columns: number): string {
  const end = formatDuration(length);
  return `0${' '.repeat(Math.max(1, columns - 1 - end.length))}${end}`;
}

type Column = (time: number) => number;

/** A column shows the state at its end, or an ALARM that began and ended within it. */
function ribbon({ history }: Outcome, columns: number, column: Column, paint: Paint): string {
  const states = new Array<State>(columns).fill(history!.initial);
  let entered = -1;
  for (const { time, from, to } of history!.transitions) {
    const at = column(time);
    states.fill(to, at);
    if (entered === at && rank[from] > rank[to]) states[at] = from;
    entered = at;
  }
  return states.map((state) => paint(styles[state], glyphs[state])).join('');
}

function noteRows({ notifications }: Outcome, columns: number, column: Column): string[] {
  if (notifications.length === 0) return [];
  const row = new Array<string>(columns).fill(' ');
  for (const { time, suppressedBy } of notifications) {
    const at = column(time);
    if (row[at] !== '▲') row[at] = suppressedBy ? '△' : '▲';
  }
  return [row.join('').trimEnd()];
}
