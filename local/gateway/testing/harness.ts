/** A gateway on a free port with functions, user pool and telemetry that a test can look into. */
import { randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import type { MetricIdentity, Sample } from '../../../cloudwatch/metrics/metric.ts';
import type { SegmentDocument } from '../../telemetry/sinks.ts';
import { apisFromStage } from '../api.ts';
import { createGateway, type GatewayOptions } from '../gateway.ts';
import type { Invocation, Invoke, VerifyToken } from '../parts.ts';
import { type ApiSetup, functionArn, stageOf, userPoolArn } from './stage.ts';

/** What a function does; `{}` answers with the event that it got. */
export interface FunctionSetup {
  readonly returns?: unknown;
  readonly throws?: string;
  readonly exits?: number;
  readonly sleepsMs?: number;
  readonly reservedConcurrency?: number;
  readonly answersBytes?: number;
  readonly unreachable?: string;
  /** What the Invoke API itself answers. */
  readonly invokeStatus?: number;
}

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders | readonly (readonly [string, string])[];
  readonly body?: string | Buffer;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly headerLines: readonly (readonly [string, string])[];
  readonly text: string;
}

export type Harness = Awaited<ReturnType<typeof startGateway>>;

const nothingSeen = () => ({
  events: [] as Record<string, unknown>[],
  traceHeaders: [] as string[],
  metrics: [] as { readonly metric: MetricIdentity; readonly sample: Sample }[],
  logs: [] as { readonly logGroup: string; readonly message: string }[],
  segments: [] as SegmentDocument[],
  /** How many invocations have come to their end. */
  finished: 0,
});

export async function startGateway(setup: ApiSetup, options: Partial<GatewayOptions> = {}) {
  const seen = nothingSeen();
  const gateway = createGateway({
    api: apisFromStage(stageOf(setup))[0]!,
    invoke: fakeLambda(setup, seen),
    verifyToken,
    telemetry: {
      metrics: { put: (metric, sample) => seen.metrics.push({ metric, sample }) },
      logs: { write: (event) => seen.logs.push(event) },
      traces: { segment: (document) => seen.segments.push(document) },
    },
    ...options,
  });
  const port = await gateway.listen(0);
  return Object.assign(seen, {
    port,
    send: (request: RawRequest) => send(port, request),
    close: () => gateway.close(),
  });
}

/** One request to a gateway of its own; telemetry can be looked at afterwards. */
export async function ask(
  setup: ApiSetup,
  request: RawRequest,
  options: Partial<GatewayOptions> = {},
): Promise<{ readonly response: RawResponse; readonly gateway: Harness }> {
  const gateway = await startGateway(setup, options);
  try {
    return { response: await gateway.send(request), gateway };
  } finally {
    await gateway.close();
  }
}

function fakeLambda({ routes }: ApiSetup, seen: ReturnType<typeof nothingSeen>): Invoke {
  const functions = new Map(
    routes.map((route) => [functionArn(route.route), (route.fn ?? {}) as FunctionSetup]),
  );
  let running = 0;
  return async (arn, payload, { traceHeader }) => {
    const fn = functions.get(arn)!;
    const { invokeStatus, reservedConcurrency = Number.POSITIVE_INFINITY } = fn;
    const requestId = randomUUID();
    if (fn.unreachable) throw new Error(fn.unreachable);
    const refused = invokeStatus ?? (running >= reservedConcurrency && 429);
    if (refused) return { statusCode: refused, payload: '{}', requestId };
    seen.events.push(JSON.parse(payload));
    seen.traceHeaders.push(traceHeader);
    running += 1;
    if (fn.sleepsMs) await new Promise((resolve) => setTimeout(resolve, fn.sleepsMs));
    running -= 1;
    seen.finished += 1;
    return { statusCode: 200, requestId, ...outcome(fn, payload, requestId) };
  };
}

function outcome(
  { throws, exits, answersBytes, ...fn }: FunctionSetup,
  event: string,
  requestId: string,
): Pick<Invocation, 'payload' | 'functionError'> {
  const exit = `RequestId: ${requestId} Error: Runtime exited with error: exit status ${exits}`;
  const errorMessage = throws ?? (exits === undefined ? undefined : exit);
  if (errorMessage)
    return { functionError: 'Unhandled', payload: JSON.stringify({ errorMessage }) };
  if ('returns' in fn) return { payload: JSON.stringify(fn.returns) };
  const around = JSON.stringify({ statusCode: 200, body: '' }).length;
  const body = answersBytes ? 'x'.repeat(answersBytes - around) : event;
  return { payload: JSON.stringify({ statusCode: 200, body }) };
}

/** Tokens of the fake pool: claims in plain base64, and a last part that says whether the signature holds. */
export const token = (claims: object, signature = 'good'): string =>
  ['{"alg":"none"}', JSON.stringify({ iss: userPoolArn, ...claims })]
    .map((part) => Buffer.from(part).toString('base64url'))
    .concat(signature)
    .join('.');

const verifyToken: VerifyToken = async (pool, jwt) => {
  const [, body = '', signature] = jwt.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
  if (claims.iss !== pool || signature !== 'good') return { error: 'invalid' };
  return claims.exp * 1000 < Date.now() ? { error: 'expired' } : { claims };
};

/** With the client's spelling of names, and the path exactly as written. */
async function send(
  port: number,
  { method = 'GET', path, headers = {}, body }: RawRequest,
): Promise<RawResponse> {
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
  const flat = pairs.flat() as string[];
  if (!pairs.some(([name]) => name.toLowerCase() === 'host'))
    flat.push('Host', `127.0.0.1:${port}`);
  if (body !== undefined) flat.push('Content-Length', String(Buffer.byteLength(body)));
  const req = httpRequest({ port, host: '127.0.0.1', method, path, headers: flat, agent: false });
  const res = await new Promise<IncomingMessage>((resolve, reject) => {
    req.on('response', resolve).on('error', reject).end(body);
  });
  const raw = res.rawHeaders;
  return {
    status: res.statusCode!,
    headers: res.headers as Record<string, string>,
    headerLines: raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1]!] as const] : [])),
    text: await text(res),
  };
}
