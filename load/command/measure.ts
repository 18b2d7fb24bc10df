/** One run of k6 and what both sides have to say about it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadObjectives } from '../objectives/load-objectives.ts';
import type { LoadPlan } from '../profiles/load-plan.ts';
import { type Comparison, settledComparison } from '../sides/settled-comparison.ts';
import type { Target } from '../targets/target.ts';
import type { K6Summary } from '../verdict/k6-summary.ts';
import { loadRecord } from '../verdict/load-record.ts';
import { readMessages } from '../verdict/read-messages.ts';
import { type Verdict, verdictOf } from '../verdict/verdict.ts';
import { type K6Ending, runK6 } from './run-k6.ts';

export interface Measurement {
  /** The command. */
  readonly k6: string;
  readonly plan: LoadPlan;
  readonly target: Target;
  readonly runId: string;
  /** Where its files go. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

export async function measure(measurement: Measurement): Promise<Verdict> {
  const { k6, plan, target, runId, directory, signal } = measurement;
  const file = (name: string) => join(directory, name);
  const { profile, rate } = plan;
  const { apiUrl, signInUrl, clients } = target;
  const start = await timeAt(target);
  const ending = await runK6({
    command: k6,
    files: { html: file('k6.html'), log: file('k6.log'), console: file('console.log') },
    signal,
    settings: {
      ...{ runId, profile, rate, seconds: plan.judgedSeconds, apiUrl, signInUrl, clients },
      summaryFile: file('k6.json'),
    },
  });
  const summary = readJson<K6Summary>(file('k6.json'));
  const { comparison, notCompared } = await compare(measurement, start, summary, ending);
  return verdictOf({
    plan,
    objectives: loadObjectives(plan),
    ending,
    summary,
    messages: readMessages(readText(file('console.log')) ?? ''),
    comparison,
    notCompared,
  });
}

/** undefined where the service does not answer; then nothing is compared. */
const timeAt = ({ telemetry }: Target) => telemetry?.now().catch(() => undefined);

async function compare(
  { plan, target, runId, signal }: Measurement,
  start: number | undefined,
  summary: K6Summary | undefined,
  { cutShort }: K6Ending,
): Promise<{ comparison?: Comparison; notCompared?: string }> {
  const { telemetry } = target;
  if (!summary) return {};
  if (!telemetry) return { notCompared: 'a URL does not say where its metrics are; name a stage' };
  const end = await timeAt(target);
  if (start === undefined || end === undefined) {
    return { notCompared: 'the service does not answer any more' };
  }
  const record = loadRecord(summary, plan, cutShort);
  const range = { start, end: end + 1 };
  try {
    const userAgent = `manara-load/${runId}`;
    return { comparison: await settledComparison(telemetry, record, range, userAgent, signal) };
  } catch (error) {
    return { notCompared: `its metrics cannot be read: ${(error as Error).message}` };
  }
}

function readText(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function readJson<T>(file: string): T | undefined {
  const text = readText(file);
  return text === undefined ? undefined : JSON.parse(text);
}
