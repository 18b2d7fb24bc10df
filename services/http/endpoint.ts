/**
 * What every handler has around its operation: reading the event, turning problems into answers, the headers of every
 * response, one trace and one wide event. An operation neither logs nor measures.
 */
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { cors } from '../contract/cors.ts';
import {
  type ProblemCode,
  problemMediaType,
  problems,
  retryAfterSeconds,
} from '../contract/problems.ts';
import { type FunctionName, routeKey, routes } from '../contract/routes.ts';
import { currentTraceId, traced } from '../telemetry/tracer.ts';
import { type RequestIds, type WideEvents, wideEvents } from '../telemetry/wide-event.ts';
import type { Environment } from './environment.ts';
import { isItemId } from './item-id.ts';
import { problemBody, problemCode } from './problem.ts';
import type { Reply } from './reply.ts';
import { type Request, readRequest } from './request.ts';

export type Operation = (request: Request) => Promise<Reply>;

export type Handler = (
  event: APIGatewayProxyEvent,
  context: Context,
) => Promise<APIGatewayProxyResult>;

/** A reply, or the problem that took its place and what was thrown. */
interface Answer extends Reply {
  readonly errorCode?: ProblemCode;
  readonly error?: unknown;
}

/** The handler of a function. It never rejects: what an operation throws becomes a problem, a 5xx counts as `Fault`. */
export function endpoint(
  name: FunctionName,
  { stage, allowedOrigin }: Pick<Environment, 'stage' | 'allowedOrigin'>,
  operation: Operation,
): Handler {
  const route = routeKey(routes[name]);
  const events = wideEvents(name, stage);
  return async (event, context) => {
    const started = performance.now();
    const ids = requestIds(event);
    const answer = await traced(
      name,
      () => answered(event, ids, operation, events),
      ({ outcome, error }) => ({
        annotations: { route, outcome, requestId: ids.requestId },
        error,
      }),
    );
    const { status, outcome, errorCode, error } = answer;
    const inPath = event.pathParameters?.['id'];
    events.write({
      status,
      durationMs: Math.round(performance.now() - started),
      ...ids,
      outcome,
      errorCode,
      owner: event.requestContext.authorizer?.['claims']?.sub,
      itemId: isItemId(inPath) ? inPath : answer.itemId,
      error,
      memoryLimitInMB: context.memoryLimitInMB,
      functionVersion: context.functionVersion,
    });
    return response(answer, ids.requestId, allowedOrigin);
  };
}

function requestIds({ requestContext, headers }: APIGatewayProxyEvent): RequestIds {
  const { requestId: apiRequestId, extendedRequestId: requestId = apiRequestId } = requestContext;
  const traceId = currentTraceId() ?? /Root=([^;]+)/.exec(headers?.['X-Amzn-Trace-Id'] ?? '')?.[1];
  return { requestId, apiRequestId, traceId };
}

async function answered(
  event: APIGatewayProxyEvent,
  ids: RequestIds,
  operation: Operation,
  { debug }: WideEvents,
): Promise<Answer> {
  try {
    // Names only: values may be anything, a token included.
    debug('The request', {
      requestId: ids.requestId,
      headerNames: Object.keys(event.headers ?? {}),
      queryNames: Object.keys(event.queryStringParameters ?? {}),
      bodyLength: event.body?.length ?? 0,
    });
    return await operation(readRequest(event));
  } catch (error) {
    return problemAnswer(error, ids, event.requestContext.path);
  }
}

function problemAnswer(error: unknown, ids: RequestIds, instance: string): Answer {
  const errorCode = problemCode(error);
  const { status } = problems[errorCode];
  const { requestId, traceId } = ids;
  return {
    status,
    headers: {
      'Content-Type': problemMediaType,
      ...(status === 503 && { 'Retry-After': String(retryAfterSeconds) }),
    },
    body: problemBody(error, { instance, requestId, traceId }),
    outcome: status < 500 ? 'rejected' : 'fault',
    errorCode,
    error,
  };
}

const response = (
  { status, headers, body }: Reply,
  requestId: string,
  allowedOrigin: string,
): APIGatewayProxyResult => ({
  statusCode: status,
  headers: {
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
    // Answers are the caller's own; a browser may keep one but must ask with its ETag before it shows it again.
    'Cache-Control': 'private, no-cache',
    'Access-Control-Allow-Origin': allowedOrigin,
    ...(allowedOrigin !== '*' && { Vary: 'Origin' }),
    'Access-Control-Expose-Headers': cors.exposedHeaders.join(', '),
    'x-request-id': requestId,
    ...headers,
  },
  body: body === undefined ? '' : JSON.stringify(body),
});
