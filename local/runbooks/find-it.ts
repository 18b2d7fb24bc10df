/** A runbook's query on captured logs: whether it returns what its front matter says it must find. */
import { type LogEvent, runQuery } from '../../cloudwatch/insights/run-query.ts';
import type { RunbookQuery } from '../../runbooks/front-matter.ts';

/** Undefined where the query finds what it must (or need not find anything), else what it found instead. */
export function missed(
  { id, query, expect }: RunbookQuery,
  events: readonly LogEvent[],
): string | undefined {
  const { rows } = runQuery(query, events);
  if (!expect) return undefined;
  const { minRows, firstRow = {} } = expect;
  if (rows.length < minRows) return `${id} returns ${rows.length} rows, not ${minRows}`;
  const wrong = Object.entries(firstRow).filter(
    ([column, value]) => String(rows[0]?.[column]) !== String(value),
  );
  if (wrong.length === 0) return undefined;
  return `${id}: ${wrong.map(([column, value]) => `${column} is ${rows[0]?.[column]}, not ${value}`).join('; ')}`;
}
