/**
 * The web front end as CloudFront would deliver it: the template's behaviours, headers and rewrite, on the built site.
 * Edge locations, caching and HTTPS are not here.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Call,
  type LoopbackServer,
  listenOnLoopback,
  type Reply,
} from '../http/loopback-server.ts';
import type { Stage } from '../template/resource.ts';
import { type Distribution, type PolicyHeader, readDistribution } from './distribution.ts';
import { type Endpoints, localizePolicy } from './local-origins.ts';
import { compress, readSiteFile, replyWith } from './site-files.ts';
import type { ViewerFunction } from './viewer-function.ts';

export interface WebOptions extends Endpoints {
  /** 4000; 0 takes a free one. */
  readonly port: number;
  readonly stage: Stage;
  /** The built site: `dist/web`. It may be missing. */
  readonly directory: string;
  readonly controlUrl: string;
}

/** What the front end is told in `/config.json`; a deployment uploads the same shape with its own URLs. */
export interface SiteConfig {
  readonly stage: string;
  readonly apiUrl: string;
  /** Base of `/oauth2/authorize`, `/oauth2/token`, `/logout`. */
  readonly signInUrl: string;
  readonly clientId: string | undefined;
  readonly scopes: readonly string[];
}

/** @throws an Error of one line: port in use, or something in the distribution that is not emulated */
export async function createWeb(options: WebOptions): Promise<LoopbackServer> {
  const { stage, directory, port } = options;
  const distribution = readDistribution(stage);
  const localize = localizePolicy(stage, options);
  const headers = (distribution?.headers ?? []).map((header) =>
    header.name.startsWith('content-security-policy')
      ? { ...header, value: localize(header.value) }
      : header,
  );
  const config = JSON.stringify(siteConfig(options), null, 2);
  const read = async (uri: string) =>
    uri === '/config.json' ? Buffer.from(config) : readSiteFile(directory, uri);

  return listenOnLoopback('web front end', port, async (call) => {
    if (!distribution || !existsSync(join(directory, distribution.rootObject))) {
      return notBuilt(options, call);
    }
    const reply = withPolicy(await deliver(distribution, call, read), headers);
    return isKnown(reply, call.headers['if-none-match'])
      ? { status: 304, headers: reply.headers ?? {} }
      : reply;
  });
}

async function deliver(
  { rootObject, errorPages, compress: compresses, viewerRequest }: Distribution,
  call: Call,
  read: (uri: string) => Promise<Uint8Array | undefined>,
): Promise<Reply> {
  if (!['GET', 'HEAD'].includes(call.method)) {
    return text(403, 'This distribution is not configured to allow the HTTP request method.');
  }
  const rewritten = await rewrite(viewerRequest, call);
  if ('status' in rewritten) return rewritten;
  const uri = rewritten.uri === '/' ? `/${rootObject}` : rewritten.uri;
  for (const { path, status } of [{ path: uri, status: 200 }, ...errorPages]) {
    const content = await read(path);
    if (!content) continue;
    const reply = { ...replyWith(path, content), status };
    return compresses ? compress(reply, String(call.headers['accept-encoding'] ?? '')) : reply;
  }
  // A bucket that may not be listed answers 403 for what is not there.
  return text(403, 'Access Denied');
}

/** Developer guide, "HTTP 503 (Service Unavailable)": what a viewer sees of a function that fails. */
async function rewrite(viewerRequest: ViewerFunction | undefined, call: Call) {
  if (!viewerRequest) return { uri: call.url.pathname };
  try {
    return await viewerRequest(call);
  } catch (error) {
    console.error(`The CloudFront function failed at ${call.url.pathname}: ${error}`);
    return text(503, 'The CloudFront function associated with the distribution could not run.');
  }
}

function withPolicy(reply: Reply, headers: readonly PolicyHeader[]): Reply {
  const result: Record<string, string | readonly string[]> = { ...reply.headers };
  for (const { name, value, override } of headers) {
    if (override || result[name] === undefined) result[name] = value;
  }
  return { ...reply, headers: result };
}

/** RFC 9110, "If-None-Match": weak comparison, so the compressed and the plain form of an object are the same. */
function isKnown({ status, headers = {} }: Reply, known = ''): boolean {
  const opaque = (tag: unknown) => String(tag).trim().replace(/^W\//, '');
  return status === 200 && known.split(',').map(opaque).includes(opaque(headers['etag']));
}

const text = (status: number, body: string): Reply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: `${body}\n`,
});

function siteConfig({ stage, apiUrl, signInUrl }: WebOptions): SiteConfig {
  const client = stage
    .ofType('AWS::Cognito::UserPoolClient')
    .find(({ properties }) => properties.AllowedOAuthFlows?.includes('code'));
  return {
    stage: stage.name,
    apiUrl,
    signInUrl,
    clientId: client?.ref,
    scopes: client?.properties.AllowedOAuthScopes ?? [],
  };
}

function notBuilt({ apiUrl, signInUrl, controlUrl }: WebOptions, { url }: Call): Reply {
  if (url.pathname !== '/') return text(404, `There is no ${url.pathname} here`);
  return text(
    200,
    `The front end is not built yet. The rest of the system runs:

REST API (health)      ${apiUrl}/health
Telemetry and control  ${controlUrl}
Sign-in                ${signInUrl}`,
  );
}
