/** What CloudWatch would refuse in a query, and what it would silently do otherwise than the query seems to say. */
import { aggregates } from './aggregates.ts';
import { capped } from './period.ts';
import { type Command, type Expression, expressionsOf, type Query } from './query.ts';

export interface Finding {
  readonly rule: string;
  /** `error`: CloudWatch refuses the query. */
  readonly level: 'error' | 'warning';
  /** 0-based offset into the query. */
  readonly position: number;
  readonly message: string;
}

interface Rule {
  readonly rule: string;
  readonly level: Finding['level'];
  /** Where CloudWatch's documentation says so. */
  readonly source: string;
  readonly find: (query: Query) => Iterable<readonly [position: number, message: string]>;
}

/** @returns the findings by position; empty for a sound query */
export function checkQuery(query: Query): readonly Finding[] {
  return rules
    .flatMap(({ rule, level, find }) =>
      [...find(query)].map(([position, message]) => ({ rule, level, position, message })),
    )
    .sort((left, right) => left.position - right.position);
}

const maxLimit = 100_000;
const maxStats = 10;
const maxLength = 10_000;

const rules: readonly Rule[] = [
  {
    rule: 'query-length',
    level: 'error',
    source: 'API reference, StartQuery, queryString',
    *find({ text }) {
      if (text.length > maxLength)
        yield [maxLength, `the query is longer than ${maxLength} characters`];
    },
  },
  {
    rule: 'too-many-stats',
    level: 'error',
    source: 'user guide, "stats", several stats commands in a query',
    *find({ commands }) {
      const extra = commands.filter(({ command }) => command === 'stats')[maxStats];
      if (extra) yield [extra.start, `a query can have at most ${maxStats} stats commands`];
    },
  },
  {
    rule: 'before-stats',
    level: 'error',
    source: 'user guide, "stats", several stats commands in a query',
    *find({ commands }) {
      const last = commands.findLastIndex(({ command }) => command === 'stats');
      for (const { command, start } of commands.slice(0, Math.max(0, last))) {
        if (command === 'sort' || command === 'limit') {
          yield [start, `${command} can stand only after the last stats`];
        }
      }
    },
  },
  {
    rule: 'after-dedup',
    level: 'error',
    source: 'user guide, "dedup"',
    *find({ commands }) {
      const dedup = commands.findIndex(({ command }) => command === 'dedup');
      for (const { command, start } of dedup < 0 ? [] : commands.slice(dedup + 1)) {
        if (command !== 'limit')
          yield [start, `only limit can follow dedup: put ${command} before it`];
      }
    },
  },
  {
    rule: 'limit-too-high',
    level: 'error',
    source: 'CloudWatch Logs quotas, query results',
    *find({ commands }) {
      for (const command of commands) {
        if (command.command === 'limit' && command.count > maxLimit) {
          yield [command.start, `limit can be at most ${maxLimit}`];
        }
      }
    },
  },
  {
    rule: 'capped-period',
    level: 'warning',
    source: 'user guide, functions, "Datetime functions"',
    *find({ commands }) {
      for (const expression of commands.flatMap((command) => [...expressionsOf(command)])) {
        if (expression.kind !== 'period') continue;
        const { count, unit } = expression.period;
        const most = capped(expression.period).count;
        if (count > most)
          yield [
            expression.start,
            `CloudWatch reads ${count}${unit} as ${most}${unit}: use a larger unit`,
          ];
      }
    },
  },
  {
    rule: 'boolean-word',
    level: 'warning',
    source: 'aws-powertools/powertools-lambda-dotnet#667',
    *find({ commands }) {
      for (const field of comparedFields(commands)) {
        const word = field.path.name.toLowerCase();
        if (word === 'true' || word === 'false') {
          yield [
            field.start,
            `booleans are stored as 1 and 0: '${word}' is read as a field and never equal`,
          ];
        }
      }
    },
  },
  {
    rule: 'written-date',
    level: 'warning',
    source: 'user guide, functions, note on human-readable timestamps',
    *find({ commands }) {
      for (const { operands } of operationsOf(commands)) {
        const isTime = operands.some(
          (each) => each.kind === 'field' && each.path.name === '@timestamp',
        );
        const text = operands.find(
          (each) => each.kind === 'literal' && typeof each.value === 'string',
        );
        if (isTime && text)
          yield [
            text.start,
            'a written date is never equal: compare toMillis(@timestamp) with milliseconds',
          ];
      }
    },
  },
  {
    rule: 'like-wildcard',
    level: 'warning',
    source: 'user guide, "filter", matches and regular expressions',
    *find({ commands }) {
      for (const each of commands.flatMap((command) => [...expressionsOf(command)])) {
        if (each.kind !== 'like' || each.pattern.kind !== 'text') continue;
        if (/^%|%$/.test(each.pattern.source))
          yield [each.pattern.start, "like takes no wildcards: '%' is searched for as it is"];
      }
    },
  },
  {
    rule: 'unknown-after-stats',
    level: 'warning',
    source: 'user guide, "stats", several stats commands in a query',
    find: ({ commands }) => lostFields(commands),
  },
];

const operationsOf = (commands: readonly Command[]) =>
  commands
    .flatMap((command) => [...expressionsOf(command)])
    .filter((each) => each.kind === 'operation');

const comparedFields = (commands: readonly Command[]) =>
  operationsOf(commands)
    .filter(({ operator }) => operator === '=' || operator === '!=')
    .flatMap(({ operands }) => operands.filter((each) => each.kind === 'field'));

/** After stats only its own columns exist. */
function* lostFields(commands: readonly Command[]): Generator<readonly [number, string]> {
  let known: Set<string> | undefined;
  for (const command of commands) {
    const isStats = command.command === 'stats';
    for (const [name, start] of used(command)) {
      if (known && !known.has(name) && !known.has(name.split('.')[0] as string)) {
        const left = [...known].filter((each) => !each.startsWith('\0')).join(', ');
        yield [start, `'${name}' no longer exists after stats, only ${left} do`];
      }
    }
    const columns = 'columns' in command ? command.columns.map(({ name }) => name) : [];
    if (isStats) known = new Set([...command.by.map(({ name }) => name), ...columns]);
    else
      for (const name of [...columns, ...('names' in command ? command.names : [])])
        known?.add(name);
    // A regular expression's groups are fields, too.
    if (command.command === 'parse')
      for (const [, name] of command.pattern.source.matchAll(/\(\?P?<(\w+)>/g))
        known?.add(name as string);
  }
}

/** Fields that a command reads; columns of the same stats may use each other. */
function* used(command: Command): Generator<readonly [string, number]> {
  const own =
    command.command === 'stats'
      ? new Set(command.columns.map(({ name }) => name))
      : new Set<string>();
  for (const expression of expressionsOf(command)) {
    if (expression.kind === 'field' && !own.has(expression.path.name)) {
      yield [expression.path.name, expression.start];
    }
    if (needsTime(expression)) yield ['@timestamp', expression.start];
  }
  if (command.command === 'dedup')
    for (const { name } of command.fields) yield [name, command.start];
}

const needsTime = (expression: Expression) =>
  expression.kind === 'call' &&
  (expression.name === 'bin' || aggregates.get(expression.name)?.timed === true);
