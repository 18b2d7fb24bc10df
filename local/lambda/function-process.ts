/** The operating-system side of an execution environment: one Node process, leader of its own group. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Keeper } from './keeper.ts';
import { logLines } from './log-lines.ts';

export const runtimeDirectory = fileURLToPath(new URL('./runtime/', import.meta.url));

export interface FunctionProcess {
  readonly pid: number;
  readonly isFrozen: boolean;
  /** Stops the process and everything it started where they stand; `thaw` lets them go on. */
  freeze(): void;
  thaw(): void;
  kill(): void;
  /** Resident memory in kB; 0 where the system does not tell (only Linux does). */
  residentKb(): number;
}

/** How it ended, in the words of the Runtime API: `exit status 1`, `signal: killed`; undefined for status 0. */
export type Exit = string | undefined;

const signalNames: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted (core dumped)',
  SIGSEGV: 'segmentation fault (core dumped)',
  SIGTERM: 'terminated',
  SIGBUS: 'bus error (core dumped)',
};

const exitOf = (code: number | null, signal: NodeJS.Signals | null): Exit => {
  if (signal) return `signal: ${signalNames[signal] ?? signal}`;
  return code === 0 ? undefined : `exit status ${code}`;
};

/** Shares of the memory that the managed runtime gives to V8's old and young generation. */
const heapFlags = (memoryMb: number) => [
  `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`,
  `--max-semi-space-size=${Math.max(1, Math.floor(memoryMb * 0.05))}`,
];

const pageKb = 4;

/** How long output is still read when the process is gone and something that we cannot reach holds its pipes open. */
const lastOutputMs = 250;

/**
 * Kills what left the process's group (a detached child): its environment names the log stream, which no other environment
 * has. On AWS nothing outlives the sandbox. Only Linux shows the variables of a process.
 */
function killOrphans(leader: number, logStream: string | undefined) {
  if (process.platform !== 'linux') return;
  const mark = `AWS_LAMBDA_LOG_STREAM_NAME=${logStream}\0`;
  const younger = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > leader);
  for (const pid of younger) {
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark)) process.kill(pid, 'SIGKILL');
    } catch {} // it has ended, or is somebody else's
  }
}

/**
 * Starts the runtime. `onLine` gets each line of output; `onExit` is called once, after the last line.
 */
export function startProcess(options: {
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly keeper: Keeper;
  readonly onLine: (line: string) => void;
  readonly onExit: (exit: Exit) => void;
}): FunctionProcess {
  const { variables, keeper, onLine, onExit } = options;
  const child: ChildProcess = spawn(
    process.execPath,
    [...heapFlags(options.memoryMb), `${runtimeDirectory}bootstrap.js`],
    {
      env: variables,
      cwd: variables['LAMBDA_TASK_ROOT'],
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // Ctrl-C is for the supervisor, which lets requests finish
    },
  );
  const pid = child.pid ?? 0;
  let frozen = false;
  let ended = pid === 0;

  const signal = (name: NodeJS.Signals) => {
    if (ended) return;
    try {
      process.kill(-pid, name);
    } catch {} // it ended a moment ago: 'exit' is on its way
  };

  const outputs = [child.stdout, child.stderr].map((stream) => {
    const lines = logLines(onLine);
    stream?.on('data', lines.write);
    return { stream, lines };
  });
  child.on('exit', () => {
    signal('SIGKILL'); // what the function left running
    ended = true;
    keeper.release(pid);
    killOrphans(pid, variables['AWS_LAMBDA_LOG_STREAM_NAME']);
    setTimeout(() => outputs.forEach(({ stream }) => void stream?.destroy()), lastOutputMs).unref();
  });
  child.on('error', (error) => onLine(`The execution environment did not start: ${error.message}`));
  child.on('close', (code, name) => {
    for (const { lines } of outputs) lines.end();
    onExit(exitOf(code, name));
  });
  if (pid > 0) keeper.watch(pid);

  return {
    pid,
    get isFrozen() {
      return frozen;
    },
    freeze() {
      frozen = true;
      signal('SIGSTOP');
    },
    thaw() {
      if (!frozen) return;
      frozen = false;
      signal('SIGCONT');
    },
    kill: () => signal('SIGKILL'),
    residentKb() {
      if (process.platform !== 'linux' || ended) return 0;
      try {
        return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * pageKb;
      } catch {
        return 0;
      }
    },
  };
}
