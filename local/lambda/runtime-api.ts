/**
 * The Lambda Runtime API (version 2018-06-01) of one execution environment: a server of its own, because a request carries no
 * identity. Source: AWS Lambda Developer Guide, "Using the Lambda runtime API"; error bodies as the runtime interface emulator
 * renders them.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Invocation } from './invocation.ts';

/** The largest response, and so says the error (AWS: 6 MB and room for the envelope). */
export const maxResponseBytes = 6_291_556;

/** An error as the runtime reported it. */
export interface ReportedError {
  readonly payload: string;
  readonly errorType: string;
}

/** What the environment does when the runtime calls. */
export interface RuntimeListener {
  /** The runtime is ready for an event. `maxRssKb` is what our bootstrap says of its memory, 0 from another runtime. */
  next(maxRssKb: number): void;
  response(payload: string): void;
  /** The response is larger than {@link maxResponseBytes}. */
  oversize(): void;
  error(error: ReportedError): void;
  initError(error: ReportedError): void;
}

/** What the runtime gets from `/next`. */
type Event = Pick<Invocation, 'requestId' | 'functionArn' | 'payload' | 'trace' | 'fault'>;

export interface RuntimeApi {
  /** `127.0.0.1:<port>` */
  readonly address: string;
  /** Hands an event to the runtime that waits in `/next`. */
  deliver(event: Event, deadlineMs: number): void;
  /** Forgets the process that spoke so far: the next one starts with init. */
  reset(): void;
  close(): Promise<void>;
}

type Reply = readonly [status: number, body: object];

const accepted: Reply = [202, { status: 'OK' }];
const refusal = (status: number, errorType: string, errorMessage: string): Reply => [
  status,
  { errorMessage, errorType },
];
const invalidRequestId = refusal(400, 'InvalidRequestID', 'Invalid request ID');
const tooLarge = refusal(
  413,
  'RequestEntityTooLarge',
  `Exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
);

function send(response: ServerResponse, [status, body]: Reply) {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length });
  response.end(text);
}

/** Calls back with the body, or with undefined where it is larger than allowed (the rest is read and dropped). */
function readBody(request: IncomingMessage, done: (body: string | undefined) => void) {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxResponseBytes) chunks.push(chunk);
  });
  request.on('end', () => {
    done(size > maxResponseBytes ? undefined : Buffer.concat(chunks, size).toString());
  });
}

const errorTypeOf = (request: IncomingMessage, payload: string): string => {
  const header = request.headers['lambda-runtime-function-error-type'];
  if (typeof header === 'string') return header;
  try {
    return String(JSON.parse(payload).errorType);
  } catch {
    return 'Runtime.Unknown';
  }
};

const eventHeaders = (event: Event, deadlineMs: number): Record<string, string | number> => ({
  'content-type': 'application/json',
  'content-length': Buffer.byteLength(event.payload),
  'lambda-runtime-aws-request-id': event.requestId,
  'lambda-runtime-deadline-ms': deadlineMs,
  'lambda-runtime-invoked-function-arn': event.functionArn,
  'lambda-runtime-trace-id': event.trace.header,
  ...(event.fault === undefined ? {} : { 'lambda-local-fault': event.fault }),
});

/** Starts the server on a free port of the loopback interface. */
export async function createRuntimeApi(listener: RuntimeListener): Promise<RuntimeApi> {
  let state: 'init' | 'waiting' | 'running' | 'answered' = 'init';
  let waiting: ServerResponse | undefined;
  let requestId = '';

  const wrongState = (call: string) =>
    refusal(403, 'InvalidStateTransition', `${call} is not allowed while the runtime is ${state}`);

  function next(request: IncomingMessage, response: ServerResponse) {
    if (state === 'running' || waiting) return send(response, wrongState('next'));
    state = 'waiting';
    waiting = response;
    response.on('close', () => {
      if (waiting === response) waiting = undefined;
    });
    listener.next(Number(request.headers['lambda-local-max-rss'] ?? 0));
  }

  function initError(request: IncomingMessage, payload = ''): Reply {
    if (state !== 'init') return wrongState('init/error');
    listener.initError({ payload, errorType: errorTypeOf(request, payload) });
    return accepted;
  }

  function outcome(request: IncomingMessage, id: string, call: string, payload?: string): Reply {
    if (state !== 'running') return wrongState(call);
    if (id !== requestId) return invalidRequestId;
    state = 'answered';
    if (payload === undefined) {
      listener.oversize();
      return tooLarge;
    }
    if (call === 'response') listener.response(payload);
    else listener.error({ payload, errorType: errorTypeOf(request, payload) });
    return accepted;
  }

  const server = createServer((request, response) => {
    const [, version, runtime, area, id = '', call = ''] = request.url?.split('/') ?? [];
    const route = `${request.method} /${version}/${runtime}/${area}/${call ? `*/${call}` : id}`;
    const answer = (reply: (body: string | undefined) => Reply) =>
      readBody(request, (body) => send(response, reply(body)));
    switch (route) {
      case 'GET /2018-06-01/runtime/invocation/next':
        return next(request, response);
      case 'POST /2018-06-01/runtime/invocation/*/response':
      case 'POST /2018-06-01/runtime/invocation/*/error':
        return answer((body) => outcome(request, id, call, body));
      case 'POST /2018-06-01/runtime/init/error':
        return answer((body) => initError(request, body));
      default:
        return send(response, refusal(404, 'NotFound', `${route} is not part of the Runtime API`));
    }
  });
  server.keepAliveTimeout = 0; // an environment may sit in `/next` for hours
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliver(event, deadlineMs) {
      state = 'running';
      requestId = event.requestId;
      const response = waiting;
      waiting = undefined;
      response?.writeHead(200, eventHeaders(event, deadlineMs));
      response?.end(event.payload);
    },
    reset() {
      state = 'init';
      waiting = undefined;
      server.closeAllConnections();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
