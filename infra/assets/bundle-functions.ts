/**
 * One bundle per function, from `services/items/<function>.ts` to `<outdir>/<function>/`, which is the code asset as it
 * is: `index.js` (handler `index.handler`) and a package.json that makes it CommonJS wherever it lies, also below this
 * package's own `type: module`. CommonJS, minified, SDK bundled and no source map in the asset load fastest; maps and
 * esbuild's metafile go to a folder beside it, for reading stack traces and seeing what a bundle is made of.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { routes } from '../../services/contract/routes.ts';
import { slim as slimPlugin } from './slim/slim.ts';

export interface FunctionBundle {
  readonly name: string;
  /** Absolute path of `index.js`. */
  readonly file: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  /** The modules whose code is in it, relative to the project's root. */
  readonly inputs: readonly string[];
}

export interface BundleOptions {
  /** Default `dist/functions`; maps and metafile go to `dist/functions.maps`. */
  readonly outdir?: string;
  /** Without what Lambda never runs (see slim/slim.ts). */
  readonly slim?: boolean;
}

const root = resolve(import.meta.dirname, '../..');

/** @throws Error with esbuild's findings where something does not bundle, or does not slim */
export async function bundleFunctions({
  outdir = join(root, 'dist/functions'),
  slim = true,
}: BundleOptions = {}): Promise<readonly FunctionBundle[]> {
  const names = Object.keys(routes);
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: `services/items/${name}.ts`, out: name })),
    outdir,
    bundle: true,
    write: false,
    metafile: true,
    sourcemap: 'external',
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
    plugins: slim ? [slimPlugin()] : [],
  });
  const maps = `${resolve(outdir)}.maps`;
  await mkdir(maps, { recursive: true });
  await writeFile(join(maps, 'metafile.json'), JSON.stringify(metafile));
  const bundles: FunctionBundle[] = [];
  for (const { path, contents } of outputFiles) {
    if (path.endsWith('.map')) {
      await writeFile(join(maps, basename(path)), contents);
      continue;
    }
    const name = basename(path, '.js');
    bundles.push({
      name,
      file: await writeAsset(join(outdir, name), contents),
      bytes: contents.length,
      gzipBytes: gzipSync(contents, { level: 9 }).length,
      inputs: contributing(metafile.outputs[relative(root, path)]!.inputs),
    });
  }
  return bundles;
}

async function writeAsset(folder: string, code: Uint8Array): Promise<string> {
  const file = join(folder, 'index.js');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  await writeFile(file, code);
  return file;
}

const contributing = (inputs: Metafile['outputs'][string]['inputs']): readonly string[] =>
  Object.keys(inputs).filter((path) => inputs[path]!.bytesInOutput > 0);
