/** `npm start` as a user runs it, in a process group of its own, timed until the API answers. */
import { execFileSync, spawn } from 'node:child_process';
import { fetchToken } from '../sign-in/token.ts';
import { freeBasePort } from '../system/project-copy.ts';

export interface StartedProject {
  /** From the command to the first answer of the API. */
  readonly seconds: number;
  readonly api: string;
  readonly control: string;
  readonly token: (who: string) => Promise<string>;
  /** Memory of all its processes, in MB. */
  memory(): number;
  stop(): Promise<void>;
}

/** @throws Error with what it printed where it ends before it answers */
export async function startProject(root: string): Promise<StartedProject> {
  const basePort = await freeBasePort();
  const began = performance.now();
  const child = spawn('npm', ['start', '--', '--fresh', '--port', String(basePort)], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      printed += data;
    });
  }
  const group = child.pid ?? 0;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    if (child.exitCode === null) process.kill(-group, 'SIGINT');
    await exited;
  };
  const api = `http://127.0.0.1:${basePort + 1}`;
  while ((await statusOf(`${api}/items`)) !== 401) {
    if (child.exitCode !== null) throw new Error(`npm start ended: ${printed.trim()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return {
    seconds: (performance.now() - began) / 1000,
    api,
    control: `http://127.0.0.1:${basePort + 2}`,
    token: (who) => fetchToken(`http://127.0.0.1:${basePort + 4}`, who, []),
    memory: () => residentMegabytes(group),
    stop,
  };
}

const statusOf = (url: string) =>
  fetch(url).then(
    ({ status }) => status,
    () => 0,
  );

/** Of a process and all that descend from it: functions lead process groups of their own. */
function residentMegabytes(ancestor: number): number {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,rss='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set([ancestor]);
  let size: number;
  do {
    size = family.size;
    for (const [pid = 0, parent = 0] of rows) if (family.has(parent)) family.add(pid);
  } while (family.size > size);
  const kilobytes = rows
    .filter(([pid = 0]) => family.has(pid))
    .reduce((sum, [, , rss = 0]) => sum + rss, 0);
  return kilobytes / 1024;
}
