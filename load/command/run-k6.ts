/** Runs k6 with its progress on the terminal, and hands on Ctrl-C so that it ends the run in good order. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunSettings, settingsVariable } from '../journey/run-settings.ts';

export interface K6Run {
  readonly command: string;
  readonly settings: RunSettings;
  readonly files: RunFiles;
  /** Aborted once to end the run in good order. */
  readonly signal: AbortSignal;
}

export interface RunFiles {
  readonly html: string;
  /** k6's own log. */
  readonly log: string;
  /** What the script says. */
  readonly console: string;
}

export interface K6Ending {
  readonly exitCode: number;
  /** It did not come to its end: requests may have been under way. */
  readonly cutShort: boolean;
  /** The last error in its log. */
  readonly error?: string;
}

export async function runK6(run: K6Run): Promise<K6Ending> {
  const exitCode = await exitOf(run);
  const errors = errorsIn(run.files.log);
  const error = errors.at(-1);
  const aborted = errors.some((message) => message.includes('stopping test prematurely'));
  const ended = exitCode === 0 || exitCode === thresholdsExitCode;
  return { exitCode, cutShort: aborted || !ended, ...(error !== undefined && { error }) };
}

/** k6's `errext/exitcodes`. */
export const thresholdsExitCode = 99;
export const stoppedExitCode = 105;

function errorsIn(log: string): readonly string[] {
  if (!existsSync(log)) return [];
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"level":"error"'))
    .map((line) => String(JSON.parse(line).msg).split('\n')[0] ?? '');
}

function exitOf({ command, settings, files, signal }: K6Run): Promise<number> {
  const script = join(import.meta.dirname, `../scripts/${settings.profile}.ts`);
  const child = spawn(
    command,
    [
      'run',
      '--no-usage-report',
      // Progress is for people; a log would get three lines of it a second.
      ...(process.stdout.isTTY ? [] : ['--quiet']),
      '--log-format=json',
      `--log-output=file=${files.log}`,
      `--console-output=${files.console}`,
      script,
    ],
    {
      // Of its own group: the terminal's Ctrl-C comes to the runner alone, and k6 gets it once.
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        [settingsVariable]: JSON.stringify(settings),
        K6_WEB_DASHBOARD: 'true',
        K6_WEB_DASHBOARD_PORT: '-1',
        K6_WEB_DASHBOARD_PERIOD: settings.seconds < 600 ? '1s' : '10s',
        K6_WEB_DASHBOARD_EXPORT: files.html,
      },
    },
  );
  // Whoever cannot wait for the good order ends both.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => child.kill('SIGINT'), { once: true });
    if (signal.aborted) child.kill('SIGINT');
    child.once('error', reject);
    child.once('exit', (code, killedBy) =>
      resolve(code ?? (killedBy === 'SIGINT' ? stoppedExitCode : 1)),
    );
  });
}
