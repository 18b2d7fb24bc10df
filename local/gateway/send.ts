/** Writes an answer on the wire, with the headers that API Gateway adds to each. */
import type { ServerResponse } from 'node:http';
import { type Answer, override } from './answer.ts';
import type { Context } from './context.ts';

const bodiless = new Set([204, 304]);

/** What is left of an answer where HTTP allows no body, whatever the function returned. */
export const withoutForbiddenBody = (answer: Answer): Answer =>
  bodiless.has(answer.status) ? { ...answer, body: '' } : answer;

/** @param context absent for what was turned away before the stage was known: no request id, and the connection ends */
export function send(
  res: ServerResponse,
  { status, headers, body }: Answer,
  context?: Context,
): void {
  if (!context || !res.req.complete) res.shouldKeepAlive = false;
  const lines = context
    ? override(
        [
          ['x-amzn-RequestId', context.requestId],
          ['x-amz-apigw-id', context.extendedRequestId],
        ],
        headers,
      ).flat()
    : headers.flat();
  if (!bodiless.has(status)) lines.push('Content-Length', String(Buffer.byteLength(body)));
  lines.push('Connection', res.shouldKeepAlive ? 'keep-alive' : 'close');
  res.writeHead(status, lines);
  res.end(body);
}
