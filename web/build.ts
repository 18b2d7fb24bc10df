/**
 * Builds the site into `dist/web`: one script, one style, one page that names them by their content's hash. Fails where
 * one of them is heavier than its budget. No bundler's runtime, nothing inline: the Content-Security-Policy allows neither.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';

const root = import.meta.dirname;

/** What a visitor downloads before the page can be used, in bytes after gzip, which is the larger of CloudFront's two. */
export const budgets = { script: 15_000, style: 3_000, page: 3_000 } as const;

type Part = keyof typeof budgets;

/** @throws Error of one line: something does not build, or is too heavy */
export async function buildSite(outdir: string): Promise<string> {
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['app.ts', 'style/style.css', 'icon.svg'],
    outdir,
    entryNames: 'assets/[name]-[hash]',
    loader: { '.svg': 'copy' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome120', 'firefox128', 'safari17.4'],
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
  });
  const assets = assetsByEntry(metafile, outdir);
  const page = nameAssets(await readFile(join(root, 'index.html'), 'utf8'), assets);
  await mkdir(outdir, { recursive: true });
  await writeFile(join(outdir, 'index.html'), page);
  const read = (entry: string) => readFile(join(outdir, assets.get(entry) ?? ''), 'utf8');
  return weigh({ script: await read('app.ts'), style: await read('style/style.css'), page });
}

/** From an entry point to the path of what was made of it. */
function assetsByEntry({ outputs }: Metafile, outdir: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(outputs).map(([file, { entryPoint, inputs }]) => [
      entryPoint ?? Object.keys(inputs)[0] ?? '',
      `assets/${basename(join(outdir, file))}`,
    ]),
  );
}

/** The page with each entry point replaced by its asset, without indentation. @throws Error where it names none of one */
export function nameAssets(page: string, assets: ReadonlyMap<string, string>): string {
  let named = page.replace(/^\s+/gm, '');
  for (const [entry, asset] of assets) {
    const reference = `="${entry}"`;
    if (!named.includes(reference)) throw new Error(`index.html does not name ${entry}`);
    named = named.replace(reference, `="/${asset}"`);
  }
  return named;
}

/** One line per part. @throws Error that names what is over its budget */
export function weigh(parts: Readonly<Record<Part, string>>): string {
  const rows = (Object.keys(budgets) as Part[]).map((part) => {
    const gzip = gzipSync(parts[part], { level: 9 }).length;
    const brotli = brotliCompressSync(parts[part]).length;
    const line = `${part}: ${gzip} bytes with gzip, ${brotli} with brotli; the budget is ${budgets[part]}`;
    return { line, isOver: gzip > budgets[part] };
  });
  const over = rows.filter(({ isOver }) => isOver).map(({ line }) => line);
  if (over.length > 0) throw new Error(`The site is too heavy. ${over.join('. ')}.`);
  return rows.map(({ line }) => line).join('\n');
}

if (import.meta.main) {
  try {
    console.log(await buildSite(join(root, '../dist/web')));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
