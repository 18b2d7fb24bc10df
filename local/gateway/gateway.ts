/**
 * API Gateway for one REST API stage: takes HTTP requests through the checks in AWS's order and answers as AWS does.
 * Everything that can be compiled is compiled when it starts.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Telemetry } from '../telemetry/sinks.ts';
import type { ApiModel, MethodModel } from './api-model.ts';
import { createAuthorizer, notSigned, type VerifyToken } from './authorizer.ts';
import { type Exchange, newContext } from './exchange.ts';
import { isLogged } from './execution-log.ts';
import { type Answer, createGatewayResponses, Failure } from './gateway-response.ts';
import { createLambdaIntegration, type Invoke } from './lambda-integration.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { createMockIntegration } from './mock-integration.ts';
import { defaultReadings, type Readings } from './readings.ts';
import { Refusal } from './refusal.ts';
import { type GatewayRequest, readBody, readRequest } from './request.ts';
import { createRouter } from './router.ts';
import { createSampler } from './sampling.ts';
import { send } from './send.ts';
import { createHttpServer, type HttpServer } from './server.ts';
import { createStageTelemetry } from './stage-telemetry.ts';
import { createBucket } from './throttle.ts';
import { startTrace } from './trace.ts';
import { createValidators } from './validator.ts';

export interface GatewayOptions {
  readonly api: ApiModel;
  readonly invoke: Invoke;
  readonly verifyToken: VerifyToken;
  readonly telemetry: Telemetry;
  /** Real ms since the epoch. */
  readonly now?: () => number;
  readonly limits?: Partial<Limits>;
  readonly readings?: Partial<Readings>;
}

export interface Gateway extends HttpServer {
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
}

/** @throws Error naming the model or template that cannot be compiled */
export function createGateway(options: GatewayOptions): Gateway {
  const { api, telemetry, now = Date.now } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const readings = { ...defaultReadings, ...options.readings };
  const execute = createExecution(options, limits, readings, now);
  const gatewayResponse = createGatewayResponses(api, readings);
  const record = createStageTelemetry(api, telemetry, now);
  const newExchange = exchanges(api, now);

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    // A client that is gone is no error of ours.
    res.on('error', () => {});
    const startedAt = now();
    try {
      const request = readRequest(req, api, limits);
      const body = await readBody(req, limits);
      const exchange = newExchange(request, body === 'aborted' ? null : body, startedAt);
      const answer = body === 'aborted' ? aborted : await attempt(exchange);
      leaveTelemetry(exchange, answer);
      send(res, answer, exchange);
    } catch (error) {
      if (error instanceof Refusal) send(res, error);
      else cannotAnswer(res, error);
    }
  }

  /** Before the client has its answer, so that whoever follows a request finds it; a full disk costs no answer. */
  function leaveTelemetry(exchange: Exchange, answer: Answer): void {
    try {
      record(exchange, answer);
    } catch (error) {
      console.error(`gateway: telemetry of a request is lost: ${(error as Error).message}`);
    }
  }

  async function attempt(exchange: Exchange): Promise<Answer> {
    try {
      const answer = await execute(exchange);
      exchange.note('INFO', 'Successfully completed execution');
      exchange.note('INFO', `Method completed with status: ${answer.status}`);
      return answer;
    } catch (error) {
      const answer = gatewayResponse(asFailure(error), exchange);
      exchange.note('ERROR', `Method completed with status: ${answer.status}`);
      return answer;
    }
  }

  return { handle, ...createHttpServer(handle, limits) };
}

/** The client left in the middle of its body: recorded as a bad request (assumed), read by nobody. */
const aborted: Answer = { status: 400, headers: [], body: '' };

function cannotAnswer(res: ServerResponse, error: unknown): void {
  console.error(`gateway: a request has no answer: ${(error as Error).message}`);
  res.destroy();
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  console.error(`gateway: ${(error as Error).message}`);
  return new Failure('DEFAULT_5XX', { line: `Execution failed: ${(error as Error).message}` });
}

function exchanges(api: ApiModel, now: () => number) {
  const sampler = api.tracing ? createSampler(api, now) : undefined;
  return (request: GatewayRequest, body: Buffer | null, startedAt: number): Exchange => {
    const context = newContext(api, request, startedAt);
    const header = request.lowered['x-amzn-trace-id']?.toString();
    const trace = startTrace(header, startedAt, sampler && (() => sampler(request)));
    if (api.tracing) context.xrayTraceId = trace.root;
    const exchange: Exchange = {
      request,
      body,
      startedAt,
      context,
      trace,
      pathParameters: null,
      notes: [],
      note: (level, line) => {
        const settings = exchange.method?.settings;
        if (settings && isLogged(level, settings)) exchange.notes.push({ timestamp: now(), line });
      },
    };
    return exchange;
  };
}

/** The checks in order: route, throttle, authorizer, validator, integration. The first that fails is the answer. */
function createExecution(
  { api, invoke, verifyToken }: GatewayOptions,
  limits: Limits,
  readings: Readings,
  now: () => number,
): (exchange: Exchange) => Promise<Answer> {
  const validators = createValidators(api, readings);
  const parts = { api, invoke, readings, limits, now };
  const route = createRouter(
    api.methods.map((model) => compile(model)),
    readings,
  );
  const accountBucket = createBucket(limits.accountRate, limits.accountBurst, now);

  function compile(model: MethodModel) {
    const { integration, settings, resourcePath, httpMethod } = model;
    return {
      model,
      resourcePath,
      httpMethod,
      take: createBucket(settings.rate, settings.burst, now),
      authorize: createAuthorizer(model, { verifyToken, readings, now }),
      validate: validators(model),
      integrate:
        integration.type === 'MOCK'
          ? createMockIntegration(integration, model, api)
          : createLambdaIntegration(integration, parts),
    };
  }

  return async (exchange) => {
    const { request, context, note } = exchange;
    const match = route(request.method, request.path);
    if (!match) throw notSigned(request.lowered.authorization);
    const { model, take, authorize, validate, integrate } = match.method;
    exchange.method = model;
    exchange.pathParameters = match.pathParameters;
    context.resourceId = model.resourceId;
    context.resourcePath = model.resourcePath;
    note('INFO', `Extended Request Id: ${context.extendedRequestId}`);
    note('INFO', `Starting execution for request: ${context.requestId}`);
    note('INFO', `HTTP Method: ${request.method}, Resource Path: ${request.path}`);
    if (!(take() && accountBucket())) throw new Failure('THROTTLED');
    if (authorize) await authorize(exchange);
    validate?.(exchange);
    return integrate(exchange);
  };
}
