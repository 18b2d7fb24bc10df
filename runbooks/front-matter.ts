/** The checked part of a runbook: what `runbooks/<alarm id>.md` says above its text, for tools to read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { type AlarmId, alarms, boards } from '../services/contract/alarms.ts';
import { objectives } from '../services/contract/slo.ts';

// Without a language zod/mini says "Invalid input" of everything.
z.config(z.locales.en());

const duration = z.string().check(z.regex(/^\d+[smhd]$/, 'a duration such as 3m'));

const fault = z.strictObject({
  kind: z.string(),
  rate: z.optional(z.number().check(z.positive(), z.maximum(1))),
  route: z.optional(z.string()),
  durationSeconds: z.optional(z.number().check(z.positive())),
  delayMs: z.optional(z.number().check(z.positive())),
});

/** Where a query looks: all five functions, the access log, the execution log. */
export const logSources = ['functions', 'access', 'execution'] as const;

const frontMatter = z.strictObject({
  alarm: z.enum(Object.keys(alarms) as [AlarmId, ...AlarmId[]]),
  severity: z.enum(['page', 'ticket', 'none']),
  owner: z.string().check(z.minLength(1)),
  dashboard: z.strictObject({ board: z.enum(boards), widget: z.string() }),
  /** What `POST /api/faults` takes, or why only a scenario can show it. */
  fault: z.union([fault, z.strictObject({ 'scenario-only': z.string().check(z.minLength(20)) })]),
  /** How soon it fires after the fault began, and clears after it ended. */
  bounds: z.strictObject({ firesWithin: duration, clearsWithin: duration }),
  queries: z.array(
    z.strictObject({
      id: z.string().check(z.regex(/^[a-z][a-z0-9-]*$/)),
      logGroups: z.array(z.enum(logSources)).check(z.minLength(1)),
      /** May name what the objectives say as `{{thresholdMs}}`. */
      query: z.pipe(z.string().check(z.minLength(1)), z.transform(fillIn)),
      /** What it returns on the logs of the injected fault. */
      expect: z.optional(
        z.strictObject({
          minRows: z.number(),
          firstRow: z.optional(z.record(z.string(), z.union([z.string(), z.number()]))),
        }),
      ),
    }),
  ),
});

/** Numbers of the objectives are written once, in the contract. */
function fillIn(query: string): string {
  return query.replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) =>
    name === 'thresholdMs' ? String(objectives.latency.thresholdMs) : placeholder,
  );
}

export type FrontMatter = z.infer<typeof frontMatter>;
export type RunbookQuery = FrontMatter['queries'][number];

export interface Runbook extends FrontMatter {
  readonly file: string;
  /** The Markdown below the front matter. */
  readonly text: string;
}

/** @throws Error of one line that names the file, the field and what is wrong with it */
export function readRunbook(file: string): Runbook {
  const [, head, text = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(readFileSync(file, 'utf8')) ?? [];
  if (head === undefined) throw new Error(`${file}: begins with no front matter between two "---"`);
  const checked = frontMatter.safeParse(parse(head));
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new Error(`${file}: ${issue?.path.join('.') || 'front matter'}: ${issue?.message}`);
  }
  return { ...checked.data, file, text };
}

/** Every runbook of an alarm; procedures without an alarm lie in `procedures/`. */
export const readRunbooks = (directory = import.meta.dirname): readonly Runbook[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .sort()
    .map((name) => readRunbook(join(directory, name)));
