/** What of the built site goes into the bucket, under which headers, and in which order. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';

export interface SiteObject {
  readonly key: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly cacheControl: string;
}

export interface Site {
  /** Named by their content: never change, may be uploaded in any order, and first. */
  readonly assets: readonly SiteObject[];
  /** Under fixed names, `config.json` among them: uploaded when every asset is there. */
  readonly others: readonly SiteObject[];
  /** The page that names the assets: uploaded last, and with it the release is live. */
  readonly index: SiteObject;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

const revalidated = ['index.html', 'config.json'];

/** Named by its content: esbuild's `[name]-[hash]`, eight letters and digits of base 32. */
export const isHashed = (key: string) => /-[A-Z0-9]{8}\.\w+$/.test(key);

/**
 * @param folder the built site, `dist/web`
 * @param config what the page is told in `/config.json`
 * @throws Error of one line: no site, or a file of an unknown type
 */
export function siteObjects(folder: string, config: object): Site {
  if (!existsSync(join(folder, 'index.html'))) {
    throw new Error(`there is no ${join(folder, 'index.html')}: build the site first`);
  }
  const object = (key: string) => siteObject(key, readFileSync(join(folder, key)));
  const files = globSync('**/*', { cwd: folder, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  const keys = files.map((one) => relative(folder, join(one.parentPath, one.name))).sort();
  const fixed = keys.filter((key) => !isHashed(key) && !revalidated.includes(key));
  return {
    assets: keys.filter(isHashed).map(object),
    others: [
      ...fixed.map(object),
      siteObject('config.json', Buffer.from(JSON.stringify(config, null, 2))),
    ],
    index: object('index.html'),
  };
}

function siteObject(key: string, body: Uint8Array): SiteObject {
  const contentType = contentTypes[extname(key)];
  if (!contentType) {
    throw new Error(`${key} has no known content type: add it to infra/deploy/site-objects.ts`);
  }
  return { key, body, contentType, cacheControl: cacheControl(key) };
}

function cacheControl(key: string): string {
  if (isHashed(key)) return 'public, max-age=31536000, immutable';
  return revalidated.includes(key) ? 'no-cache' : 'public, max-age=3600';
}
