/**
 * The process of one execution environment: loads the handler, then asks for an event, runs it, reports, and again.
 * It plays the managed Node.js 24 runtime; the supervisor on the other side of the Runtime API plays the Lambda service.
 */
import { setTimeout as sleep, setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { logError, patchConsole, setRequestId } from './console.js';
import { runtimeError } from './errors.js';
import { loadHandler } from './load-handler.js';
import { next, postInitError, postInvocationError, postResponse } from './runtime-client.js';

const { env } = process;

/** Where the runtime would keep its tools for streamed responses: the caller of this emulation takes whole ones only. */
globalThis.awslambda = {
  streamifyResponse() {
    throw new Error('Response streaming is not emulated');
  },
};

const contextOf = (headers) => {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    xRayTraceId: headers['lambda-runtime-trace-id'],
    tenantId: undefined,
    clientContext: undefined,
    identity: undefined,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
};

const nodeJsExit =
  'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes';

let onEmptyLoop = () => {};
process.on('beforeExit', () => onEmptyLoop());

/** Rejects when the event loop runs empty: what the handler waits for can then never come. */
const settled = (work) =>
  new Promise((resolve, reject) => {
    onEmptyLoop = () => reject(runtimeError('NodeJsExit', nodeJsExit));
    work.then(resolve, reject);
  });

/** A fault that was asked for happens inside the environment, so that everything around it reacts as to a real one. */
async function run(handler, event, context, fault) {
  if (fault?.startsWith('delay=')) await sleep(Number(fault.slice('delay='.length)));
  const result = handler(event, context);
  if (fault === 'crash') {
    setImmediate(() => process.exit(1));
    await new Promise(() => {}); // the work has begun, its result is never reported
  }
  return result;
}

const toJson = (result) => {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch {
    throw runtimeError('JSONStringifyError', 'Unable to stringify response body');
  }
};

async function handleNext(handler) {
  const { headers, body } = await next();
  const context = contextOf(headers);
  const { awsRequestId, xRayTraceId } = context;
  setRequestId(awsRequestId);
  env._X_AMZN_TRACE_ID = xRayTraceId;
  try {
    const fault = headers['lambda-local-fault'];
    const response = toJson(await settled(run(handler, JSON.parse(body), context, fault)));
    await turnOfTheLoop(); // a rejection that nobody handled ends the process before it has answered
    await postResponse(awsRequestId, response);
  } catch (error) {
    await turnOfTheLoop();
    logError('Invoke Error', error);
    await postInvocationError(awsRequestId, error);
  }
}

async function main() {
  patchConsole(env.AWS_LAMBDA_LOG_FORMAT, env.AWS_LAMBDA_LOG_LEVEL);
  let handler;
  try {
    handler = await loadHandler(env.LAMBDA_TASK_ROOT, env._HANDLER);
  } catch (error) {
    logError('Init Error', error);
    await postInitError(error);
    process.exit(1);
  }
  while (true) await handleNext(handler);
}

void main(); // not awaited: a module that never finishes loading then ends the process with status 0
