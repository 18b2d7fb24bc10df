/** `npm run build`: the functions into `dist/functions`, the site into `dist/web`; what has not changed is left alone. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build as bundle } from 'esbuild';
import { routes } from '../../services/contract/routes.ts';
import { fingerprint } from './fingerprint.ts';

const root = join(import.meta.dirname, '../..');

interface Part {
  readonly name: string;
  readonly sources: readonly string[];
  readonly build: (outdir: string) => Promise<unknown>;
}

const parts: readonly Part[] = [
  {
    name: 'functions',
    sources: ['services/**/*.ts', 'infra/assets/*.ts', 'package-lock.json'],
    build: (outdir) =>
      bundle({
        entryPoints: Object.keys(routes).map((name) => ({
          in: join(root, `services/items/${name}.ts`),
          out: `${name}/index`,
        })),
        outdir,
        bundle: true,
        minify: true,
        platform: 'node',
        target: 'node24',
        format: 'cjs',
        logLevel: 'error',
      }),
  },
];

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
  rmSync(outdir, { recursive: true, force: true });
  await build(outdir);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
  say(`built dist/${name} in ${Math.round(performance.now() - started)} ms`);
}

if (import.meta.main) {
  try {
    await build();
  } catch (error) {
    console.error(`build failed: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
