/** AWS_PROXY: invokes the function and turns whatever happens into an answer. AWS: Handle Lambda errors in API Gateway. */
import type { Answer } from './answer.ts';
import type { LambdaIntegration } from './api-model.ts';
import type { Exchange, Step } from './exchange.ts';
import { Failure, misconfigured } from './gateway-response.ts';
import type { Invocation, Parts } from './parts.ts';
import { proxyEvent } from './proxy-event.ts';
import { proxyResponse } from './proxy-response.ts';

/** Deployed mistakes. Seen: azul#8301; recorded: test_lambda_aws_proxy_integration_non_post_method. */
const flaws = {
  'not-post': ['Lambda is invoked with POST only', 'INTEGRATION_FAILURE'],
  'illegal-mapping': ['Invalid mapping expression', 'API_CONFIGURATION_ERROR'],
  'no-permission': ['Invalid permissions on Lambda function', 'API_CONFIGURATION_ERROR'],
} as const;

export function createLambdaIntegration(
  { functionArn, timeoutMs, flaw }: LambdaIntegration,
  parts: Parts,
): Step<Answer> {
  const { api, readings, limits, invoke, now } = parts;
  return async (exchange) => {
    const { note, trace } = exchange;
    if (flaw) throw misconfigured(flaws[flaw][0], 500, flaws[flaw][1]);
    const event = proxyEvent(exchange, api, readings);
    if (Buffer.byteLength(event) > limits.lambdaPayload) throw new Failure('REQUEST_TOO_LARGE');
    note('INFO', `Endpoint request URI: ${functionArn}`);
    note('DATA', `Endpoint request body after transformations: ${event}`);
    note('INFO', `Sending request to ${functionArn}`);
    const startedAt = now();
    const invocation = await within(
      timeoutMs,
      invoke(functionArn, event, { traceHeader: trace.traceHeader }),
    ).finally(() => measured(exchange, startedAt, now()));
    return settle(invocation, exchange, parts);
  };
}

/** The function runs on; only the client is no longer kept waiting. */
async function within(ms: number, invocation: Promise<Invocation>): Promise<Invocation> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  const answer = await Promise.race([invocation, late])
    .catch((error: Error) => {
      throw new Failure('INTEGRATION_FAILURE', {
        status: 504,
        message: 'Network error communicating with endpoint',
        integrationError: `Execution failed due to a network error: ${error.message}`,
      });
    })
    .finally(() => clearTimeout(timer));
  if (answer) return answer;
  throw new Failure('INTEGRATION_TIMEOUT', { line: 'Execution failed due to a timeout error' });
}

function measured(exchange: Exchange, startedAt: number, endedAt: number): void {
  const latency = Math.max(0, endedAt - startedAt);
  exchange.integration = { startedAt, endedAt };
  exchange.context.integrationLatency = latency;
  exchange.context.integration = { latency };
}

function settle(
  { statusCode, functionError, payload, requestId }: Invocation,
  exchange: Exchange,
  { api, readings }: Parts,
): Answer {
  const { context, note } = exchange;
  context.integrationStatus = statusCode;
  context.integration = { ...context.integration, integrationStatus: statusCode, requestId };
  context.awsEndpointRequestId = requestId;
  const latency = `Integration latency: ${context.integrationLatency} ms`;
  note('INFO', `Received response. Status: ${statusCode}, ${latency}`);
  note('DATA', `Endpoint response body before transformations: ${payload}`);
  if (statusCode === 429) throw misconfigured('Rate Exceeded.', readings.lambdaThrottled);
  if (statusCode === 413) throw new Failure('REQUEST_TOO_LARGE');
  if (statusCode !== 200) throw misconfigured(`Lambda answered ${statusCode}`);
  if (functionError) throw customerError(payload, requestId);
  const { headers, ...answer } = proxyResponse(payload, exchange, api, readings);
  return { ...answer, headers: [...headers, ['X-Amzn-Trace-Id', exchange.trace.answerHeader]] };
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
