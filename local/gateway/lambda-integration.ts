/** AWS_PROXY: invokes the function and turns whatever happens into an answer. AWS: Handle Lambda errors in API Gateway. */
import type { ApiModel, LambdaIntegration } from './api-model.ts';
import type { Exchange } from './exchange.ts';
import { type Answer, Failure } from './gateway-response.ts';
import type { Limits } from './limits.ts';
import { proxyEvent } from './proxy-event.ts';
import { proxyResponse } from './proxy-response.ts';
import type { Readings } from './readings.ts';

/** What the Invoke API answers: `statusCode` is the API's own (200 even when the function threw). */
export interface Invocation {
  readonly statusCode: number;
  readonly functionError?: string;
  readonly payload: string;
  readonly requestId: string;
  readonly executedVersion?: string;
}

/** Rejects where the function cannot be reached at all. */
export type Invoke = (
  functionArn: string,
  payload: string,
  context: { readonly traceHeader: string },
) => Promise<Invocation>;

export interface IntegrationParts {
  readonly api: ApiModel;
  readonly readings: Readings;
  readonly limits: Limits;
  readonly invoke: Invoke;
  readonly now: () => number;
}

export type Integrate = (exchange: Exchange) => Promise<Answer> | Answer;

const misconfigured = 'Execution failed due to configuration error:';

/** Deployed mistakes. Seen: azul#8301; recorded: test_lambda_aws_proxy_integration_non_post_method. */
const flaws = {
  'not-post': ['INTEGRATION_FAILURE', `${misconfigured} Lambda is invoked with POST only`],
  'illegal-mapping': ['API_CONFIGURATION_ERROR', `${misconfigured} Invalid mapping expression`],
  'no-permission': [
    'API_CONFIGURATION_ERROR',
    `${misconfigured} Invalid permissions on Lambda function`,
  ],
} as const;

export function createLambdaIntegration(
  { functionArn, timeoutMs, flaw }: LambdaIntegration,
  { api, readings, limits, invoke, now }: IntegrationParts,
): Integrate {
  return async (exchange) => {
    if (flaw) {
      const [type, integrationError] = flaws[flaw];
      throw new Failure(type, { status: 500, integrationError });
    }
    const event = proxyEvent(exchange, api, readings);
    if (Buffer.byteLength(event) > limits.lambdaPayload) throw new Failure('REQUEST_TOO_LARGE');
    exchange.note('INFO', `Endpoint request URI: ${functionArn}`);
    exchange.note('DATA', `Endpoint request body after transformations: ${event}`);
    const call = { startedAt: now(), endedAt: 0, status: 0 };
    exchange.integration = call;
    try {
      const { traceHeader } = exchange.trace;
      const invocation = await within(timeoutMs, invoke(functionArn, event, { traceHeader }));
      call.status = invocation.statusCode;
      return settle(invocation, exchange, api, readings);
    } finally {
      call.endedAt = now();
      const latency = Math.max(0, call.endedAt - call.startedAt);
      exchange.context.integrationLatency = latency;
      exchange.context.integration = { ...exchange.context.integration, latency };
    }
  };
}

function settle(
  { statusCode, functionError, payload, requestId }: Invocation,
  exchange: Exchange,
  api: ApiModel,
  readings: Readings,
): Answer {
  const { context } = exchange;
  context.integrationStatus = statusCode;
  context.integration = { integrationStatus: statusCode, requestId };
  context.awsEndpointRequestId = requestId;
  exchange.note('INFO', `Received response. Status: ${statusCode}`);
  exchange.note('DATA', `Endpoint response body before transformations: ${payload}`);
  if (statusCode === 429) {
    throw new Failure('INTEGRATION_FAILURE', {
      status: readings.lambdaThrottled,
      integrationError: `${misconfigured} Rate Exceeded.`,
    });
  }
  if (statusCode === 413) throw new Failure('REQUEST_TOO_LARGE');
  if (statusCode !== 200) {
    throw new Failure('INTEGRATION_FAILURE', {
      status: 500,
      integrationError: `${misconfigured} Lambda answered ${statusCode}`,
    });
  }
  if (functionError) throw customerError(payload, requestId);
  const answer = proxyResponse(payload, exchange, api, readings);
  return {
    ...answer,
    headers: [...answer.headers, ['X-Amzn-Trace-Id', exchange.trace.answerHeader]],
  };
}

/** The function threw, exited, timed out or answered too much. Seen: azul#8192. */
function customerError(payload: string, requestId: string): Failure {
  let message = payload;
  try {
    message = String(JSON.parse(payload).errorMessage ?? payload);
  } catch {
    // Not JSON: as it is.
  }
  return new Failure('INTEGRATION_FAILURE', {
    status: 502,
    integrationError: `Lambda Customer Function Error:${message}`,
    line: `Lambda execution failed with status 200 due to customer function error: ${message}. Lambda request id: ${requestId}`,
  });
}

/** The function runs on; only the client is no longer kept waiting. */
async function within(ms: number, invocation: Promise<Invocation>): Promise<Invocation> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const late = new Failure('INTEGRATION_TIMEOUT', {
      line: 'Execution failed due to a timeout error',
    });
    timer = setTimeout(reject, ms, late);
  });
  try {
    return await Promise.race([invocation, timeout]);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('INTEGRATION_FAILURE', {
      status: 504,
      message: 'Network error communicating with endpoint',
      integrationError: `Execution failed due to a network error: ${(error as Error).message}`,
    });
  } finally {
    clearTimeout(timer);
  }
}
