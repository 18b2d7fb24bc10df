/** What of the built site goes into the bucket, under which headers, and in which order. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

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

const immutable = 'public, max-age=31536000, immutable';
const hour = 'public, max-age=3600';
const revalidated = 'no-cache';

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
  const files = globSync('**/*', { cwd: folder, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  const keys = files.map((one) => join(one.parentPath, one.name).slice(folder.length + 1)).sort();
  const object = (key: string): SiteObject => siteObject(key, readFileSync(join(folder, key)));
  const fixed = keys.filter(
    (key) => !isHashed(key) && !['index.html', 'config.json'].includes(key),
  );
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
  const cacheControl = isHashed(key)
    ? immutable
    : /^(index\.html|config\.json)$/.test(key)
      ? revalidated
      : hour;
  return { key, body, contentType, cacheControl };
}

/** Names a release by its page, which names everything else. */
export const releaseOf = (index: Uint8Array): string =>
  createHash('sha256').update(index).digest('hex').slice(0, 16);
