/** `npm start`: builds and synthesizes what has changed, starts every part, prints where they are, stops them on Ctrl-C. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createRuntime } from './start/create-runtime.ts';
import { parseOptions, type StartOptions, UsageError, usage } from './start/options.ts';
import { requireFree } from './start/ports.ts';
import { welcome } from './start/welcome.ts';

const root = join(import.meta.dirname, '..');

async function start(options: StartOptions): Promise<void> {
  const began = Date.now();
  await requireFree(options.ports);
  await synthesize(options.stage);
  const runtime = await createRuntime({ ...options, root });
  stopOnSignal(() => runtime.close());
  console.log(await welcome(runtime, Date.now() - began));
}

/** The same command that CI and the deployment use; it skips what has not changed. */
const synthesize = (stage: string) =>
  new Promise<void>((resolve, reject) => {
    const command = join(root, 'infra/commands/synth.ts');
    const child = spawn(process.execPath, [command, '--fast', stage], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`"npm run synth -- ${stage}" failed: see the line above`));
    });
  });

/** Ctrl-C comes twice: from the terminal and from npm. */
const sameSignalMs = 500;

/** The first signal stops cleanly, a later one at once. That npm has ended without telling us counts as one. */
function stopOnSignal(close: () => Promise<void>): void {
  let stoppingSince: number | undefined;
  const stop = () => {
    if (stoppingSince !== undefined) {
      if (Date.now() - stoppingSince > sameSignalMs) process.exit(130);
      return;
    }
    stoppingSince = Date.now();
    console.log('\nStopping …');
    close().then(
      () => process.exit(0),
      (error: Error) => fail(error),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  const { ppid } = process;
  if (!process.env['npm_lifecycle_event']) return;
  const watch = setInterval(() => {
    if (process.ppid === ppid) return;
    clearInterval(watch);
    stop();
  }, 500);
}

function fail(error: Error): never {
  console.error(error.message);
  process.exit(1);
}

process.on('uncaughtException', (error) =>
  fail(new Error(`The local runtime failed: ${error.message}`, { cause: error })),
);

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') console.log(usage);
  else await start(options);
} catch (error) {
  fail(error instanceof UsageError || error instanceof Error ? error : new Error(String(error)));
}
