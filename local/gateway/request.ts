/** An HTTP request as the gateway sees it: raw path, decoded query, headers with the client's spelling. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { unescape as percentDecode } from 'node:querystring';
import { forbidden, Refusal, refuse } from './answer.ts';
import type { ApiModel } from './api-model.ts';
import type { Limits } from './limits.ts';

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

const canonical: ReadonlyMap<string, string> = new Map(
  ['Authorization', 'Host', 'User-Agent'].map((name) => [name.toLowerCase(), name]),
);

/** The client's, but for three names that are the same for all clients. Recorded: test_lambda_aws_proxy_integration. */
export const spelling = (name: string): string => canonical.get(name.toLowerCase()) ?? name;

/** Stands in for the custom domain. Another name is refused, as by AWS: no web page reaches the API by rebinding its own. */
const loopback = /^(127\.0\.0\.1|\[::1\]|([\w-]+\.)*localhost)$/;

/**
 * The Host header decides, as on AWS: `<api id>.execute-api.<anything>` wants `/<stage>/…`; a loopback name or the API's own
 * domain is a custom domain with the stage at its root.
 * @throws Refusal what is turned away before the stage is known
 */
export function readRequest(req: IncomingMessage, api: ApiModel, limits: Limits): GatewayRequest {
  const { headers: lowered, url = '/' } = req;
  const headers = headerValues(req.rawHeaders);
  refuseAmbiguous(req, headers, limits);
  const target = url.replace(/^https?:\/\/[^/?]*/i, '');
  const [rawPath = '', ...rest] = target.split('?');
  const query = rest.join('?');
  // They "must be URL-encoded", say the known issues; the status is assumed.
  if (/[|{}]/.test(query)) throw refuse(400, 'Bad Request');
  const host = (lowered.host ?? '').replace(/:\d*$/, '').toLowerCase();
  return {
    method: methodOverride(lowered) ?? req.method ?? 'GET',
    ...paths(rawPath.replace(/^\/*/, '/'), host, api),
    host,
    protocol: `HTTP/${req.httpVersion}`,
    sourceIp: req.socket.remoteAddress ?? '',
    headers,
    lowered,
    query: queryValues(query),
  };
}

/** What Node's parser accepts and two parsers in a row could read differently (RFC 9112, sections 3.2, 6.1), and sizes. */
function refuseAmbiguous(
  { rawHeaders, headers, httpVersion, url = '' }: IncomingMessage,
  values: Values,
  limits: Limits,
) {
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || httpVersion !== '1.1')) {
    throw refuse(400, 'Bad Request');
  }
  if (values.get('Host')?.length !== 1) throw refuse(400, 'Bad Request');
  if (url.length > limits.url) throw refuse(414, 'Request-URI Too Long');
  const size = rawHeaders.reduce((sum, text) => sum + text.length, 0);
  if (size > limits.headers) throw refuse(431, 'Request Header Fields Too Large');
}

/** AWS: Known issues, X-HTTP-Method-Override. */
function methodOverride(headers: IncomingHttpHeaders): string | undefined {
  const override = headers['x-http-method-override']?.toString().toUpperCase();
  return override && /^[A-Z]+$/.test(override) ? override : undefined;
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
  for (let i = 0; i < raw.length; i += 2) append(values, spelling(raw[i]!), raw[i + 1]!);
  return values;
}

/** `;` separates too, as AWS's known issues say. A malformed escape stays as it is. */
function queryValues(query: string): Values {
  const values = new Map<string, string[]>();
  for (const pair of query.split(/[&;]/)) {
    if (pair === '') continue;
    const [name = '', ...value] = pair.split('=');
    append(values, decode(name), decode(value.join('=')));
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
  const { 'content-length': length = 0, 'transfer-encoding': coding } = req.headers;
  if (coding === undefined && Number(length) === 0) return null;
  // Plain text and no request id, as seen on AWS (lgtm-generator#10).
  const message = `HTTP content length exceeded ${limits.body} bytes.`;
  const tooLarge = () => new Refusal(413, 'text; charset=utf-8', message);
  if (Number(length) > limits.discard) throw tooLarge();
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
  if (size > limits.body) throw tooLarge();
  return size === 0 ? null : Buffer.concat(chunks);
}
