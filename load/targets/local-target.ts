/** The local runtime: the one that runs, or one that is started for the run and stopped after it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnusableError } from '../command/command-line.ts';
import type { LoadClient } from '../journey/run-settings.ts';
import { localTelemetry } from '../sides/local-telemetry.ts';
import type { Target } from './target.ts';

export interface LocalTargetOptions {
  /** First of the runtime's five ports. */
  readonly port: number;
  /** Where its output goes if it is started. */
  readonly logFile: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const root = join(import.meta.dirname, '../..');
/** A first start builds the functions and synthesizes the template. */
const startSeconds = 120;

/** @throws UnusableError */
export async function localTarget(options: LocalTargetOptions): Promise<Target> {
  const { port, say } = options;
  const url = (offset: number) => `http://127.0.0.1:${port + offset}`;
  const signInUrl = url(4);
  const running = await describeSignIn(signInUrl);
  if (!running) say(`No local runtime on port ${port}: starting one with npm start.`);
  const started = running ? undefined : await startRuntime(options, signInUrl);
  try {
    const description = running ?? (await describeSignIn(signInUrl));
    const stage = await stageOf(url(2));
    return {
      name: `local (${stage})`,
      apiUrl: url(1),
      signInUrl,
      clients: machineClients(description, signInUrl),
      costs: false,
      telemetry: localTelemetry(url(2), stage),
      close: async () => started?.stop(),
    };
  } catch (error) {
    await started?.stop();
    throw error;
  }
}

interface SignInDescription {
  readonly secretsFile: string;
  readonly clients: readonly { readonly id: string; readonly flows: readonly string[] }[];
}

/** @returns undefined where nothing listens */
async function describeSignIn(url: string): Promise<SignInDescription | undefined> {
  const response = await fetch(url).catch(() => undefined);
  if (!response) return undefined;
  const description = await response.json().catch(() => undefined);
  if (description?.secretsFile) return description;
  throw new UnusableError(`${url} is not the local sign-in: choose other ports with --port <base>`);
}

function machineClients(
  description: SignInDescription | undefined,
  signInUrl: string,
): readonly LoadClient[] {
  const machines = (description?.clients ?? []).filter(({ flows }) =>
    flows.includes('client_credentials'),
  );
  if (!description || machines.length === 0) {
    throw new UnusableError(
      `${signInUrl} has no machine client: set loadClients in infra/stages.ts`,
    );
  }
  const { secrets } = JSON.parse(readFileSync(description.secretsFile, 'utf8'));
  return machines.map(({ id }) => ({ id, secret: secrets[id] ?? '' }));
}

/** The stage whose template runs there, by its access log. */
async function stageOf(controlUrl: string): Promise<string> {
  const response = await fetch(`${controlUrl}/api/log-groups`).catch(() => undefined);
  const { logGroups = [] } = (await response?.json().catch(() => undefined)) ?? {};
  const names: readonly string[] = logGroups.map(
    (group: { logGroupName: string }) => group.logGroupName,
  );
  const stage = names.map((name) => /^\/manara\/(\w+)\/access$/.exec(name)?.[1]).find(Boolean);
  if (stage) return stage;
  throw new UnusableError(`${controlUrl} does not answer as the local runtime's telemetry`);
}

interface Started {
  stop(): Promise<void>;
}

/** In a process group of its own: Ctrl-C must not stop it before k6 has cleaned up. */
async function startRuntime(
  { port, logFile, signal }: LocalTargetOptions,
  signInUrl: string,
): Promise<Started> {
  const child = spawn('npm', ['start', '--', '--port', String(port)], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => process.kill(-(child.pid ?? 0), 'SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  const log = createWriteStream(logFile);
  let lastLine = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      lastLine = String(data).trim().split('\n').at(-1) || lastLine;
    });
    stream.pipe(log, { end: false });
  }
  const stop = () => stopGroup(child);
  const deadline = Date.now() + startSeconds * 1000;
  while (!(await answers(signInUrl.replace(/\d+$/, String(port + 1))))) {
    const ended = child.exitCode !== null || child.signalCode !== null;
    if (ended || signal.aborted || Date.now() > deadline) {
      await stop();
      const reason = signal.aborted ? 'stopped' : lastLine || 'it did not answer in time';
      throw new UnusableError(
        `The local runtime did not start: ${reason} (all of it in ${logFile})`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { stop };
}

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGINT');
  await exited;
}
