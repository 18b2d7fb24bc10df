/**
 * CloudWatch Logs Insights, offline: one query over log events. What CloudWatch would refuse is refused; what it bends
 * silently is done as it does it, with a warning.
 *
 * Not documented, and read so here: without `sort`, events come newest first and groups as they are first met; `stats`
 * over no events yields no row; events without a field to group by form a group of their own.
 */
import { SourceError } from '../syntax/source-error.ts';
import { checkQuery, type Finding } from './check-query.ts';
import type { Scope } from './compile-expression.ts';
import { parseQuery } from './parse-query.ts';
import { compileExtract } from './pattern.ts';
import type { Column, Command, FieldPath, Query } from './query.ts';
import { type LogEvent, Row } from './row.ts';
import { compileStage } from './stages.ts';
import { display } from './value.ts';

export type { LogEvent } from './row.ts';

export interface QueryResult {
  /** The columns, in order. */
  readonly fields: readonly string[];
  /** One value per column; null where the field is missing. Times are texts, `2026-01-05 00:00:00.000`. */
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
  readonly statistics: {
    /** Events that passed the filters before the first sort, limit, dedup or stats. */
    readonly recordsMatched: number;
    readonly recordsScanned: number;
    readonly bytesScanned: number;
  };
  readonly warnings: readonly Finding[];
}

export interface QueryOptions {
  /** What `now()` tells, ms since the epoch; default is the time of the newest event. */
  readonly now?: number;
}

/** Source: CloudWatch Logs quotas, results of a query without `limit`. */
const defaultLimit = 10_000;

/** @throws SourceError with the position, for what cannot be read or what CloudWatch would refuse */
export function runQuery(
  text: string,
  events: Iterable<LogEvent>,
  options: QueryOptions = {},
): QueryResult {
  const query = parseQuery(text);
  const findings = checkQuery(query);
  const refusal = findings.find(({ level }) => level === 'error');
  if (refusal) throw new SourceError(text, refusal.position, refusal.message);

  const given = [...events].sort((left, right) => right.timestamp - left.timestamp);
  const scope: Scope = { text, now: options.now ?? given[0]?.timestamp ?? 0 };
  const stages = query.commands.map((command) => compileStage(command, scope));
  const firstSettling = query.commands.findIndex(({ command }) => settles.has(command));
  const settling = firstSettling < 0 ? stages.length : firstSettling;
  const run = (rows: Iterable<Row>, some: typeof stages) => [
    ...some.reduce((before, stage) => stage(before), rows),
  ];
  const matched = run(
    given.map((event) => new Row(event)),
    stages.slice(0, settling),
  );
  const hasLimit = query.commands.some(({ command }) => command === 'limit');
  const rows = run(matched, stages.slice(settling)).slice(0, hasLimit ? undefined : defaultLimit);
  const columns = columnsOf(query);
  return {
    fields: columns.map(({ name }) => name),
    rows: rows.map((row) =>
      Object.fromEntries(columns.map((path) => [path.name, display(row.get(path))])),
    ),
    statistics: {
      recordsMatched: matched.length,
      recordsScanned: given.length,
      bytesScanned: given.reduce((bytes, { message }) => bytes + Buffer.byteLength(message), 0),
    },
    warnings: findings,
  };
}

/** Commands after which rows are no longer the events that matched. */
const settles = new Set<Command['command']>(['stats', 'sort', 'limit', 'dedup']);

const named = (name: string): FieldPath => ({ name, segments: [name] });
const pathOf = ({ name, expression }: Column): FieldPath =>
  expression.kind === 'field' && expression.path.name === name ? expression.path : named(name);

/** The last `display` decides; else the `fields` since the last `stats`; else what `stats` made, or the whole event. */
function columnsOf({ text, commands }: Query): readonly FieldPath[] {
  let made = ['@timestamp', '@message'].map(named);
  let chosen: FieldPath[] = [];
  let displayed: FieldPath[] | undefined;
  for (const command of commands) {
    if (command.command === 'stats') {
      made = [...command.by, ...command.columns].map(({ name }) => named(name));
      [chosen, displayed] = [[], undefined];
    } else if (command.command === 'parse') {
      made = union(made, compileExtract(text, command.pattern, command.names).names.map(named));
    } else if (command.command === 'display') {
      displayed = command.columns.map(pathOf);
    } else if (command.command === 'fields') {
      chosen = union(chosen, command.columns.map(pathOf));
    }
  }
  return displayed ?? (chosen.length ? chosen : made);
}

const union = (left: readonly FieldPath[], right: readonly FieldPath[]): FieldPath[] => [
  ...new Map([...left, ...right].map((path) => [path.name, path])).values(),
];
