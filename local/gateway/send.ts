/** Writes an answer on the wire, with the headers that API Gateway adds to each. */
import { type ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http';
import type { Exchange } from './exchange.ts';
import type { Answer } from './gateway-response.ts';

const bodiless = new Set([204, 304]);

/** @param exchange absent for what was turned away before the stage was known: no request id, and the connection ends */
export function send(res: ServerResponse, answer: Answer, exchange?: Exchange): void {
  const { status, headers } = answer;
  const body = Buffer.from(bodiless.has(status) ? '' : answer.body);
  if (!exchange || !res.req.complete) res.shouldKeepAlive = false;
  res.writeHead(
    status,
    [
      ...(exchange ? identification(exchange) : []),
      ...headers.filter(isHeader),
      ...(bodiless.has(status) ? [] : [['Content-Length', String(body.length)] as const]),
      ['Connection', res.shouldKeepAlive ? 'keep-alive' : 'close'] as const,
    ].flat(),
  );
  res.end(body);
}

/** What would break the header section is left out, as a mapping may copy what a client sent (assumed). */
export function isHeader([name, value]: readonly [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

const identification = ({ context }: Exchange) =>
  [
    ['x-amzn-RequestId', context.requestId],
    ['x-amz-apigw-id', context.extendedRequestId],
  ] as const;
