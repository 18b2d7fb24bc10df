/** The bucket: the built site on disk, read as S3 and CloudFront would deliver it. */
import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Reply } from '../http/loopback-server.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Developer guide, "Serve compressed files": text-like types from 1,000 to 10,000,000 bytes. */
const compressible = /^(text\/|application\/(json|manifest)|image\/(svg|x-icon))/;
const compressors = { br: promisify(brotliCompress), gzip: promisify(gzip) } as const;

/**
 * The object of a URI, or undefined where there is none. Nothing outside of the directory is ever read, not by `..` and
 * not by a symbolic link.
 */
export async function readSiteFile(
  directory: string,
  uri: string,
): Promise<Uint8Array | undefined> {
  try {
    const root = await realpath(directory);
    const file = await realpath(join(root, decodeURIComponent(uri)));
    return file.startsWith(root + sep) ? await readFile(file) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What the deployment says of its objects: esbuild's `[name]-[hash]` never changes, the page and what it is told are asked for
 * again each time, the rest is good for an hour.
 */
function cacheControl(uri: string): string {
  if (/-[A-Z0-9]{8}\.\w+$/.test(uri)) return 'public, max-age=31536000, immutable';
  return /^\/(index\.html|config\.json)$/.test(uri) ? 'no-cache' : 'public, max-age=3600';
}

/** The answer for an object, before the distribution's own headers. */
export const replyWith = (uri: string, content: Uint8Array): Reply => ({
  status: 200,
  headers: {
    'content-type': contentTypes[extname(uri)] ?? 'application/octet-stream',
    'cache-control': cacheControl(uri),
    etag: `"${createHash('md5').update(content).digest('hex')}"`,
  },
  body: content,
});

/** Compresses what CloudFront would compress. */
export async function compress(reply: Reply, acceptEncoding: string): Promise<Reply> {
  const { body = '', headers = {} } = reply;
  const encoding = (['br', 'gzip'] as const).find((name) =>
    new RegExp(`(^|[,\\s])${name}\\s*(,|$|;(?!\\s*q=0(\\.0*)?\\s*(,|$)))`).test(acceptEncoding),
  );
  const fits = body.length >= 1_000 && body.length <= 10_000_000;
  if (!fits || !compressible.test(String(headers['content-type']))) return reply;
  const vary = { ...headers, vary: 'accept-encoding' };
  if (!encoding) return { ...reply, headers: vary };
  return {
    ...reply,
    headers: { ...vary, 'content-encoding': encoding, etag: `W/${headers['etag']}` },
    body: await compressors[encoding](body),
  };
}
