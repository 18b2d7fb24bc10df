/**
 * Client of the Lambda Runtime API (version 2018-06-01) on one connection, one call at a time. It speaks HTTP itself: `node:http`
 * would take more than half of a warm invocation's processor time. The supervisor always tells the length of its answers.
 */
import { connect } from 'node:net';
import { errorPayload } from './errors.js';

const address = process.env.AWS_LAMBDA_RUNTIME_API ?? '';
const [host, port] = address.split(':');
const socket = connect({ host, port: Number(port), noDelay: true }).unref();

/** Of the answer that is being received: its bytes so far, without the head once that is complete. */
let parts = [];
let headers;
let missing = 0;
let resolveCall;

function parseHeaders(head) {
  const found = {};
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    found[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return found;
}

socket.on('data', (chunk) => {
  parts.push(chunk);
  missing -= chunk.length;
  if (!headers) {
    const bytes = Buffer.concat(parts);
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return;
    headers = parseHeaders(bytes.toString('latin1', 0, end));
    parts = [bytes.subarray(end + 4)];
    missing = Number(headers['content-length']) - parts[0].length;
  }
  if (missing > 0) return;
  const answer = { headers, body: Buffer.concat(parts).toString() };
  parts = [];
  headers = undefined;
  socket.unref(); // between calls it must not keep the event loop from running empty
  resolveCall(answer);
});

function call(method, path, body = '', header = 'content-type: application/json') {
  const start = `${method} /2018-06-01/runtime/${path} HTTP/1.1\r\nhost: ${address}\r\n${header}\r\n`;
  socket.ref().write(`${start}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  return new Promise((resolve) => {
    resolveCall = resolve;
  });
}

/** Blocks until there is an event. Tells the supervisor beside it how much memory the process has used at most (kB). */
export const next = () =>
  call('GET', 'invocation/next', '', `lambda-local-max-rss: ${process.resourceUsage().maxRSS}`);

export const postResponse = (requestId, body) =>
  call('POST', `invocation/${requestId}/response`, body);

export const postInvocationError = (requestId, thrown) =>
  call('POST', `invocation/${requestId}/error`, JSON.stringify(errorPayload(thrown)));

export const postInitError = (thrown) =>
  call('POST', 'init/error', JSON.stringify(errorPayload(thrown)));
