/** `npm run load` as a user starts it, and systems to point it at, for tests with the real k6. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, request } from 'node:http';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '../..');

/** Undefined where there is one; else what to say, by name. */
export function missingK6(): string | undefined {
  const command = process.env['K6_BIN'] || 'k6';
  const { status } = spawnSync(command, ['version'], { stdio: 'ignore' });
  return status === 0 ? undefined : `There is no k6 (${command}): see npm run load -- smoke`;
}

export interface LoadRun {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  readonly exitCode: Promise<number | null>;
}

export function startLoad(argv: readonly string[], env: NodeJS.ProcessEnv = {}): LoadRun {
  const child = spawn(process.execPath, [join(root, 'load/run.ts'), ...argv], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      printed += data;
    });
  }
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, output: () => printed, exitCode };
}

export interface OwnSystem {
  readonly port: number;
  kill(): void;
  close(): Promise<void>;
}

/** A system of its own process and data on five ports in a row. */
export async function startOwnSystem(port: number): Promise<OwnSystem> {
  const directory = mkdtempSync(join(tmpdir(), 'manara-load-'));
  const child = spawn(
    process.execPath,
    [join(root, 'local/system/serve.ts'), directory, String(port)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', (code) => reject(new Error(`The system ended with ${code}`)));
  });
  return {
    port,
    kill: () => void child.kill('SIGKILL'),
    close: async () => {
      child.kill('SIGKILL');
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Stands before the system at `from` and loses a share of the metric's samples, rounded up. */
export async function losingMetric(
  from: number,
  port: number,
  metric: string,
  share: number,
): Promise<{ close(): void }> {
  const servers: Server[] = [1, 4].map((offset) =>
    createServer((socket) => {
      const upstream = connect(from + offset, '127.0.0.1');
      for (const [one, other] of [
        [socket, upstream],
        [upstream, socket],
      ] as const) {
        one.pipe(other);
        one.on('error', () => other.destroy());
      }
    }),
  );
  const control = createHttpServer(async (incoming, outgoing) => {
    const asked = await text(incoming);
    const { method = 'GET', url = '/', headers } = incoming;
    const options = { host: '127.0.0.1', port: from + 2, method, path: url, headers };
    const upstream = request(options, async (answer) => {
      const answered = await text(answer);
      outgoing.writeHead(answer.statusCode ?? 500, { 'content-type': 'application/json' });
      outgoing.end(url === '/api/metric-data' ? lose(asked, answered) : answered);
    });
    upstream.end(asked);
  });
  const lose = (asked: string, answered: string) => {
    const { MetricDataQueries: queries } = JSON.parse(asked);
    const hit = queries
      .filter((query: Query) => query.MetricStat.Metric.MetricName === metric)
      .map(({ Id }: Query) => Id);
    const data: { MetricDataResults: { Id: string; Values: number[] }[] } = JSON.parse(answered);
    for (const result of data.MetricDataResults.filter(({ Id }) => hit.includes(Id))) {
      result.Values = result.Values.map((value) => Math.floor(value * (1 - share)));
    }
    return JSON.stringify(data);
  };
  const all = [servers[0], control, servers[1]] as const;
  await Promise.all(
    [1, 2, 4].map(
      (offset, index) =>
        new Promise((done) => all[index]?.listen(port + offset, '127.0.0.1', () => done(0))),
    ),
  );
  return {
    close: () => {
      for (const server of all) server?.close();
      control.closeAllConnections();
    },
  };
}

interface Query {
  readonly Id: string;
  readonly MetricStat: { readonly Metric: { readonly MetricName: string } };
}
