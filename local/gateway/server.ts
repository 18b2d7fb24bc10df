/** The HTTP server around a handler: loopback only, with time-outs, and no way to smuggle a second request past it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { listen } from '../http/listen.ts';
import type { Limits } from './limits.ts';

export interface HttpServer {
  /** @returns the port, chosen by the system for 0 @throws an Error of one line where it cannot be had */
  listen(port: number): Promise<number>;
  /** Stops listening, lets requests finish for a while, then cuts what is left. */
  close(): Promise<void>;
}

export function createHttpServer(
  handle: (req: IncomingMessage, res: ServerResponse) => Promise<void>,
  limits: Limits,
): HttpServer {
  const open = new Set<ServerResponse>();
  const latest = new WeakMap<Socket, ServerResponse>();
  const serve = (req: IncomingMessage, res: ServerResponse) => {
    // Nothing is served behind an answer that ends the connection, though its bytes may be here already.
    if (latest.get(req.socket)?.shouldKeepAlive === false) return;
    latest.set(req.socket, res);
    // Node loses what is pipelined behind an offer to upgrade, which is never taken here.
    if (req.headers.upgrade !== undefined) res.shouldKeepAlive = false;
    open.add(res);
    res.once('close', () => open.delete(res));
    void handle(req, res);
  };
  const server = createServer({
    // The handler refuses a missing one, so that what follows on the connection is refused too.
    requireHostHeader: false,
    // The request line counts too; what lies between is refused with a clear answer.
    maxHeaderSize: limits.headers + limits.url + 4096,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.idleMs,
    connectionsCheckingInterval: Math.min(5_000, limits.headersMs),
  });
  server.setTimeout(limits.idleMs);
  // Their size is limited. Node would drop what lies behind the 2,000th.
  server.maxHeadersCount = 0;
  server.on('request', serve);
  server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => {
    // A body that is refused for its length need not be sent.
    if (Number(req.headers['content-length'] ?? 0) <= limits.body) res.writeContinue();
    serve(req, res);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
    refuseRaw(
      error,
      socket,
      [...open].filter((res) => res.req.socket === socket),
    ),
  );
  return {
    listen: (port) => listen(server, 'API', port),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      const timer = setTimeout(() => server.closeAllConnections(), limits.closeMs);
      for (const res of open)
        res.once('finish', () => setImmediate(() => server.closeIdleConnections()));
      await closed;
      clearTimeout(timer);
    },
  };
}

const refusals: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/**
 * Bytes that are no request: an answer and the end of the connection. Answers still due to complete requests that came
 * before on the same connection go first, or a client would take this one for theirs.
 */
function refuseRaw(
  error: NodeJS.ErrnoException,
  socket: Socket,
  open: readonly ServerResponse[],
): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const due = open.filter((res) => res.req.complete && !res.writableFinished);
  const partial = open.some((res) => !res.req.complete && res.headersSent);
  const status = refusals[error.code ?? ''] ?? '400 Bad Request';
  const body = JSON.stringify({ message: status.slice(4) });
  const answer = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
  const end = () => (partial ? socket.destroy() : socket.end(answer, () => socket.destroy()));
  const last = due.at(-1);
  if (last) last.once('close', end);
  else end();
}
