/** The whole system for a test: started from `cdk.out/dev` on free ports, with an empty table in a folder of its own. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime, type Runtime } from '../start/create-runtime.ts';
import type { Ports } from '../start/ports.ts';

export interface RunningSystem {
  readonly runtime: Runtime;
  readonly ports: Ports;
  /** A request to the API; `as` adds the person's token. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  token(who: string, scopes?: readonly string[]): Promise<string>;
  /** JSON from the control port. */
  control<T>(path: string, body?: unknown): Promise<T>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly as?: string;
  readonly scopes?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a string as it is. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came back
  readonly json: any;
}

const project = join(import.meta.dirname, '../..');

export interface SystemOptions {
  readonly speed?: number;
  /** Changes the text of the Api template before it runs. */
  readonly change?: (template: string) => string;
  /** Where an earlier system left its data; it stays. */
  readonly dataDirectory?: string;
  /** Those of an earlier system: its tokens name them. */
  readonly ports?: Ports;
  readonly fresh?: boolean;
}

export async function startSystem(options: SystemOptions = {}): Promise<RunningSystem> {
  const { speed = 1, change, fresh = false } = options;
  const directory = await mkdtemp(join(tmpdir(), 'manara-'));
  const root = change ? await changedProject(directory, change) : project;
  const ports = options.ports ?? (await freePorts());
  const runtime = await createRuntime({
    root,
    dataDirectory: options.dataDirectory ?? join(directory, 'data'),
    ports,
    stage: 'dev',
    speed,
    fresh,
    dynamodb: undefined,
  });
  const tokens = new Map<string, Promise<string>>();
  const token = (who: string, scopes?: readonly string[]) => {
    const key = `${who} ${scopes?.join(' ')}`;
    const known = tokens.get(key) ?? runtime.token(who, scopes);
    tokens.set(key, known);
    return known;
  };
  return {
    runtime,
    ports,
    token,
    call: async (method, path, { as, scopes, headers = {}, body } = {}) => {
      const response = await fetch(`http://127.0.0.1:${ports.api}${path}`, {
        method,
        headers: {
          ...(as ? { authorization: `Bearer ${await token(as, scopes)}` } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: isJson ? JSON.parse(text) : undefined,
      };
    },
    control: async (path, body) => {
      const response = await fetch(
        `http://127.0.0.1:${ports.control}${path}`,
        body === undefined
          ? {}
          : {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify(body),
            },
      );
      return (await response.json()) as never;
    },
    close: async () => {
      await runtime.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A copy of `cdk.out/dev` whose Api template is another. */
async function changedProject(
  directory: string,
  change: (template: string) => string,
): Promise<string> {
  const root = join(directory, 'project');
  await cp(join(project, 'cdk.out/dev'), join(root, 'cdk.out/dev'), { recursive: true });
  const file = join(root, 'cdk.out/dev/Manara-dev-Api.template.json');
  const text = await readFile(file, 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error('The change did not find what it changes');
  await writeFile(file, changed);
  return root;
}

/** Five ports that were free a moment ago. */
async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(
    Array.from(
      { length: 5 },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const [web, api, control, dynamodb, signIn] = servers.map(
    (server) => (server.address() as { port: number }).port,
  ) as [number, number, number, number, number];
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return { web, api, control, dynamodb, signIn };
}
