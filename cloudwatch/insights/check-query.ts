/** What CloudWatch would refuse in a query, and what it would silently do otherwise than the query seems to say. */
import { aggregates } from './aggregates.ts';
import { capped } from './period.ts';
import { type Command, type Expression, expressionsOf, type Of, type Query } from './query.ts';

export interface Finding {
  readonly rule: string;
  /** `error`: CloudWatch refuses the query. */
  readonly level: 'error' | 'warning';
  /** 0-based offset into the query. */
  readonly position: number;
  readonly message: string;
}

type Found = readonly [position: number, message: string];
type Find = (query: Query, expressions: readonly Expression[]) => readonly Found[];

/** @returns the findings by position; empty for a sound query */
export function checkQuery(query: Query): readonly Finding[] {
  const expressions = query.commands.flatMap(expressionsOf);
  const findings = (level: Finding['level'], rules: Readonly<Record<string, Find>>) =>
    Object.entries(rules).flatMap(([rule, find]) =>
      find(query, expressions).map(([position, message]) => ({ rule, level, position, message })),
    );
  return [...findings('error', refusals), ...findings('warning', warnings)].sort(
    (left, right) => left.position - right.position,
  );
}

const maxLimit = 100_000;
const maxStats = 10;
const maxLength = 10_000;

const isStats = ({ command }: Command) => command === 'stats';

const refusals: Readonly<Record<string, Find>> = {
  /** API reference, StartQuery, queryString. */
  'query-length': ({ text }) =>
    text.length > maxLength
      ? [[maxLength, `the query is longer than ${maxLength} characters`]]
      : [],
  /** User guide, "stats", several stats commands in a query. */
  'too-many-stats': ({ commands }) =>
    commands
      .filter(isStats)
      .slice(maxStats, maxStats + 1)
      .map(({ start }) => [start, `a query can have at most ${maxStats} stats commands`]),
  /** Ibidem. */
  'before-stats': ({ commands }) =>
    commands
      .slice(0, Math.max(0, commands.findLastIndex(isStats)))
      .filter(({ command }) => command === 'sort' || command === 'limit')
      .map(({ command, start }) => [start, `${command} can stand only after the last stats`]),
  /** User guide, "dedup". */
  'after-dedup': ({ commands }) => {
    const dedup = commands.findIndex(({ command }) => command === 'dedup');
    return (dedup < 0 ? [] : commands.slice(dedup + 1))
      .filter(({ command }) => command !== 'limit')
      .map(({ command, start }) => [
        start,
        `only limit can follow dedup: put ${command} before it`,
      ]);
  },
  /** CloudWatch Logs quotas, query results. */
  'limit-too-high': ({ commands }) =>
    commands
      .filter((each) => each.command === 'limit' && each.count > maxLimit)
      .map(({ start }) => [start, `limit can be at most ${maxLimit}`]),
};

const warnings: Readonly<Record<string, Find>> = {
  /** User guide, functions, "Datetime functions". */
  'capped-period': (_, expressions) =>
    of('period', expressions).flatMap(({ period, start }) => {
      const { count, unit } = period;
      const most = capped(period).count;
      return count > most
        ? [[start, `CloudWatch reads ${count}${unit} as ${most}${unit}: use a larger unit`]]
        : [];
    }),
  /** aws-powertools/powertools-lambda-dotnet#667. */
  'boolean-word': (_, expressions) =>
    of('operation', expressions)
      .filter(({ name }) => name === '=' || name === '!=')
      .flatMap(({ operands }) => of('field', operands))
      .filter(({ path }) => /^(true|false)$/i.test(path.name))
      .map(({ path, start }) => [
        start,
        `booleans are stored as 1 and 0: '${path.name.toLowerCase()}' is read as a field and never equal`,
      ]),
  /** User guide, functions, note on human-readable timestamps. */
  'written-date': (_, expressions) =>
    of('operation', expressions)
      .flatMap(({ operands: [subject, ...others] }) =>
        isTime(subject!) ? others : others.some(isTime) ? [subject!] : [],
      )
      .flatMap((each) => of('literal', [each]))
      .filter(({ value }) => typeof value === 'string')
      .map(({ start }) => [
        start,
        'a written date is never equal: compare toMillis(@timestamp) with milliseconds',
      ]),
  /** User guide, "filter", matches and regular expressions. */
  'like-wildcard': (_, expressions) =>
    of('pattern', expressions)
      .filter(({ isRegex, source }) => !isRegex && /^%|%$/.test(source))
      .map(({ start }) => [start, "like takes no wildcards: '%' is searched for as it is"]),
  /** User guide, "stats", several stats commands in a query. */
  'unknown-after-stats': ({ commands }) => lostFields(commands),
};

const of = <Kind extends Expression['kind']>(kind: Kind, all: readonly Expression[]) =>
  all.filter((each): each is Of<Kind> => each.kind === kind);

const isTime = (each: Expression) => each.kind === 'field' && each.path.name === '@timestamp';

/** After stats only its own columns exist, and what later commands make. */
function lostFields(commands: readonly Command[]): readonly Found[] {
  const lost: Found[] = [];
  let known: Set<string> | undefined;
  for (const command of commands) {
    for (const [start, name] of known ? fieldsUsed(command) : []) {
      if (known!.has(name) || known!.has(name.split('.')[0]!)) continue;
      lost.push([
        start,
        `'${name}' no longer exists after stats, only ${[...known!].join(', ')} do`,
      ]);
    }
    if (isStats(command)) known = new Set();
    for (const name of fieldsMade(command)) known?.add(name);
  }
  return lost;
}

/** Columns of the same stats may use each other. */
function fieldsUsed(command: Command): readonly Found[] {
  const own = command.command === 'stats' ? command.columns.map(({ name }) => name) : [];
  const dedup = command.command === 'dedup' ? command.fields : [];
  const expressions = expressionsOf(command);
  return [
    ...of('field', expressions)
      .filter(({ path }) => !own.includes(path.name))
      .map(({ path, start }): Found => [start, path.name]),
    ...of('call', expressions)
      .filter(({ name }) => name === 'bin' || aggregates.get(name)?.isTimed)
      .map(({ start }): Found => [start, '@timestamp']),
    ...dedup.map(({ name }): Found => [command.start, name]),
  ];
}

/** A regular expression's groups are fields, too. */
function fieldsMade(command: Command): readonly string[] {
  const columns = 'columns' in command ? command.columns : [];
  const by = command.command === 'stats' ? command.by : [];
  const parsed =
    command.command === 'parse'
      ? [
          ...command.names,
          ...[...command.pattern.source.matchAll(/\(\?P?<(\w+)>/g)].map(([, name]) => name!),
        ]
      : [];
  return [...[...by, ...columns].map(({ name }) => name), ...parsed];
}
