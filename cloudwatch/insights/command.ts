/** `query '<query>' --logs <file>`: Logs Insights over a file of log events. */
import { readFile } from 'node:fs/promises';
import { type Command, choose, readArguments } from '../command.ts';
import { InputError } from '../input-error.ts';
import { SourceError } from '../syntax/source-error.ts';
import { readEvents } from './read-events.ts';
import { type QueryResult, runQuery } from './run-query.ts';

/** @returns 0; a query or a file that cannot be used is an InputError */
export const run: Command = async (args, io) => {
  const { values, positionals } = readArguments(args, { logs: 'many', format: 'one' });
  const format = choose('--format', values.format, ['text', 'json']);
  const [query, ...rest] = positionals;
  if (query === undefined || rest.length || !values.logs.length) {
    throw new InputError('arguments', 'one query and at least one --logs file are needed', {
      fix: `write query 'stats count(*) by route' --logs events.ndjson`,
    });
  }
  const texts = await Promise.all(values.logs.map(readLogs));
  const result = evaluate(query, texts);
  if (format === 'json') {
    io.out(`${JSON.stringify(result, null, 2)}\n`);
    return 0;
  }
  for (const { message, position } of result.warnings) {
    io.error(`warning: ${new SourceError(query, position, message).message}\n`);
  }
  io.out(table(result));
  return 0;
};

async function readLogs(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const problem = error.code === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
    throw new InputError(file, problem, { fix: 'check the path given to --logs' });
  });
}

function evaluate(query: string, texts: readonly string[]): QueryResult {
  try {
    return runQuery(
      query,
      texts.flatMap((text) => [...readEvents(text)]),
    );
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    throw new InputError('query', `${error.message}\n${error.excerpt()}`);
  }
}

const widest = 100;

/** Columns padded to their widest value; long values are cut. */
function table({ fields, rows, statistics }: QueryResult): string {
  const lines = [
    [...fields],
    ...rows.map((row) => fields.map((field) => cut(String(row[field] ?? '-')))),
  ];
  const widths = fields.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] as string).length)),
  );
  const body = lines.map((line) =>
    line
      .map((value, column) => value.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd(),
  );
  const { recordsMatched, recordsScanned } = statistics;
  const summary = `${rows.length} row${rows.length === 1 ? '' : 's'} of ${recordsMatched} matched and ${recordsScanned} scanned events`;
  return `${[...body, '', summary].join('\n')}\n`;
}

const cut = (text: string) => {
  const line = text.replace(/\s+/g, ' ');
  return line.length > widest ? `${line.slice(0, widest - 1)}…` : line;
};
