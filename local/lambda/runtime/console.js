/**
 * `console` as the managed Node.js runtime shapes it: one line of text with tabs, or one JSON object, on standard output.
 * What a handler writes to `process.stdout` itself is not touched. Plain JavaScript, because stripping types would cost each
 * cold start some 30 ms. Sources: AWS Lambda Developer Guide, "Log and monitor Node.js Lambda functions"; aws-lambda-ric 4.
 */
import { format } from 'node:util';
import { errorPayload, stackLines } from './errors.js';

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

/** Outside an invocation the runtime of Node.js 24 writes a dash, earlier ones `undefined`. */
let requestId = '-';

/** Lines written from now on belong to this invocation. */
export const setRequestId = (id) => {
  requestId = id;
};

const className = (error) => error.constructor?.name ?? 'UnknownError';

const errorsInJson = (_key, value) =>
  value instanceof Error
    ? {
        errorType: className(value),
        errorMessage: value.message,
        stackTrace: stackLines(value),
        ...value,
      }
    : value;

const errorsInText = (_key, value) =>
  value instanceof Error
    ? { errorType: value.name, errorMessage: value.message, ...value, stack: stackLines(value) }
    : value;

/** A line break becomes a carriage return, so that the message stays one log event. */
const textLine = (timestamp, level, message, params) =>
  `${timestamp}\t${requestId}\t${level}\t${format(message, ...params)}`.replaceAll('\n', '\r');

function jsonLine(timestamp, level, message, params) {
  const record = { timestamp, level, requestId };
  if (params.length === 0) {
    try {
      return JSON.stringify({ ...record, message }, errorsInJson);
    } catch {
      return JSON.stringify({ ...record, message: format(message) }); // circular, BigInt
    }
  }
  const error = params.find((param) => param instanceof Error);
  return JSON.stringify({
    ...record,
    message: format(message, ...params),
    ...(error && {
      errorType: className(error),
      errorMessage: error.message,
      stackTrace: stackLines(error) ?? [],
    }),
  });
}

let isJson = false;

/** Replaces the methods of the global console. Levels below `minimumLevel` become no-ops; Lambda sets one for JSON only. */
export function patchConsole(logFormat, minimumLevel = 'TRACE') {
  isJson = logFormat?.toUpperCase() === 'JSON';
  const toLine = isJson ? jsonLine : textLine;
  const minimum = levels.indexOf(minimumLevel.toUpperCase());
  for (const [method, level] of Object.entries(methods)) {
    const log = (message, ...params) => {
      process.stdout.write(`${toLine(new Date().toISOString(), level, message, params)}\n`);
    };
    console[method] = levels.indexOf(level) < minimum ? () => {} : log;
  }
}

/** How the runtime itself reports an error of the handler, in either format. */
export function logError(message, thrown) {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (isJson) return console.error(error);
  let text;
  try {
    text = JSON.stringify(error, errorsInText);
  } catch {
    text = JSON.stringify(errorPayload(error)); // an error that holds itself, as those of HTTP clients do
  }
  console.error(message, `\t${text}`);
}
