/** What a function's answer becomes for the client. AWS: Set up Lambda proxy integrations, "Output format"; recorded cases. */
import { type Answer, isHeader } from './answer.ts';
import type { ApiModel } from './api-model.ts';
import type { Exchange } from './exchange.ts';
import { misconfigured } from './gateway-response.ts';
import { clientHeader } from './headers.ts';
import { isBinary, mediaType } from './media-type.ts';
import type { Readings } from './readings.ts';

const members = ['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded'] as const;

type ProxyResponse = Readonly<Partial<Record<(typeof members)[number], unknown>>>;

const malformed = () => misconfigured('Malformed Lambda proxy response', 502);

/** @throws Failure 502 for an answer that is not of the documented form, 500 for base64 that is none */
export function proxyResponse(
  payload: string,
  exchange: Exchange,
  api: ApiModel,
  readings: Readings,
): Answer {
  const response = parse(payload, readings);
  const status = statusOf(response.statusCode);
  exchange.context.integration = { ...exchange.context.integration, status };
  const headers = headersOf(response, readings).flatMap(([name, value]) => {
    const passed = clientHeader(name, readings);
    return passed === undefined ? [] : [[passed, value] as const];
  });
  if (!headers.some(([name]) => name.toLowerCase() === 'content-type')) {
    headers.push(['Content-Type', 'application/json']);
  }
  return { status, headers, body: bodyOf(response, exchange, api) };
}

function parse(payload: string, readings: Readings): ProxyResponse {
  let response: unknown;
  try {
    response = JSON.parse(payload);
  } catch {
    throw malformed();
  }
  if (typeof response !== 'object' || response === null || Array.isArray(response))
    throw malformed();
  const names = Object.keys(response);
  if (names.length === 0 && readings.emptyProxyResponse === 502) throw malformed();
  if (names.some((name) => !(members as readonly string[]).includes(name))) throw malformed();
  return response;
}

/** A number or its text; 200 where it is absent. What HTTP cannot send as a final status is malformed (assumed). */
function statusOf(statusCode: unknown): number {
  const status = Number(statusCode ?? 200);
  const written = typeof statusCode === 'string' ? /^\d{3}$/.test(statusCode) : true;
  if (!written || !Number.isInteger(status) || status < 200 || status > 599) throw malformed();
  return status;
}

/** Both maps, the multi-valued first and its spelling for a name that is in both. */
function headersOf(
  { headers, multiValueHeaders }: ProxyResponse,
  readings: Readings,
): (readonly [string, string])[] {
  const lists = membersOf(multiValueHeaders).map(([name, values]) => {
    if (!Array.isArray(values)) throw malformed();
    return [name, values.map(scalar)] as const;
  });
  const spelling = new Map(lists.map(([name]) => [name.toLowerCase(), name]));
  const pairs = lists.flatMap(([name, values]) => values.map((value) => [name, value] as const));
  const folded = new Set(readings.equalHeaderPairs === 'folded' ? pairs.map(pairKey) : []);
  for (const [name, value] of membersOf(headers)) {
    if (value === null) continue;
    const pair = [spelling.get(name.toLowerCase()) ?? name, scalar(value)] as const;
    if (!folded.has(pairKey(pair))) pairs.push(pair);
  }
  if (!pairs.every(isHeader)) throw malformed();
  return pairs;
}

const pairKey = ([name, value]: readonly [string, string]) => `${name.toLowerCase()}: ${value}`;

function membersOf(map: unknown): [string, unknown][] {
  if (map === undefined || map === null) return [];
  if (typeof map !== 'object' || Array.isArray(map)) throw malformed();
  return Object.entries(map);
}

/** Text, or the text of a number or boolean. */
function scalar(value: unknown): string {
  if (value === null || typeof value === 'object') throw malformed();
  return String(value);
}

/**
 * Bytes only where the API has binary types, the function says base64 and the first type that the client accepts is binary.
 * Recorded: test_aws_proxy_binary_response.
 */
function bodyOf(
  { body, isBase64Encoded }: ProxyResponse,
  { request }: Exchange,
  { binaryMediaTypes }: ApiModel,
): string | Buffer {
  if (isBase64Encoded !== undefined && typeof isBase64Encoded !== 'boolean') throw malformed();
  if (body === undefined || body === null) return '';
  if (typeof body !== 'string') throw malformed();
  const accepted = mediaType(request.lowered.accept?.split(',', 1)[0]) ?? '';
  if (!isBase64Encoded || !isBinary(binaryMediaTypes, accepted)) return body;
  if (body.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(body)) {
    throw misconfigured('Unable to base64 decode the body.');
  }
  return Buffer.from(body, 'base64');
}
