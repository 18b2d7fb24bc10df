/** A copy of the project for tests that run it as a user does, with templates, data and temporary files of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { portsFrom, requireFree } from '../start/ports.ts';

export interface ProjectCopy {
  readonly root: string;
  /** The `.local` folder of the stage `dev`. */
  readonly data: string;
  /** Runs a command in it, in a process group of its own. */
  run(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): RunningCommand;
  /** `npm start -- --port <base>`, once it says that it runs. @throws Error with its output where it ends before */
  start(basePort: number, args?: readonly string[]): Promise<RunningCommand>;
  /** Command lines of all processes that this copy has started and that still run. */
  processes(): readonly string[];
  /** Kills whatever is left of them. */
  kill(): void;
  /** Kills, and removes the copy. */
  remove(): Promise<void>;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  /** Everything printed so far. */
  output(): string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** To the whole group, as a terminal does it. */
  signal(name: NodeJS.Signals): void;
}

const project = join(import.meta.dirname, '../..');
const leftOut = /^(node_modules|\.git|\.local|load\/reports|cdk\.out\/(?!dev).+)$/;

export async function copyProject(): Promise<ProjectCopy> {
  const root = await mkdtemp(join(tmpdir(), 'manara-project-'));
  await cp(project, root, {
    recursive: true,
    filter: (path) => !leftOut.test(relative(project, path)),
  });
  await symlink(join(project, 'node_modules'), join(root, 'node_modules'));
  const temporary = join(root, 'tmp');
  await mkdir(temporary);

  const groups: number[] = [];
  const run: ProjectCopy['run'] = (command, args, env = {}) => {
    const child = spawn(command, args, {
      cwd: root,
      detached: true,
      env: { ...process.env, ...env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    groups.push(child.pid ?? 0);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    return {
      child,
      output: () => output,
      ended: new Promise((resolve) =>
        child.once('close', (code, signal) => resolve(signal ?? code ?? 0)),
      ),
      signal: (name) => process.kill(-(child.pid ?? 0), name),
    };
  };
  // Functions lead groups of their own; their command line names this folder.
  const processes = () =>
    execFileSync('ps', ['-eo', 'pid=,pgid=,stat=,args='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, pgid, state]) => !state?.startsWith('Z') && pgid !== undefined)
      .filter((row) => groups.includes(Number(row[1])) || row.join(' ').includes(basename(root)))
      .map((row) => row.join(' '));
  const killAll = () => {
    for (const line of processes()) kill(Number.parseInt(line, 10));
  };
  return {
    root,
    data: join(root, '.local/dev'),
    run,
    async start(basePort, args = []) {
      const started = run('npm', ['start', '--', '--port', String(basePort), ...args]);
      const ended = started.ended.then(() => true);
      while (!started.output().includes('Ctrl-C stops it')) {
        const pause = new Promise<false>((resolve) => setTimeout(resolve, 50, false));
        if (await Promise.race([ended, pause])) throw new Error(started.output());
      }
      return started;
    },
    processes,
    kill: killAll,
    async remove() {
      killAll();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A first port whose four successors are free too, somewhere below those that the system hands out. */
export async function freeBasePort(): Promise<number> {
  for (;;) {
    const base = 10_000 + 10 * Math.floor(Math.random() * 2000);
    const isFree = await requireFree(portsFrom(base)).then(
      () => true,
      () => false,
    );
    if (isFree) return base;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
