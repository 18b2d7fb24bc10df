/**
 * API Gateway for one REST API stage: takes HTTP requests through the checks in AWS's order and answers as AWS does.
 * Everything that can be compiled is compiled when it starts.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, Refusal, send, withoutForbiddenBody } from './answer.ts';
import type { MethodModel } from './api-model.ts';
import { createAuthorizer, notSigned } from './authorizer.ts';
import { newContext } from './context.ts';
import type { Exchange, Step } from './exchange.ts';
import { createGatewayResponses, Failure } from './gateway-response.ts';
import { createLambdaIntegration } from './lambda-integration.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { createMockIntegration } from './mock-integration.ts';
import type { Parts } from './parts.ts';
import { defaultReadings, type Readings } from './readings.ts';
import { type GatewayRequest, readBody, readRequest } from './request.ts';
import { createRouter } from './router.ts';
import { createSampler } from './sampling.ts';
import { createHttpServer, type HttpServer } from './server.ts';
import { createStageTelemetry, isLogged } from './stage-telemetry.ts';
import { createBucket } from './throttle.ts';
import { startTrace } from './trace.ts';
import { createValidators } from './validator.ts';

export interface GatewayOptions
  extends Pick<Parts, 'api' | 'invoke' | 'verifyToken' | 'telemetry'> {
  readonly now?: () => number;
  readonly limits?: Partial<Limits>;
  readonly readings?: Partial<Readings>;
}

/** @throws Error naming the model or template that cannot be compiled */
export function createGateway(options: GatewayOptions): HttpServer {
  const parts: Parts = {
    ...options,
    now: options.now ?? Date.now,
    limits: { ...defaultLimits, ...options.limits },
    readings: { ...defaultReadings, ...options.readings },
  };
  const { api, telemetry, now, limits, readings } = parts;
  const execute = createExecution(parts);
  const gatewayResponse = createGatewayResponses(api, readings);
  const record = createStageTelemetry(api, telemetry, now);
  const newExchange = exchanges(parts);

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
      send(res, answer, exchange.context);
    } catch (error) {
      if (error instanceof Refusal) return send(res, error);
      console.error(`gateway: a request has no answer: ${(error as Error).message}`);
      res.destroy();
    }
  }

  async function attempt(exchange: Exchange): Promise<Answer> {
    try {
      const answer = withoutForbiddenBody(await execute(exchange));
      exchange.note('INFO', 'Successfully completed execution');
      exchange.note('INFO', `Method completed with status: ${answer.status}`);
      return answer;
    } catch (error) {
      const answer = withoutForbiddenBody(gatewayResponse(asFailure(error), exchange));
      exchange.note('ERROR', `Method completed with status: ${answer.status}`);
      return answer;
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

  return createHttpServer(handle, limits);
}

/** The client left in the middle of its body: recorded as a bad request (assumed), read by nobody. */
const aborted: Answer = { status: 400, headers: [], body: '' };

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  console.error(`gateway: ${(error as Error).message}`);
  return new Failure('DEFAULT_5XX', { line: `Execution failed: ${(error as Error).message}` });
}

function exchanges({ api, now }: Parts) {
  const sampler = api.tracing ? createSampler(api, now) : undefined;
  return (request: GatewayRequest, body: Buffer | null, startedAt: number): Exchange => {
    const header = request.lowered['x-amzn-trace-id']?.toString();
    const trace = startTrace(header, startedAt, sampler && (() => sampler(request)));
    const exchange: Exchange = {
      request,
      body,
      startedAt,
      context: newContext(api, request, startedAt, api.tracing ? trace.root : undefined),
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

/** Route, throttle, authorizer, validator, integration, in this order. The first that fails is the answer. */
function createExecution(parts: Parts): Step<Answer> {
  const { api, readings, limits, now } = parts;
  const validators = createValidators(api, readings);
  const takeFromAccount = createBucket(limits.accountRate, limits.accountBurst, now);

  function throttle({ rate, burst }: MethodModel['settings']): Step {
    const take = createBucket(rate, burst, now);
    return () => {
      if (!(take() && takeFromAccount())) throw new Failure('THROTTLED');
    };
  }

  const compiled = (model: MethodModel) => ({
    ...model,
    checks: [
      throttle(model.settings),
      createAuthorizer(model.authorization, parts),
      validators(model),
    ].filter((check) => check !== undefined),
    integrate:
      model.integration.type === 'MOCK'
        ? createMockIntegration(model.integration, api)
        : createLambdaIntegration(model.integration, parts),
  });
  const named = (model: MethodModel) => {
    try {
      return compiled(model);
    } catch (error) {
      throw new Error(`AWS::ApiGateway::Method ${model.logicalId}: ${(error as Error).message}`);
    }
  };
  const route = createRouter(api.methods.map(named), readings);

  return async (exchange) => {
    const { request, context, note } = exchange;
    const match = route(request.method, request.path);
    if (!match) throw notSigned(request.lowered.authorization);
    const { method } = match;
    exchange.method = method;
    exchange.pathParameters = match.pathParameters;
    context.resourceId = method.resourceId;
    context.resourcePath = method.resourcePath;
    note('INFO', `Extended Request Id: ${context.extendedRequestId}`);
    note('INFO', `Starting execution for request: ${context.requestId}`);
    note('INFO', `HTTP Method: ${request.method}, Resource Path: ${request.path}`);
    for (const check of method.checks) await check(exchange);
    return method.integrate(exchange);
  };
}
