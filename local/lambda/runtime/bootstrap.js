/**
 * The process of one execution environment: loads the handler, then asks for an event, runs it, reports, and again.
 * It plays the managed Node.js 24 runtime; the supervisor on the other side of the Runtime API plays the Lambda service.
 */
import { logError, patchConsole, setRequestId } from './console.js';
import { loadHandler } from './load-handler.js';
import { next, postInitError, postInvocationError, postResponse } from './runtime-client.js';

const { env } = process;

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
    clientContext: undefined,
    identity: undefined,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
};

const setTraceId = (header) => {
  if (header) env._X_AMZN_TRACE_ID = header;
  else delete env._X_AMZN_TRACE_ID;
};

/** Rejects when the event loop runs empty: what the handler waits for can never come. */
const loopRunsEmpty = () => {
  let stop;
  const empty = new Promise((_resolve, reject) => {
    const message =
      'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes';
    const onEmpty = () => reject(Object.assign(new Error(message), { name: 'Runtime.NodeJsExit' }));
    process.once('beforeExit', onEmpty);
    stop = () => process.off('beforeExit', onEmpty);
  });
  return { empty, stop };
};

const toJson = (result) => {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch {
    const message = 'Unable to stringify response body';
    throw Object.assign(new Error(message), { name: 'Runtime.JSONStringifyError' });
  }
};

/** A fault that was asked for happens inside the environment, so that everything around it reacts as to a real one. */
const faults = {
  delay: (milliseconds) => new Promise((resolve) => setTimeout(resolve, Number(milliseconds))),
  crash: () => setImmediate(() => process.exit(1)),
};

async function run(handler, event, context, fault) {
  const [kind, argument] = fault?.split('=') ?? [];
  if (kind === 'delay') await faults.delay(argument);
  const result = handler(event, context);
  if (kind === 'crash') {
    faults.crash();
    await new Promise(() => {}); // the work has begun, its result is never reported
  }
  return toJson(await result);
}

async function handleNext(handler) {
  const { headers, body } = await next();
  const context = contextOf(headers);
  setRequestId(context.awsRequestId);
  setTraceId(headers['lambda-runtime-trace-id']);
  const { empty, stop } = loopRunsEmpty();
  try {
    const work = run(handler, JSON.parse(body), context, headers['lambda-local-fault']);
    const response = await Promise.race([work, empty]);
    await postResponse(context.awsRequestId, response);
  } catch (error) {
    logError('Invoke Error', error);
    await postInvocationError(context.awsRequestId, error);
  } finally {
    stop();
  }
}

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
