/** `npm run build`: the functions into `dist/functions`, the site into `dist/web`; what has not changed is left alone. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { bundleFunctions } from '../assets/bundle-functions.ts';
import { fingerprint } from './fingerprint.ts';
import { readArguments } from './read-arguments.ts';

const root = join(import.meta.dirname, '../..');

interface Part {
  readonly name: string;
  readonly sources: readonly string[];
  /** What it returns, if it is a text, is told. */
  readonly build: (outdir: string) => Promise<unknown>;
}

const parts: readonly Part[] = [
  {
    name: 'functions',
    sources: ['services/**/*.ts', 'infra/assets/**/*.ts', 'package-lock.json'],
    build: (outdir) => bundleFunctions({ outdir }),
  },
  {
    name: 'web',
    sources: ['web/**/*', 'services/contract/*.ts', 'package-lock.json'],
    build: buildWeb,
  },
];

/** A process of its own: the site is none of the CDK app's business. @throws Error with the builder's own words */
async function buildWeb(): Promise<string> {
  try {
    const builder = promisify(execFile)(process.execPath, [join(root, 'web/build.ts')]);
    return (await builder).stdout.trimEnd();
  } catch (error) {
    throw new Error(Object(error).stderr?.trim() || String(error), { cause: error });
  }
}

/** @param say takes one line of progress */
export async function build(say: (line: string) => void = console.log): Promise<void> {
  for (const part of parts) {
    await buildPart(part, say);
  }
}

async function buildPart({ name, sources, build }: Part, say: (line: string) => void) {
  const outdir = join(root, 'dist', name);
  const stamp = join(root, 'dist/.fingerprints', name);
  const now = fingerprint(root, sources);
  if (existsSync(outdir) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) {
    return;
  }
  const started = performance.now();
  // Whatever a build that fails leaves behind must not pass for the one before it.
  for (const old of [outdir, stamp]) {
    rmSync(old, { recursive: true, force: true });
  }
  const told = await build(outdir);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
  say(`built dist/${name} in ${Math.round(performance.now() - started)} ms`);
  if (typeof told === 'string') {
    say(told);
  }
}

if (import.meta.main) {
  readArguments();
  try {
    await build();
    console.log(`up to date: ${parts.map(({ name }) => `dist/${name}`).join(', ')}`);
  } catch (error) {
    console.error(`build failed: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
