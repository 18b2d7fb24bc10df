/**
 * AWS's own DynamoDB Local, for the tests that run on a second engine: fetched once with Maven, started with Java.
 * Source: Amazon DynamoDB Developer Guide, "Setting up DynamoDB local" (Apache Maven repository).
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const version = '2.6.1';

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>dynamodb-local</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>com.amazonaws</groupId><artifactId>DynamoDBLocal</artifactId><version>${version}</version>
  </dependency></dependencies>
</project>`;

export interface DynamoDbLocal {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts an engine with empty memory.
 * @throws an Error that names the program that is missing
 */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  await requireProgram('java', ['-version']);
  const libraries = await fetchLibraries();
  const port = await freePort();
  const main = 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner';
  const options = ['-inMemory', '-disableTelemetry', '-port', String(port)];
  const child = spawn(
    'java',
    [`-Djava.library.path=${libraries}`, '-cp', join(libraries, '*'), main, ...options],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  await answers(url, child);
  return {
    url,
    async close() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

const run = promisify(execFile);

const requireProgram = (program: string, parameters: readonly string[]) =>
  run(program, parameters).catch((error: Error) => {
    throw new Error(`DynamoDB Local needs ${program}: ${error.message.split('\n')[0]}`);
  });

/** Into the user's cache; a folder that is there is complete. */
async function fetchLibraries(): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'manara');
  const folder = join(cache, `dynamodb-local-${version}`);
  if (existsSync(folder)) return folder;
  await requireProgram('mvn', ['--version']);
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'fetch-'));
  try {
    await writeFile(join(work, 'pom.xml'), pom);
    const libraries = join(work, 'libraries');
    const copy = ['dependency:copy-dependencies', '-DincludeScope=runtime'];
    await requireProgram('mvn', [
      '-q',
      '-B',
      '-f',
      work,
      ...copy,
      `-DoutputDirectory=${libraries}`,
    ]);
    await rename(libraries, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const response = await fetch(url).catch(() => undefined);
    if (response) return;
    await delay(50);
  }
  throw new Error('DynamoDB Local needs a Java that can run it: it ended at once');
}
