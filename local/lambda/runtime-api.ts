/**
 * The Lambda Runtime API (version 2018-06-01) of one execution environment: a server of its own, because a request carries no
 * identity. Source: AWS Lambda Developer Guide, "Using the Lambda runtime API"; error bodies and the order of checks as in the
 * runtime interface emulator.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Invocation,
  maxResponseBytes,
  type Outcome,
  oversize,
  reported,
} from './invocation.ts';

/** What the environment does when the runtime calls. */
export interface RuntimeListener {
  /** The runtime is ready for an event. `maxRssKb` is what our bootstrap says of its memory, 0 from another runtime. */
  next(maxRssKb: number): void;
  /** The outcome of the event begins to arrive. */
  answering(): void;
  answer(outcome: Outcome): void;
  initError(outcome: Outcome): void;
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
const invalidInvocationId = refusal(400, 'InvalidInvocationId', 'Invalid invocation ID');
const tooLarge = refusal(
  413,
  'RequestEntityTooLarge',
  `Exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
);

function send(response: ServerResponse, [status, body]: Reply) {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
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

function reportedError(request: IncomingMessage, payload: string): Outcome {
  const header = request.headers['lambda-runtime-function-error-type'];
  if (typeof header === 'string') return reported(payload, header);
  try {
    return reported(payload, String(JSON.parse(payload).errorType));
  } catch {
    return reported(payload, 'Runtime.Unknown');
  }
}

/** Starts the server on a free port of the loopback interface. */
export async function createRuntimeApi(listener: RuntimeListener): Promise<RuntimeApi> {
  let state: 'init' | 'waiting' | 'running' | 'answered' = 'init';
  let waiting: ServerResponse | undefined;
  let requestId = '';
  /** Of one delivery: unlike the request's, never used again. A runtime may echo it. */
  let invocationId = '';

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

  function initError(request: IncomingMessage, response: ServerResponse) {
    readBody(request, (payload = '') => {
      if (state !== 'init') return send(response, wrongState('init/error'));
      listener.initError(reportedError(request, payload));
      send(response, accepted);
    });
  }

  function problemOf({ headers }: IncomingMessage, id: string, call: string): Reply | undefined {
    if (id !== requestId) return invalidRequestId;
    const echo = headers['lambda-runtime-invocation-id'] ?? invocationId;
    if (echo !== invocationId) return invalidInvocationId;
    return state === 'running' ? undefined : wrongState(call);
  }

  const outcome =
    (call: 'response' | 'error') =>
    (request: IncomingMessage, response: ServerResponse, id: string) => {
      if (!problemOf(request, id, call)) listener.answering();
      readBody(request, (payload) => {
        const problem = problemOf(request, id, call);
        if (problem) return send(response, problem);
        state = 'answered';
        if (payload === undefined) listener.answer(oversize);
        else if (call === 'error') listener.answer(reportedError(request, payload));
        else listener.answer({ status: 'success', payload });
        send(response, payload === undefined ? tooLarge : accepted);
      });
    };

  const root = '/2018-06-01/runtime/';
  const routes = new Map([
    ['GET invocation/next', next],
    ['POST invocation/*/response', outcome('response')],
    ['POST invocation/*/error', outcome('error')],
    ['POST init/error', initError],
  ]);

  const server = createServer((request, response) => {
    const { method, url = '' } = request;
    const [area, id = '', call] = url.startsWith(root) ? url.slice(root.length).split('/') : [];
    const route = routes.get(`${method} ${area}/${call ? `*/${call}` : id}`);
    if (route) return route(request, response, id);
    send(response, refusal(404, 'NotFound', `${method} ${url} is not part of the Runtime API`));
  });
  server.keepAliveTimeout = 0; // an environment may sit in `/next` for hours
  server.requestTimeout = 0;
  server.headersTimeout = 0; // nor does init have to hurry
  await once(server.listen(0, '127.0.0.1'), 'listening');

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliver({ requestId: id, payload, functionArn, trace, fault }, deadlineMs) {
      state = 'running';
      requestId = id;
      invocationId = randomUUID();
      const response = waiting;
      waiting = undefined;
      response?.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(payload),
        'lambda-runtime-aws-request-id': id,
        'lambda-runtime-invocation-id': invocationId,
        'lambda-runtime-deadline-ms': deadlineMs,
        'lambda-runtime-invoked-function-arn': functionArn,
        'lambda-runtime-trace-id': trace.header,
        ...(fault === undefined ? {} : { 'lambda-local-fault': fault }),
      });
      response?.end(payload);
    },
    reset() {
      state = 'init';
      waiting = undefined;
      requestId = '';
      server.closeAllConnections();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
