/** What goes back to a client, whoever made it. */
import { randomUUID } from 'node:crypto';
import { type ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string | Buffer;
}

/** Spelling and order as on the wire; a name may come twice. */
export type Headers = readonly (readonly [name: string, value: string])[];

/** Turned away before the stage is known: no gateway response, no log line, no metric. AWS: Set up CloudWatch logging. */
export class Refusal extends Error implements Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  constructor(status: number, contentType: string, body: string, headers: Headers = []) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
    this.headers = [['Content-Type', contentType], ...headers];
  }
}

export const refuse = (status: number, message: string, headers: Headers = []): Refusal =>
  new Refusal(status, 'application/json', JSON.stringify({ message }), headers);

/** Another API, another stage, or the execute-api endpoint where it is disabled. */
export const forbidden = (): Refusal =>
  refuse(403, 'Forbidden', [
    ['x-amzn-RequestId', randomUUID()],
    ['x-amzn-ErrorType', 'ForbiddenException'],
  ]);

/** Headers with those of the same name, whatever its case, replaced. */
export function override(headers: Headers, by: Headers): Headers {
  const names = new Set(by.map(([name]) => name.toLowerCase()));
  return [...headers.filter(([name]) => !names.has(name.toLowerCase())), ...by];
}

/** Whether it can stand in the header section without breaking it. */
export function isHeader([name, value]: readonly [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

const framing = new Set(['connection', 'content-length', 'transfer-encoding']);

/** Whether a mapping may add it, which may copy what a client sent: the message stays whole (assumed). */
export const isMappable = (header: readonly [string, string]): boolean =>
  !framing.has(header[0].toLowerCase()) && isHeader(header);

const bodiless = new Set([204, 304]);

/** What is left of an answer where HTTP allows no body, whatever the function returned. */
export const withoutForbiddenBody = (answer: Answer): Answer =>
  bodiless.has(answer.status) ? { ...answer, body: '' } : answer;

/**
 * Writes an answer on the wire, with the headers that API Gateway adds to each.
 * @param ids absent for what was turned away before the stage was known, and the connection ends
 */
export function send(
  res: ServerResponse,
  { status, headers, body }: Answer,
  ids?: { readonly requestId: string; readonly extendedRequestId: string },
): void {
  if (!ids || !res.req.complete) res.shouldKeepAlive = false;
  const own: Headers = ids
    ? [
        ['x-amzn-RequestId', ids.requestId],
        ['x-amz-apigw-id', ids.extendedRequestId],
      ]
    : [];
  const lines = override(own, headers).flat();
  if (!bodiless.has(status)) lines.push('Content-Length', String(Buffer.byteLength(body)));
  lines.push('Connection', res.shouldKeepAlive ? 'keep-alive' : 'close');
  res.writeHead(status, lines);
  res.end(body);
}
