/** Writes a run's reports; k6's own export becomes part of the HTML. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadPlan } from '../profiles/load-plan.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { htmlReport } from './html-report.ts';
import { junitReport } from './junit-report.ts';

export interface ReportedRun {
  readonly title: string;
  readonly runId: string;
  readonly plan: LoadPlan;
  readonly target: string;
  readonly verdict: Verdict;
}

export function writeReports(directory: string, run: ReportedRun): void {
  const { title, verdict } = run;
  const file = (name: string) => join(directory, name);
  const k6Html = existsSync(file('k6.html')) ? readFileSync(file('k6.html'), 'utf8') : undefined;
  rmSync(file('k6.html'), { force: true });
  const k6 = existsSync(file('k6.json')) ? JSON.parse(readFileSync(file('k6.json'), 'utf8')) : null;
  rmSync(file('k6.json'), { force: true });
  writeFileSync(file('report.html'), htmlReport(title, verdict, k6Html));
  writeFileSync(file('report.json'), `${JSON.stringify({ ...run, k6 }, null, 2)}\n`);
  writeFileSync(file('junit.xml'), junitReport(title, verdict));
}
