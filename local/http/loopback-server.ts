/**
 * The HTTP server under the parts that people and tools talk to. It binds to 127.0.0.1 only, refuses foreign Host headers
 * (a web page must not reach it by DNS rebinding), and turns every failure into one clear sentence.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { listen } from './listen.ts';

export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  /** The body as text. Throws a BadRequestError above 1 MB. */
  body(): Promise<string>;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

export interface LoopbackServer {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Answered as 400 with its message. */
export class BadRequestError extends Error {
  override name = 'BadRequestError';
}

export const json = (status: number, value: unknown, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body: `${JSON.stringify(value)}\n`,
});

const maxBodyBytes = 1_000_000;
const loopback = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/**
 * Starts a server.
 * @param name what the port is for, as the message about a taken port says it: `sign-in`
 * @param wanted the port; 0 takes a free one
 * @throws an Error of one line where the port is in use
 */
export async function listenOnLoopback(
  name: string,
  wanted: number,
  handle: (call: Call) => Reply | Promise<Reply>,
): Promise<LoopbackServer> {
  const server = createServer(async (request, response) => {
    const reply = await answer(request, handle);
    if (response.destroyed) return;
    for (const [key, value] of Object.entries(reply.headers ?? {})) response.setHeader(key, value);
    response.statusCode = reply.status;
    // What is left of a body that nobody wants to read would be taken for the next request.
    if (!request.complete) response.shouldKeepAlive = false;
    response.end(reply.body);
  });
  const port = await listen(server, name, wanted);
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  handle: (call: Call) => Reply | Promise<Reply>,
): Promise<Reply> {
  const host = request.headers.host ?? '';
  if (!loopback.test(host)) {
    return json(403, {
      message: `The Host header must name this machine, not ${host || 'nothing'}`,
    });
  }
  const { method = 'GET', headers, url = '' } = request;
  // Put together as text: relative to a base, `//elsewhere/path` would be a URL of another host.
  const target = url.startsWith('/') ? URL.parse(`http://${host}${url}`) : null;
  if (!target) return json(400, { message: 'The request target is not a path' });
  try {
    return await handle({ method, url: target, headers, body: () => readBody(request) });
  } catch (error) {
    if (error instanceof BadRequestError) return json(400, { message: error.message });
    console.error(
      `${method} ${target.pathname}: ${error instanceof Error ? error.message : error}`,
    );
    return json(500, { message: 'Something went wrong here; the runtime has written what' });
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new BadRequestError('The body is above 1 MB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
