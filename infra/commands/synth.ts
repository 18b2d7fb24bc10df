/**
 * `npm run synth [-- [--fast] [stage…]]`: the templates and code assets of each stage (default: every one) in
 * `cdk.out/<stage>`. A stage whose sources have not changed is skipped; a stage that fails leaves its last good output.
 * `--fast` leaves out CDK's validator of CloudFormation rules.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stageNamed, stages } from '../stages.ts';
import { build } from './build.ts';
import { fingerprint } from './fingerprint.ts';
import { readArguments } from './read-arguments.ts';

const root = join(import.meta.dirname, '../..');

/** Everything that a template is made of. */
export const sources = [
  'infra/**/*.ts',
  'infra/web/*.js',
  'dashboards/**/*.ts',
  'services/contract/*.ts',
  'runbooks/*.ts',
  'runbooks/*.md',
  'dist/functions/**/*.js',
  'cdk.json',
  'package-lock.json',
];

export interface SynthOptions {
  /** Default: every stage. */
  readonly stages?: readonly string[];
  readonly fast?: boolean | undefined;
  readonly say?: (line: string) => void;
}

/** @throws Error of one line for an unknown stage, a broken build or a stage that cannot be synthesized. */
export async function synth(options: SynthOptions = {}): Promise<void> {
  const { fast = false, say = console.log } = options;
  const names = options.stages?.length ? options.stages : stages.map(({ stage }) => stage);
  for (const name of names) {
    stageNamed(name);
  }
  await build(say);
  const now = fingerprint(root, sources);
  await Promise.all(names.map((name) => synthStage(name, now, fast, say)));
}

async function synthStage(
  name: string,
  now: string,
  fast: boolean,
  say: (line: string) => void,
): Promise<void> {
  const outdir = join(root, 'cdk.out', name);
  const stamp = join(outdir, '.fingerprint');
  const done = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  if (done === `${now} validated` || (fast && done === `${now} fast`)) {
    return;
  }
  const started = performance.now();
  const fresh = `${outdir}.${process.pid}`;
  try {
    await runApp(name, fresh, fast);
    writeFileSync(join(fresh, '.fingerprint'), `${now} ${fast ? 'fast' : 'validated'}`);
    rmSync(outdir, { recursive: true, force: true });
    renameSync(fresh, outdir);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(`synthesized cdk.out/${name} in ${seconds} s${fast ? '' : ', validated'}`);
}

/** A process per stage: CDK keeps state in the process, and two stages use two cores. */
async function runApp(name: string, outdir: string, fast: boolean): Promise<void> {
  const env = { ...process.env, ...(fast && { CDK_VALIDATION: 'false' }) };
  const app = spawn(process.execPath, [join(root, 'infra/app.ts'), name, outdir], { env });
  const output = Promise.all([text(app.stderr), text(app.stdout)]);
  const [code] = await once(app, 'close');
  if (code !== 0) {
    throw new Error(`stage ${name} cannot be synthesized: ${(await output).join('').trim()}`);
  }
}

if (import.meta.main) {
  try {
    const { values, positionals } = readArguments({
      options: { fast: { type: 'boolean' } },
      allowPositionals: true,
    });
    await synth({ stages: positionals, fast: values.fast });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
