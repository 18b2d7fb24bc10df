/** What was acknowledged is there: after kill -9, on a full disk, with a damaged file. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { tableName as TableName } from './testing/sample-stage.ts';

const script = join(import.meta.dirname, 'testing', 'endpoint-process.ts');

let directory: string;
let running: Endpoint | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'manara-durability-'));
});
afterEach(async () => {
  await running?.kill();
  await rm(directory, { recursive: true, force: true });
});

interface Endpoint {
  readonly pid: number;
  readonly errors: string[];
  client(name: string): DynamoDBClient;
  kill(): Promise<void>;
}

/** `shell` runs before, in the same process. @throws what it says on standard error where it does not start */
async function start(shell = 'true'): Promise<Endpoint> {
  const child = spawn(
    'bash',
    ['-c', `${shell}; exec "$0" "$@"`, process.execPath, script, directory],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const errors: string[] = [];
  createInterface(child.stderr).on('line', (line) => errors.push(line));
  const exited = once(child, 'close');
  const line = await Promise.race([once(createInterface(child.stdout), 'line'), exited]);
  if (child.exitCode !== null) throw new Error(errors.join('\n'));
  const { url, credentials } = JSON.parse(line[0]);
  const endpoint = {
    pid: child.pid ?? 0,
    errors,
    client: (name: string) =>
      new DynamoDBClient({
        endpoint: url,
        region: 'eu-central-1',
        credentials: credentials[name],
        maxAttempts: 1,
      }),
    kill: () => kill(child, exited),
  };
  running = endpoint;
  return endpoint;
}

async function kill(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill('SIGKILL');
  await exited;
}

const owner = { S: 'alice' };
const counter = { owner, sk: { S: 'counter' } };

async function storedItems(endpoint: Endpoint): Promise<Map<string, string>> {
  const client = endpoint.client('list-items');
  const items = new Map<string, string>();
  let from: QueryCommandOutput['LastEvaluatedKey'];
  do {
    const { Items = [], LastEvaluatedKey }: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: '#o = :o AND begins_with(sk, :p)',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':o': owner, ':p': { S: 'item#' } },
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    for (const { sk, note } of Items) items.set(sk?.S ?? '', note?.S ?? '');
    from = LastEvaluatedKey;
  } while (from);
  return items;
}

describe('kill -9 during writes', () => {
  test('loses nothing that was acknowledged and counts nothing twice, in 20 rounds', async () => {
    const acknowledged = new Map<string, string>();
    let counted = 0;
    let tried = 0;
    let serial = 0;
    for (let round = 0; round < 20; round++) {
      const endpoint = await start();
      const put = endpoint.client('put-item');
      const update = endpoint.client('update-item');
      let alive = true;
      const writer = async () => {
        while (alive) {
          const sk = `item#${++serial}`;
          const note = `${round} ${serial}`.repeat(50);
          tried++;
          await Promise.all([
            put
              .send(
                new PutItemCommand({
                  TableName,
                  Item: { owner, sk: { S: sk }, note: { S: note } },
                }),
              )
              .then(() => acknowledged.set(sk, note)),
            update
              .send(
                new UpdateItemCommand({
                  TableName,
                  Key: counter,
                  UpdateExpression: 'ADD n :one',
                  ExpressionAttributeValues: { ':one': { N: '1' } },
                }),
              )
              .then(() => counted++),
          ]).catch(() => undefined);
        }
      };
      const writers = Array.from({ length: 8 }, writer);
      await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 150));
      await endpoint.kill();
      alive = false;
      await Promise.all(writers);

      const again = await start();
      const stored = await storedItems(again);
      const lost = [...acknowledged].filter(([sk, note]) => stored.get(sk) !== note);
      expect({ round, lost }).toEqual({ round, lost: [] });
      const { Item } = await again
        .client('get-item')
        .send(new GetItemCommand({ TableName, Key: counter }));
      expect(Number(Item?.['n']?.N)).toBeGreaterThanOrEqual(counted);
      expect(Number(Item?.['n']?.N)).toBeLessThanOrEqual(tried);
      await again.kill();
    }
    expect(acknowledged.size).toBeGreaterThan(200);
  }, 180_000);
});

describe('a full disk', () => {
  test('answers 500 and one line, reads on, recovers, and keeps what was acknowledged', async () => {
    // No file can grow above 250 kB, which ends LevelDB's log within a record: what a full disk is to the engine.
    const endpoint = await start("trap '' XFSZ; ulimit -S -f 250");
    const put = endpoint.client('put-item');
    const acknowledged = new Map<string, string>();
    const write = async (n: number) => {
      const sk = `item#${n}`;
      const note = `${n} `.repeat(3000);
      await put.send(
        new PutItemCommand({ TableName, Item: { owner, sk: { S: sk }, note: { S: note } } }),
      );
      acknowledged.set(sk, note);
    };
    const failures: string[] = [];
    for (let n = 0; n < 60; n++) {
      await write(n).catch((error: Error) => failures.push(error.name));
    }
    expect(new Set(failures)).toEqual(new Set(['InternalServerError']));
    expect(endpoint.errors).toEqual([
      expect.stringMatching(
        /^DynamoDB PutItem: the data in \S+ cannot be read or written \(.*File too large\)$/,
      ),
    ]);
    expect((await storedItems(endpoint)).size).toBeGreaterThanOrEqual(acknowledged.size);

    execFileSync('prlimit', ['--pid', String(endpoint.pid), '--fsize=unlimited']);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    for (let n = 100; n < 120; n++) await write(n);
    await endpoint.kill();
    const stored = await storedItems(await start());
    expect([...acknowledged].filter(([sk, note]) => stored.get(sk) !== note)).toEqual([]);
  }, 60_000);
});

describe('a damaged file', () => {
  /** Enough writes that LevelDB has table files, not only a log. */
  async function fill() {
    const endpoint = await start();
    const put = endpoint.client('put-item');
    const note = { S: 'x'.repeat(100_000) };
    for (let n = 0; n < 100; n++) {
      await put.send(
        new PutItemCommand({ TableName, Item: { owner, sk: { S: `item#${n}` }, note } }),
      );
    }
    await endpoint.kill();
  }

  async function overwrite(name: string) {
    const file = await open(join(directory, name), 'r+');
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size, 0xa5), 0, size, 0);
    await file.close();
  }

  test('is refused in one line, or answered 500 with one, and stays so', async () => {
    await fill();
    const tables = (await readdir(directory)).filter((name) => name.endsWith('.ldb'));
    expect(tables.length).toBeGreaterThan(0);
    for (const name of tables) await overwrite(name);
    for (let attempt = 0; attempt < 2; attempt++) {
      const outcome = await start().then(
        async (endpoint) => {
          const error = await storedItems(endpoint).catch((thrown: Error) => thrown.name);
          const lines = endpoint.errors;
          await endpoint.kill();
          return { error, lines };
        },
        (error: Error) => ({ error: 'InternalServerError', lines: error.message.split('\n') }),
      );
      expect(outcome.error).toBe('InternalServerError');
      expect(outcome.lines).toHaveLength(1);
      expect(outcome.lines[0]).toMatch(
        /the data in \S+ is damaged \(.*\): restore it, or start with --fresh$/,
      );
    }
  }, 60_000);

  test('a broken manifest is refused in one line', async () => {
    await fill();
    const [manifest = ''] = (await readdir(directory)).filter((name) =>
      name.startsWith('MANIFEST'),
    );
    await overwrite(manifest);
    await expect(start()).rejects.toThrow(
      /^the data in \S+ is damaged \(.*\): restore it, or start with --fresh$/,
    );
  }, 60_000);
});
