/** DynamoDB's HTTP: one POST per operation, JSON both ways, a checksum on every answer. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { listen } from '../http/listen.ts';
import { type Answer, internalServerError } from './aws-error.ts';
import type { SignedRequest } from './signature.ts';

export interface ServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly region: string;
  readonly handle: (request: SignedRequest) => Promise<Answer>;
  /** Told in one sentence what went wrong in here. */
  readonly report: (sentence: string) => void;
}

/** The most that DynamoDB takes (Service, account, and table quotas). */
const maxRequestBytes = 16 * 1024 * 1024;

/** @throws an Error of one line where the port cannot be had. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { port, report } = options;
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) =>
    respond(request, response, options).catch((error: Error) => {
      if (!request.complete) return; // the client went away
      report(`DynamoDB ${request.headers['x-amz-target']}: ${error.message}`);
      if (!response.headersSent) send(response, internalServerError());
    }),
  );
  await listen(server, 'DynamoDB', port);
  return server;
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { region, handle }: ServerOptions,
): Promise<void> {
  const { method = '', url = '/', headers } = request;
  if (method === 'GET') {
    response.end(`healthy: dynamodb.${region}.amazonaws.com `);
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maxRequestBytes) {
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    chunks.push(chunk);
  }
  send(response, await handle({ method, url, headers, body: Buffer.concat(chunks) }));
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    'x-amz-crc32': String(crc32(text)),
    'x-amzn-requestid': requestId(),
  });
  response.end(text);
}

/** 52 characters, as AWS's; random UUIDs are drawn ahead, random bytes are not. */
const requestId = () =>
  `${randomUUID()}${randomUUID()}`.replaceAll('-', '').slice(0, 52).toUpperCase();
