/** Text of a Logs Insights query → its commands. Source: CloudWatch Logs user guide, "CloudWatch Logs Insights query syntax". */
import { nearestName } from '../nearest-name.ts';
import { fieldPath, openParser, type Parser, readPattern } from './parse-expression.ts';
import type { Column, Command, Query, SortKey } from './query.ts';

type Reader = (parser: Parser, text: string, start: number) => Command;

const readers: Readonly<Record<string, Reader>> = {
  fields: (parser, text, start) => ({ command: 'fields', columns: columns(parser, text), start }),
  display: (parser, text, start) => ({ command: 'display', columns: columns(parser, text), start }),
  filter: (parser, _, start) => ({ command: 'filter', condition: parser.expression(), start }),
  parse: (parser, _, start) => parse(parser, start),
  stats: (parser, text, start) => ({
    command: 'stats',
    columns: columns(parser, text),
    by: parser.take('by') ? columns(parser, text) : [],
    start,
  }),
  sort: (parser, _, start) => ({ command: 'sort', keys: list(parser, sortKey), start }),
  limit: (parser, _, start) => ({ command: 'limit', count: wholeNumber(parser), start }),
  dedup: (parser, _, start) => ({
    command: 'dedup',
    fields: list(parser, (each) => fieldPath(name(each, 'a field'))),
    start,
  }),
  source: (parser, _, start) => ({ command: 'source', logGroups: list(parser, quotedText), start }),
};

/** Commands that CloudWatch has and this engine has not. */
const unmodelled = [
  'addtotals',
  'anomaly',
  'diff',
  'expand',
  'filterindex',
  'join',
  'lookup',
  'pattern',
  'relevantfields',
  'unmask',
  'unnest',
];

/** @throws SourceError with the position, and the nearest known name where a name is unknown */
export function parseQuery(text: string): Query {
  const parser = openParser(text);
  const commands: Command[] = [];
  do commands.push(readCommand(parser, text));
  while (parser.take('|'));
  parser.end();
  return { text, commands };
}

function readCommand(parser: Parser, text: string): Command {
  const token = parser.advance();
  const word = token.text.toLowerCase();
  const reader = Object.hasOwn(readers, word) ? readers[word] : undefined;
  if (reader) return reader(parser, text, token.start);
  if (token.kind === 'end') return parser.fail('a command is expected', token);
  if (unmodelled.includes(word)) {
    return parser.fail(`the command '${token.text}' is not modelled here`, token);
  }
  const near = nearestName(word, Object.keys(readers));
  return parser.fail(
    `'${token.text}' is no command${near ? `: did you mean ${near}?` : ''}`,
    token,
  );
}

function list<Item>(parser: Parser, item: (parser: Parser) => Item): Item[] {
  const items = [item(parser)];
  while (parser.take(',')) items.push(item(parser));
  return items;
}

const columns = (parser: Parser, text: string): Column[] =>
  list(parser, () => {
    const from = parser.token.start;
    const expression = parser.expression();
    // A column without an alias is named as it is written.
    const written = text.slice(from, parser.token.start).replace(/#[^\n]*/g, ' ');
    const column = expression.kind === 'field' ? expression.path.name : written;
    const alias = parser.take('as') ? name(parser, 'a name') : undefined;
    return { name: alias ?? column.replace(/\s+/g, ' ').trim(), expression };
  });

function parse(parser: Parser, start: number): Command {
  const { start: from, text, kind } = parser.advance();
  if (kind !== 'name') parser.fail('a field is expected after parse', { start: from });
  const pattern = readPattern(parser, 'parse');
  const names = parser.take('as') ? list(parser, (each) => name(each, 'a name')) : [];
  const subject = { kind: 'field', path: fieldPath(text), start: from } as const;
  return { command: 'parse', subject, pattern, names, start };
}

function sortKey(parser: Parser): SortKey {
  const expression = parser.expression();
  const descending = Boolean(parser.take('desc'));
  if (!descending) parser.take('asc');
  return { expression, descending };
}

function name(parser: Parser, what: string): string {
  const { kind, text, start } = parser.advance();
  return kind === 'name' ? fieldPath(text).name : parser.fail(`${what} is expected`, { start });
}

function wholeNumber(parser: Parser): number {
  const { text, start } = parser.advance();
  return /^[1-9]\d*$/.test(text)
    ? Number(text)
    : parser.fail('a whole number above 0 is expected', { start });
}

function quotedText(parser: Parser): string {
  const { kind, text, start } = parser.advance();
  return kind === 'string'
    ? text.slice(1, -1)
    : parser.fail('a quoted log group is expected', { start });
}
