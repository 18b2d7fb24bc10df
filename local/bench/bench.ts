/**
 * `npm run bench`: measures the running system and prints each figure beside its goal. `-- --soak <seconds>` is how long its
 * memory is watched under load: by default 300, for which the goal is written; 0 leaves it out.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type Figure, printFigures } from './figures.ts';
import { measureRequests, percentile } from './measure-requests.ts';
import { type StartedProject, startProject } from './started-project.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const soakSeconds = readSoakSeconds();

// Builds what has changed, so that the start below is that of a built project.
await run(process.execPath, [join(root, 'infra/commands/synth.ts'), '--fast', 'dev']);
const project = await startProject(root);
const figures: Figure[] = [
  ...(await bundleFigures()),
  { what: 'npm start to the first answer, built', value: project.seconds, unit: 's', goal: 5 },
];
try {
  figures.push(...(await requestFigures(project)));
  if (soakSeconds > 0) figures.push(await memoryFigure(project, soakSeconds));
} finally {
  await project.stop();
}
figures.push(await cleanCloneFigure());
printFigures('The running system', figures);

function readSoakSeconds(): number {
  try {
    const { values } = parseArgs({ options: { soak: { type: 'string', default: '300' } } });
    if (/^\d+$/.test(values.soak)) return Number(values.soak);
  } catch {}
  console.error('usage: npm run bench [-- --soak <seconds>]');
  process.exit(2);
}

async function bundleFigures(): Promise<Figure[]> {
  const directory = join(root, 'dist/functions');
  const bundles = await Promise.all(
    (await readdir(directory)).map((name) => readFile(join(directory, name, 'index.js'))),
  );
  const largest = (size: (bundle: Buffer) => number) => Math.max(...bundles.map(size)) / 1000;
  return [
    { what: 'largest bundle', value: largest(({ length }) => length), unit: 'kB', goal: 300 },
    {
      what: 'largest bundle, gzip',
      value: largest((bundle) => gzipSync(bundle, { level: 9 }).length),
      unit: 'kB',
      goal: 95,
    },
  ];
}

async function requestFigures({ api, control, token }: StartedProject): Promise<Figure[]> {
  const headers = { authorization: `Bearer ${await token('alice')}` };
  const made = await fetch(`${api}/items`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'bench' }),
  });
  const item = `${api}${made.headers.get('location') ?? ''}`;

  // The handler refuses this limit before it asks the table: what remains is gateway, Lambda and the handler itself.
  const refused = `${api}/items?limit=0`;
  await measureRequests(refused, headers, { connections: 1, seconds: 2 });
  const warm = await measureRequests(refused, headers, { connections: 1, seconds: 4 });

  await measureRequests(item, headers, { connections: 16, seconds: 4 });
  const busy = await measureRequests(item, headers, { connections: 16, seconds: 8 });
  const { 200: ok = 0 } = busy.statuses;
  if (ok !== busy.latencies.length) {
    throw new Error(`GET /items/{id} was to answer 200 only: ${JSON.stringify(busy.statuses)}`);
  }
  return [
    {
      what: 'gateway + Lambda, one warm request without the table, p50',
      value: percentile(warm.latencies, 50),
      unit: 'ms',
      goal: 2,
    },
    {
      what: 'GET /items/{id}, 16 connections',
      value: busy.requestsPerSecond,
      unit: 'requests/s',
      goal: 500,
      atLeast: true,
    },
    {
      what: 'log bytes of a request that succeeds, largest of the last 100',
      value: await largestLine(control),
      unit: 'bytes',
      goal: 450,
    },
  ];
}

async function largestLine(control: string): Promise<number> {
  const query = new URLSearchParams({
    logGroup: '/aws/lambda/manara-dev-get-item',
    filter: '{ $.status = 200 && $.coldStart NOT EXISTS }',
  });
  const { events } = (await (await fetch(`${control}/api/logs?${query}`)).json()) as {
    events: readonly { readonly message: string }[];
  };
  return Math.max(...events.slice(-100).map(({ message }) => Buffer.byteLength(message)));
}

/** In the first fifth everything gets warm and every buffer fills; what is added from then on would be a leak. */
async function memoryFigure(
  { api, token, memory }: StartedProject,
  seconds: number,
): Promise<Figure> {
  console.log(`Watching the memory under ${seconds} s of load …`);
  const headers = { authorization: `Bearer ${await token('alice')}` };
  const samples: number[] = [];
  const watch = setInterval(() => samples.push(memory()), 1000);
  await measureRequests(`${api}/items`, headers, { connections: 16, seconds });
  clearInterval(watch);
  const fifth = (n: number) => {
    const size = samples.length / 5;
    const part = samples.slice(Math.floor(size * (n - 1)), Math.ceil(size * n));
    return percentile(
      part.sort((a, b) => a - b),
      50,
    );
  };
  return {
    what: `memory under ${seconds} s of load, last fifth (${Math.round(fifth(5))} MB) ÷ second`,
    value: fifth(5) / fifth(2),
    unit: '×',
    goal: 1.1,
  };
}

/** A clone with the packages already there: what `npm start` costs right after `npm ci`. */
async function cleanCloneFigure(): Promise<Figure> {
  const directory = await mkdtemp(join(tmpdir(), 'manara-clone-'));
  try {
    await run('git', ['clone', '-q', root, directory]);
    await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
    const clone = await startProject(directory);
    await clone.stop();
    return { what: 'npm start, clean clone', value: clone.seconds, unit: 's', goal: 20 };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
