/**
 * `console` as the managed Node.js runtime shapes it: one line of text with tabs, or one JSON object, on standard output.
 * What a handler writes to `process.stdout` itself is not touched. Plain JavaScript, because stripping types would cost each
 * cold start some 30 ms. Source: AWS Lambda Developer Guide, "Log and monitor Node.js Lambda functions".
 */
import { format } from 'node:util';

const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const methods = {
  trace: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO',
  log: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'FATAL',
};

/** What stands for the request id outside an invocation: the runtime of Node.js 24 writes a dash, earlier ones `undefined`. */
const noRequestId = '-';

let requestId = noRequestId;

/** Lines written from now on belong to this invocation. */
export const setRequestId = (id) => {
  requestId = id ?? noRequestId;
};

const describeError = (error) => ({
  errorType: error.constructor?.name ?? 'UnknownError',
  errorMessage: error.message,
  stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
});

const textLine = (time, level, args) => `${time}\t${requestId}\t${level}\t${format(...args)}`;

const jsonLine = (timestamp, level, args) => {
  const record = { timestamp, level, requestId };
  if (args.length <= 1) {
    const describe = (_key, value) =>
      value instanceof Error ? { ...describeError(value), ...value } : value;
    try {
      return JSON.stringify({ ...record, message: args[0] }, describe);
    } catch {
      return JSON.stringify({ ...record, message: format(args[0]) }); // circular, BigInt
    }
  }
  const error = args.slice(1).find((arg) => arg instanceof Error);
  const described = error ? describeError(error) : {};
  return JSON.stringify({ ...record, message: format(...args), ...described });
};

/**
 * Replaces the methods of the global console. A line break inside a message becomes a carriage return, so that the message
 * stays one log event. Levels below `minimumLevel` become no-ops; Lambda sets a level for the JSON format only.
 */
export function patchConsole(logFormat, minimumLevel = 'TRACE') {
  const toLine = logFormat?.toUpperCase() === 'JSON' ? jsonLine : textLine;
  const minimum = Math.max(0, levels.indexOf(minimumLevel.toUpperCase()));
  for (const [method, level] of Object.entries(methods)) {
    console[method] =
      levels.indexOf(level) < minimum
        ? () => {}
        : (...args) => {
            const line = toLine(new Date().toISOString(), level, args);
            process.stdout.write(`${line.replaceAll('\n', '\r')}\n`);
          };
  }
}

/** How the runtime itself reports an error of the handler, in either format. */
export function logError(message, thrown) {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON') {
    console.error(error);
    return;
  }
  const { name: errorType, message: errorMessage, stack } = error;
  const fields = { errorType, errorMessage, ...error, stack: String(stack).split('\n') };
  console.error(message, `\t${JSON.stringify(fields)}`);
}
