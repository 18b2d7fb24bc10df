/** `npm run load -- <profile>`: finds k6 and the target, runs the profile, and says what held, what broke and what to read. */
import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  durationText,
  type LoadRequest,
  parseCommandLine,
  UnusableError,
  usage,
} from './command/command-line.ts';
import { findK6 } from './command/find-k6.ts';
import { measure } from './command/measure.ts';
import { costText, runCost } from './command/run-cost.ts';
import { type LoadPlan, loadPlan } from './profiles/load-plan.ts';
import { type Profile, profiles } from './profiles/profiles.ts';
import { textReport } from './report/text-report.ts';
import { writeReports } from './report/write-reports.ts';
import { localTarget } from './targets/local-target.ts';
import { stageTarget } from './targets/stage-target.ts';
import type { Target } from './targets/target.ts';
import { urlTarget } from './targets/url-target.ts';

const root = join(import.meta.dirname, '..');
const say = (line: string) => console.log(line);

async function run(request: LoadRequest, signal: AbortSignal): Promise<number> {
  const k6 = findK6();
  const plan = loadPlan(request.profile, request);
  const runId = new Date()
    .toISOString()
    .replace(/[-:]|\.\d+Z$/g, '')
    .toLowerCase();
  const directory = join(root, 'load/reports', `${runId}-${request.profile}`);
  mkdirSync(directory, { recursive: true });
  const target = await targetOf(request, directory, signal);
  try {
    confirmCost(request, plan, target);
    const title = `${plan.profile} on ${target.name}: ${plan.rate} requests/s, ${durationText(plan.seconds)}`;
    say(`${title} (k6 ${k6.version}, ${target.clients.length} clients)`);
    const verdict = await measure({ k6: k6.command, plan, target, runId, directory, signal });
    writeReports(directory, { title, runId, plan, target: target.name, verdict });
    say(`\n${textReport(verdict)}`);
    say(`Reports: ${relative(process.cwd(), directory)}/report.html, report.json, junit.xml`);
    return verdict.exitCode;
  } finally {
    await target.close();
  }
}

function targetOf(
  request: LoadRequest,
  directory: string,
  signal: AbortSignal,
): Promise<Target> | Target {
  const { target, port, region, signIn } = request;
  if (target === 'local')
    return localTarget({ port, logFile: join(directory, 'runtime.log'), say, signal });
  if (target.includes('://')) return urlTarget(target, signIn);
  return stageTarget({
    stage: target,
    region,
    assemblies: join(root, 'cdk.out'),
    // Only here, because loading the AWS SDK takes a second.
    account: async (place) => (await import('./targets/aws-account.ts')).awsAccount(place),
  });
}

/** @throws UnusableError where a costly run is not confirmed */
function confirmCost({ profile, yes }: LoadRequest, plan: LoadPlan, target: Target): void {
  const { costly }: Profile = profiles[profile];
  if (!target.costs || !costly) return;
  say(`${profile} on ${target.name} makes ${costText(runCost(plan, target.clients.length))}.`);
  if (!yes) throw new UnusableError('Nothing was run: confirm it with --yes');
}

/** The first signal ends the run in good order, a second one at once: k6 and a runtime of ours with it. */
function stopOnSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort();
      say('\nStopping: k6 ends the run and cleans up …');
    });
  }
  return controller.signal;
}

try {
  const request = parseCommandLine(process.argv.slice(2));
  if (request === 'help') say(usage);
  else process.exitCode = await run(request, stopOnSignal());
} catch (error) {
  console.error(error instanceof UnusableError ? error.message : error);
  process.exitCode = error instanceof UnusableError ? 2 : 1;
}
