/** An HTTP request as the gateway sees it: raw path, decoded query, headers with the client's spelling. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { unescape as percentDecode } from 'node:querystring';
import type { ApiModel } from './api-model.ts';
import type { Limits } from './limits.ts';
import { forbidden, Refusal, refuse } from './refusal.ts';

/** Values by exact name, in order: API Gateway treats names of headers and query parameters case-sensitively (Known issues). */
export type Values = ReadonlyMap<string, readonly string[]>;

export interface GatewayRequest {
  readonly method: string;
  /** Without stage, raw: what routes match and `event.path` holds. */
  readonly path: string;
  /** `$context.path`: with the stage on an execute-api host, without it on any other. */
  readonly contextPath: string;
  readonly host: string;
  readonly protocol: string;
  readonly sourceIp: string;
  readonly headers: Values;
  /** Lower-case names, for the gateway's own look-ups. */
  readonly lowered: IncomingHttpHeaders;
  readonly query: Values;
}

/** Names that reach a function in this spelling whatever the client wrote. Recorded: test_lambda_aws_proxy_integration. */
const canonical: ReadonlyMap<string, string> = new Map(
  ['Authorization', 'Host', 'User-Agent'].map((name) => [name.toLowerCase(), name]),
);

/** Stands in for the custom domain. Another name is refused, as by AWS: no web page reaches the API by rebinding its own. */
const loopback = /^(127\.0\.0\.1|\[::1\]|([\w-]+\.)*localhost)$/;

/**
 * The Host header decides, as on AWS: `<api id>.execute-api.<anything>` wants `/<stage>/…`; a loopback name or the API's own
 * domain is a custom domain with the stage at its root.
 * @throws Refusal what is turned away before the stage is known
 */
export function readRequest(req: IncomingMessage, api: ApiModel, limits: Limits): GatewayRequest {
  refuseAmbiguous(req, limits);
  const lowered = req.headers;
  const target = (req.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '');
  const question = target.indexOf('?');
  const rawPath = question < 0 ? target : target.slice(0, question);
  const host = (lowered.host ?? '').replace(/:\d*$/, '').toLowerCase();
  return {
    method: methodOverride(lowered) ?? req.method ?? 'GET',
    ...paths(rawPath.replace(/^\/*/, '/'), host, api),
    host,
    protocol: `HTTP/${req.httpVersion}`,
    sourceIp: req.socket.remoteAddress ?? '',
    headers: headerValues(req.rawHeaders),
    lowered,
    query: queryValues(question < 0 ? '' : target.slice(question + 1)),
  };
}

/** What Node's parser accepts and two parsers in a row could read differently (RFC 9112, sections 3.2, 6.1), and sizes. */
function refuseAmbiguous(
  { rawHeaders, headers, httpVersion, url = '' }: IncomingMessage,
  limits: Limits,
) {
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || httpVersion !== '1.1')) {
    throw refuse(400, 'Bad Request');
  }
  const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length !== 1) throw refuse(400, 'Bad Request');
  if (url.length > limits.url) throw refuse(414, 'Request-URI Too Long');
  const size = rawHeaders.reduce((sum, text) => sum + text.length, 0);
  if (size > limits.headers) throw refuse(431, 'Request Header Fields Too Large');
}

/** AWS: Known issues, X-HTTP-Method-Override. */
function methodOverride(headers: IncomingHttpHeaders): string | undefined {
  const override = String(headers['x-http-method-override'] ?? '').toUpperCase();
  return /^[A-Z]+$/.test(override) ? override : undefined;
}

function paths(path: string, host: string, api: ApiModel) {
  const [, apiId] = /^([^.]+)\.execute-api\./.exec(host) ?? [];
  if (apiId === undefined) {
    if (!loopback.test(host) && !api.domainNames.includes(host)) throw forbidden();
    return { path, contextPath: path };
  }
  const [, stage, rest = ''] = /^\/([^/]*)(.*)$/s.exec(path) ?? [];
  if (apiId !== api.id || stage !== api.stageName || api.executeApiDisabled) throw forbidden();
  return { path: rest.replace(/^\/*/, '/'), contextPath: path };
}

function headerValues(raw: readonly string[]): Values {
  const values = new Map<string, string[]>();
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!;
    append(values, canonical.get(name.toLowerCase()) ?? name, raw[i + 1]!);
  }
  return values;
}

/** `;` separates too, as AWS's known issues say. A malformed escape stays as it is. */
function queryValues(query: string): Values {
  const values = new Map<string, string[]>();
  for (const pair of query.split(/[&;]/)) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    append(values, decode(name), decode(value));
  }
  return values;
}

const decode = (text: string) => percentDecode(text.replaceAll('+', ' '));

function append(values: Map<string, string[]>, name: string, value: string): void {
  const list = values.get(name);
  if (list) list.push(value);
  else values.set(name, [value]);
}

/**
 * The body, never more than the limit in memory; null where it is empty, `aborted` where the client went away.
 * @throws Refusal 413
 */
export async function readBody(
  req: IncomingMessage,
  limits: Limits,
): Promise<Buffer | null | 'aborted'> {
  if (!('content-length' in req.headers || 'transfer-encoding' in req.headers)) return null;
  const declared = Number(req.headers['content-length'] ?? 0);
  if (declared > limits.discard) throw tooLarge(limits);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of req.iterator({ destroyOnReturn: false })) {
      size += chunk.length;
      if (size > limits.discard) break;
      if (size <= limits.body) chunks.push(chunk);
      else chunks.length = 0;
    }
  } catch {
    return 'aborted';
  }
  if (size > limits.body) throw tooLarge(limits);
  return size === 0 ? null : Buffer.concat(chunks);
}

/** Plain text and no request id, as seen on AWS (lgtm-generator#10). */
export const tooLarge = ({ body }: Limits) =>
  new Refusal(413, 'text; charset=utf-8', `HTTP content length exceeded ${body} bytes.`, {});
