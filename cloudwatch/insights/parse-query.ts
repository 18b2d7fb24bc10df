/** Text of a Logs Insights query → its commands. Source: CloudWatch Logs user guide, "CloudWatch Logs Insights query syntax". */
import { didYouMean } from '../nearest-name.ts';
import { fieldPath, openParser, type Parser, readPattern, unquote } from './parse-expression.ts';
import type { Column, Command, Query, SortKey } from './query.ts';

/** What follows the name of each command. */
const readers: Readonly<Record<string, (parser: Parser, start: number) => Command>> = {
  fields: (parser, start) => ({ command: 'fields', columns: columns(parser), start }),
  display: (parser, start) => ({ command: 'display', columns: columns(parser), start }),
  filter: (parser, start) => ({ command: 'filter', condition: parser.expression(), start }),
  parse(parser, start) {
    const from = parser.token.start;
    const path = fieldPath(name(parser, 'a field is expected after parse'));
    const pattern = readPattern(parser, 'parse');
    const names = parser.take('as') ? parser.items(() => alias(parser)) : [];
    const subject = { kind: 'field', path, start: from } as const;
    return { command: 'parse', subject, pattern, names, start };
  },
  stats(parser, start) {
    const made = columns(parser);
    const by = parser.take('by') ? columns(parser) : [];
    return { command: 'stats', columns: made, by, start };
  },
  sort: (parser, start) => ({ command: 'sort', keys: parser.items(() => sortKey(parser)), start }),
  limit: (parser, start) => ({ command: 'limit', count: wholeNumber(parser), start }),
  dedup(parser, start) {
    const fields = parser.items(() => fieldPath(name(parser, 'a field is expected')));
    return { command: 'dedup', fields, start };
  },
  source(parser, start) {
    const logGroups = parser.items(() =>
      unquote(textOf(parser, 'string', 'a quoted log group is expected')),
    );
    return { command: 'source', logGroups, start };
  },
};

/** Commands that CloudWatch has and this engine has not. */
const unmodelled = new Set([
  ...['addtotals', 'anomaly', 'diff', 'expand', 'filterindex', 'join', 'lookup', 'pattern'],
  ...['relevantfields', 'unmask', 'unnest'],
]);

/** @throws SourceError with the position, and the nearest known name where a name is unknown */
export function parseQuery(text: string): Query {
  const parser = openParser(text);
  const commands: Command[] = [];
  do commands.push(readCommand(parser));
  while (parser.take('|'));
  parser.end();
  return { text, commands };
}

function readCommand(parser: Parser): Command {
  const { kind, text, start } = parser.advance();
  const word = text.toLowerCase();
  const reader = Object.hasOwn(readers, word) ? readers[word] : undefined;
  if (reader) return reader(parser, start);
  if (kind === 'end') return parser.fail('a command is expected', { start });
  if (unmodelled.has(word)) {
    return parser.fail(`the command '${text}' is not modelled here`, { start });
  }
  const hint = didYouMean(word, Object.keys(readers));
  return parser.fail(`'${text}' is no command${hint ? `: ${hint}` : ''}`, { start });
}

const columns = (parser: Parser): Column[] =>
  parser.items(() => {
    const from = parser.token.start;
    const expression = parser.expression();
    // A column without an alias is named as it is written.
    const written = parser.source.slice(from, parser.token.start).replace(/#[^\n]*/g, ' ');
    const column = expression.kind === 'field' ? expression.path.name : written;
    const given = parser.take('as') && alias(parser);
    return { name: given || column.replace(/\s+/g, ' ').trim(), expression };
  });

function sortKey(parser: Parser): SortKey {
  const expression = parser.expression();
  const descending = Boolean(parser.take('desc'));
  if (!descending) parser.take('asc');
  return { expression, descending };
}

const alias = (parser: Parser) => fieldPath(name(parser, 'a name is expected')).name;
const name = (parser: Parser, problem: string) => textOf(parser, 'name', problem);

/** The next token, which must be of that kind. */
function textOf(parser: Parser, wanted: string, problem: string): string {
  const { kind, text, start } = parser.advance();
  return kind === wanted ? text : parser.fail(problem, { start });
}

function wholeNumber(parser: Parser): number {
  const { text, start } = parser.advance();
  return /^[1-9]\d*$/.test(text)
    ? Number(text)
    : parser.fail('a whole number above 0 is expected', { start });
}
