/** `npm start` as a user meets it: it runs, or says one clear line; it stops cleanly, however it is told; nothing stays behind. */
import { readdirSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { fetchToken } from '../sign-in/token.ts';
import { eventually } from './observe.ts';
import {
  copyProject,
  freeBasePort,
  type ProjectCopy,
  type RunningCommand,
} from './project-copy.ts';

const basePort = await freeBasePort();
const api = `http://127.0.0.1:${basePort + 1}`;
const control = `http://127.0.0.1:${basePort + 2}`;

let copy: ProjectCopy;
beforeAll(async () => {
  copy = await copyProject();
  // What has changed since the last synthesis is not this test's matter.
  const started = await copy.start(basePort);
  started.signal('SIGINT');
  await started.ended;
}, 60_000);
afterAll(() => copy.remove());

/** What a test has changed is put back, whatever its outcome. */
const undo: (() => unknown)[] = [];
afterEach(async () => {
  copy.kill();
  for (const each of undo.splice(0)) await each();
});

const authorization = async () => ({
  authorization: `Bearer ${await fetchToken(`http://127.0.0.1:${basePort + 4}`, 'alice', [])}`,
});

async function createItem(title: string): Promise<number> {
  const headers = { ...(await authorization()), 'content-type': 'application/json' };
  const body = JSON.stringify({ title });
  return (await fetch(`${api}/items`, { method: 'POST', headers, body })).status;
}

async function titles(): Promise<readonly string[]> {
  const response = await fetch(`${api}/items`, { headers: await authorization() });
  const { items } = (await response.json()) as { items: readonly { title: string }[] };
  return items.map(({ title }) => title);
}

/** Waits until nothing that was started still runs, and the code's copies are gone. */
const nothingIsLeft = () =>
  eventually(async () => {
    expect(copy.processes()).toEqual([]);
    const copies = readdirSync(join(copy.root, 'tmp')).filter((name) => name.startsWith('lambda-'));
    expect(copies).toEqual([]);
  });

/** What npm and Node.js's start themselves print is not the project's. */
const linesOf = (command: RunningCommand) =>
  command
    .output()
    .split('\n')
    .filter((line) => line.trim() && !/^(npm |> )/.test(line));

describe('stopping', () => {
  const toGroup = (started: RunningCommand, signal: NodeJS.Signals) => started.signal(signal);
  const toNpm = ({ child }: RunningCommand, signal: NodeJS.Signals) =>
    process.kill(child.pid ?? 0, signal);

  test.each([
    ['Ctrl-C in a terminal', toGroup, 'SIGINT'],
    ['a closed terminal', toGroup, 'SIGHUP'],
    ['a machine that shuts down', toGroup, 'SIGTERM'],
    ['a process manager', toNpm, 'SIGTERM'],
    ['an interrupt of npm alone', toNpm, 'SIGINT'],
    ['a hang-up of npm alone', toNpm, 'SIGHUP'],
    ['kill -9 of npm alone', toNpm, 'SIGKILL'],
  ] as const)(
    'by %s answers what is under way and leaves nothing behind',
    async (_, send, name) => {
      const started = await copy.start(basePort);
      const fault = { kind: 'function-slowness', delayMs: 1000 };
      await fetch(`${control}/api/faults`, { method: 'POST', body: JSON.stringify(fault) });
      const underWay = createItem(`during ${name}`);
      await eventually(async () => {
        const processes = copy.processes().filter((line) => line.includes('bootstrap.js'));
        expect(processes).toHaveLength(1);
      });
      await new Promise((resolve) => setTimeout(resolve, 500));
      send(started, name);
      expect(await underWay).toBe(201);
      await started.ended;
      await nothingIsLeft();
      expect(linesOf(started).at(-1)).toBe('Stopping …');
    },
    30_000,
  );

  test('while it still builds leaves nothing behind', async () => {
    const started = copy.run('npm', ['start', '--', '--port', String(basePort)]);
    await eventually(async () => {
      expect(copy.processes().filter((line) => line.includes('synth.ts'))).not.toEqual([]);
    });
    started.signal('SIGINT');
    await started.ended;
    await nothingIsLeft();
  }, 20_000);

  test('by kill -9 of everything leaves no process behind, and the data is there afterwards', async () => {
    const first = await copy.start(basePort, ['--fresh']);
    expect(await createItem('kept')).toBe(201);
    first.signal('SIGKILL');
    await first.ended;
    await nothingIsLeft();
    const second = await copy.start(basePort);
    expect(await titles()).toEqual(['kept']);
    second.signal('SIGINT');
    expect(await second.ended).toBe(0);
  }, 30_000);
});

describe('a start that cannot succeed ends with 1, one clear line and no process', () => {
  async function withFile(path: string, change: (content: Buffer) => string | Buffer) {
    const file = join(copy.root, path);
    const content = await readFile(file);
    await writeFile(file, change(content));
    undo.push(() => writeFile(file, content));
  }

  async function failure(args: readonly string[] = []): Promise<readonly string[]> {
    const command = copy.run('npm', ['start', '--', '--port', String(basePort), ...args]);
    expect(await command.ended).toBe(1);
    await nothingIsLeft();
    return linesOf(command);
  }

  test.each([
    [['--port', 'x'], /^--port x: give a whole number/],
    [['--speed', '0'], /^--speed 0: give a whole number/],
    [['--nonsense'], /^Unknown option '--nonsense'; see npm start -- --help$/],
    [['--dynamodb', 'http://127.0.0.1:1'], /127\.0\.0\.1:1/],
  ])('where the options are %j', async (args, line) => {
    expect(await failure(args)).toEqual([expect.stringMatching(line)]);
  });

  test('where there is no such stage', async () => {
    const [line, ...rest] = await failure(['--stage', 'nowhere']);
    expect(line).toMatch(/nowhere/);
    expect(rest).toEqual(['"npm run synth -- nowhere" failed: see the line above']);
  });

  test.each([0, 1, 2, 3, 4])('where port +%i is in use', async (offset) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(basePort + offset, '127.0.0.1', resolve));
    undo.push(() => server.close());
    expect(await failure()).toEqual([
      expect.stringMatching(new RegExp(`^Port ${basePort + offset} is in use: `)),
    ]);
  });

  test('where the template holds something on the request path that is not emulated', async () => {
    await withFile('cdk.out/dev/Manara-dev-Api.template.json', (text) => {
      const template = JSON.parse(text.toString());
      const stage = Object.values<{ Type: string; Properties: Record<string, unknown> }>(
        template.Resources,
      ).find(({ Type }) => Type === 'AWS::ApiGateway::Stage');
      stage!.Properties['CacheClusterEnabled'] = true;
      return JSON.stringify(template);
    });
    expect(await failure()).toEqual([
      expect.stringMatching(/AWS::ApiGateway::Stage.*response cache/),
    ]);
  });

  test('where the template is damaged', async () => {
    await withFile('cdk.out/dev/Manara-dev-Api.template.json', (text) => text.subarray(0, 1000));
    expect(await failure()).toEqual([expect.stringMatching(/Manara-dev-Api\.template\.json/)]);
  });

  test.each([
    ['the table', () => join('dynamodb', manifest()), / is damaged \(.*start with --fresh$/],
    ['the sign-in', () => 'sign-in.json', /sign-in\.json is damaged .*--fresh$/],
  ])('where the data of %s is damaged', async (_, name, line) => {
    await withFile(join('.local/dev', name()), ({ length }) => Buffer.alloc(length, 0xa5));
    expect(await failure()).toEqual([expect.stringMatching(line)]);
  });

  const manifest = () =>
    readdirSync(join(copy.data, 'dynamodb')).find((name) => name.startsWith('MANIFEST')) ?? '';

  test('where another one runs on the same data', async () => {
    const other = await copy.start(await freeBasePort());
    const command = copy.run('npm', ['start', '--', '--port', String(basePort)]);
    expect(await command.ended).toBe(1);
    expect(linesOf(command)).toEqual([
      expect.stringMatching(/ is in use by another process: stop it first$/),
    ]);
    other.signal('SIGINT');
    await other.ended;
    await nothingIsLeft();
  }, 20_000);
});

test('without any build output it builds and starts', async () => {
  await rm(join(copy.root, 'cdk.out'), { recursive: true });
  await rm(join(copy.root, 'dist'), { recursive: true });
  const started = await copy.start(basePort);
  expect(await createItem('built')).toBe(201);
  started.signal('SIGINT');
  expect(await started.ended).toBe(0);
}, 120_000);
